import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import SwitchyardCore

/// Performs the calls of the http tools over two clients that live as long as the process.
enum HTTPExchange {
    /// Follows redirects: for methods that only read.
    private static let following = client(.follow(max: 5, allowCycles: false))
    /// Hands redirects to the step: repeating a change at another address is not for us to decide.
    private static let plain = client(.disallow)

    private static func client(_ redirects: HTTPClient.Configuration.RedirectConfiguration) -> HTTPClient {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: redirects,
            timeout: .init(connect: .seconds(10)))
        // Otherwise a refused connection is tried again until the time is over; retrying is the engine's business.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Calls and reads the answer. Cancelling the task, and the timeout, close the connection.
    static func perform(_ call: HTTPCall) async -> ToolResult {
        await limited(call) { await exchange(call) }
    }

    /// What `exchange` ends with, or the timeout. An exchange that ends in spite of a cancellation has happened.
    static func limited(_ call: HTTPCall, _ exchange: @escaping @Sendable () async -> ToolResult) async -> ToolResult {
        await withTaskGroup(of: ToolResult?.self) { group in
            group.addTask { await exchange() }
            group.addTask {
                do {
                    try await Task.sleep(for: call.timeout)
                    return .failed(HTTPFailure.timeout(call))
                } catch {
                    return nil
                }
            }
            defer { group.cancelAll() }
            for await case let result? in group { return result }
            return .cancelled
        }
    }

    private static func exchange(_ call: HTTPCall) async -> ToolResult {
        var request = HTTPClientRequest(url: call.url)
        request.method = HTTPMethod(rawValue: call.method)
        for header in call.headers { request.headers.add(name: header.name, value: header.value) }
        if let body = call.body { request.body = .bytes(ByteBuffer(bytes: body)) }
        do {
            let client = call.isReading ? following : plain
            let response = try await client.execute(request, timeout: .nanoseconds(Int64(call.timeout.inSeconds * 1e9)))
            if response.status.code >= 400 {
                // One more, so that the quote knows whether it is all.
                let (body, _) = try await read(response, limit: HTTPFailure.quoteLimit + 1)
                return .failed(HTTPFailure.classify(response.status, response.headers, body: body, call))
            }
            let (body, count) = try await read(response, limit: call.limit)
            return HTTPAnswer.result(response.status, response.headers, body: body, count: count, call)
        } catch {
            return Task.isCancelled ? .cancelled : .failed(HTTPFailure.classify(error, call))
        }
    }

    /// At most `limit` bytes of the body, and how many there are: as many as the answer's head says, otherwise as
    /// many as had arrived when reading stopped.
    private static func read(_ response: HTTPClientResponse, limit: Int) async throws -> (bytes: [UInt8], count: Int) {
        var bytes: [UInt8] = []
        var count = 0
        for try await chunk in response.body {
            count += chunk.readableBytes
            bytes += chunk.readableBytesView.prefix(limit - bytes.count)
            if count > limit { break }
        }
        let declared = response.headers.first(name: "content-length").flatMap { Int($0) }
        return (bytes, count > limit ? max(count, declared ?? 0) : count)
    }
}
