import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import SwitchyardCore

extension ProviderExchange {
    /// `wire` as the HTTP client sends it, with the key and the headers of the settings.
    func httpRequest(_ wire: WireRequest, streams: Bool) throws(WireFailure) -> HTTPClientRequest {
        let settings = codec.target.settings
        var base = settings.baseURL
        while base.hasSuffix("/") { base.removeLast() }
        guard ["http://", "https://"].contains(where: base.lowercased().hasPrefix) else {
            throw WireFailure(.invalidRequest, .told("has an address that starts with neither http:// nor https://"))
        }
        var request = HTTPClientRequest(url: base + wire.path)
        request.method = HTTPMethod(rawValue: wire.method)
        var headers = HTTPHeaders([("user-agent", "switchyard")])
        headers.add(
            name: "accept",
            value: streams ? "text/event-stream, application/x-ndjson, application/json" : "application/json")
        for (name, value) in wire.headers { headers.replaceOrAdd(name: name, value: value) }
        if let key {
            switch wire.authorization {
            case .bearer: headers.replaceOrAdd(name: "authorization", value: "Bearer \(key)")
            case .header(let name): headers.replaceOrAdd(name: name, value: key)
            }
        }
        if let body = wire.body {
            headers.replaceOrAdd(name: "content-type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: JSON.text(of: body)))
        }
        for (name, value) in settings.headers.sorted(by: { $0.key < $1.key }) {
            guard HeaderCheck.isName(name), HeaderCheck.isValue(value) else {
                throw WireFailure(
                    .invalidRequest,
                    .told("has a header in its settings that cannot be sent: \(JSON.text(of: .string(name)))")
                )
            }
            headers.replaceOrAdd(name: name, value: value)
        }
        request.headers = headers
        return request
    }
}
