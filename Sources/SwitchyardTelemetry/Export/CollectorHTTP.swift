import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import SwitchyardCore

/// Sends requests to collectors over HTTP.
enum CollectorHTTP {
    /// Lives as long as the process.
    private static let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)

    /// No redirects: they would carry headers, and the keys in them, elsewhere. No retries of its own: they would hold
    /// up the end of a process whose collector is not there.
    private static var configuration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(10)))
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }

    /// The longest answer that is read, in bytes.
    private static let answerLimit = 1 << 20

    /// What comes of `request`. Cancelling the task ends it.
    @concurrent
    static func send(_ request: OTLPRequest, now: Timestamp) async -> OTLPReply {
        var http = HTTPClientRequest(url: request.target.url)
        http.method = .POST
        for header in request.target.headers { http.headers.replaceOrAdd(name: header.name, value: header.value) }
        http.headers.replaceOrAdd(name: "content-type", value: "application/x-protobuf")
        if !http.headers.contains(name: "user-agent") { http.headers.add(name: "user-agent", value: "switchyard") }
        http.body = .bytes(ByteBuffer(bytes: request.body))
        do {
            let timeout = TimeAmount.microseconds(request.target.timeout.wholeMicroseconds)
            let response = try await client.execute(http, deadline: .now() + timeout)
            var body = try await response.body.collect(upTo: answerLimit)
            return .answered(
                status: Int(response.status.code), retryAfter: retryAfter(response.headers, now: now),
                body: body.readBytes(length: body.readableBytes) ?? [])
        } catch {
            return .unreachable(String(describing: error))
        }
    }

    /// `retry-after` as seconds or as the date of a moment. A moment that has passed is no wait; longer than a day is a
    /// day; anything else is nil.
    static func retryAfter(_ headers: HTTPHeaders, now: Timestamp) -> Duration? {
        guard let text = headers.first(name: "retry-after") else { return nil }
        if let seconds = Double(text) {
            guard seconds >= 0 else { return nil }
            return .seconds(min(seconds, 86_400))
        }
        return date(text).map { min(max(.zero, $0.since(now)), .seconds(86_400)) }
    }

    /// The moment of a date such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    private static func date(_ text: String) -> Timestamp? {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", parts[1].utf8.count == 2, parts[3].utf8.count == 4,
            parts[4].utf8.count == 8, let month = months.firstIndex(of: String(parts[2]))
        else { return nil }
        return Timestamp(iso8601: "\(parts[3])-\(month < 9 ? "0" : "")\(month + 1)-\(parts[1])T\(parts[4])Z")
    }
}
