import NIOCore
import NIOPosix
import SwitchyardSimulator

/// A client that sends and reads bytes, so that nothing of what the server does is smoothed over.
struct RawClient {
    struct Reply: Sendable {
        var bytes: [UInt8]
        /// Whether the server closed the connection.
        var isClosed: Bool

        var text: String { String(decoding: bytes, as: UTF8.self) }

        var head: String { String(text.split(separator: "\r\n\r\n", maxSplits: 1).first ?? "") }

        /// The body, the marks of chunks removed.
        var body: String {
            guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound else { return "" }
            var bytes = bytes[end...]
            guard head.lowercased().contains("transfer-encoding: chunked") else {
                return String(decoding: bytes, as: UTF8.self)
            }
            var body: [UInt8] = []
            while let lineEnd = bytes.firstIndex(of: 13),
                let size = Int(String(decoding: bytes[..<lineEnd], as: UTF8.self), radix: 16), size > 0
            {
                let start = lineEnd + 2
                guard start + size <= bytes.endIndex else { break }
                body += bytes[start..<(start + size)]
                bytes = bytes[(start + size)...].dropFirst(2)
            }
            return String(decoding: body, as: UTF8.self)
        }

        /// Whether the body came to its proper end.
        var isWhole: Bool { text.hasSuffix("0\r\n\r\n") || !head.lowercased().contains("chunked") }
    }

    let port: Int

    /// What the server sends for a POST of `body` to `path`, until it closes the connection or `isEnough`.
    func post(
        _ path: String, _ body: String, headers: [String] = [], until isEnough: (String) -> Bool = { _ in false }
    ) async throws -> Reply {
        try await send(
            "POST \(path) HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: \(body.utf8.count)\r\n"
                + headers.map { $0 + "\r\n" }.joined() + "\r\n" + body, until: isEnough)
    }

    func get(_ path: String) async throws -> Reply {
        try await send("GET \(path) HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n") { _ in false }
    }

    private func send(_ request: String, until isEnough: (String) -> Bool) async throws -> Reply {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: request))
            var bytes = ByteBuffer()
            do {
                for try await part in inbound {
                    bytes.writeImmutableBuffer(part)
                    if isEnough(String(buffer: bytes)) { return Reply(bytes: Array(buffer: bytes), isClosed: false) }
                }
            } catch is IOError {
                // A connection that is reset is closed as well.
            }
            return Reply(bytes: Array(buffer: bytes), isClosed: true)
        }
    }
}

/// Runs `body` against a simulator of `scenario`.
func withSimulator(
    _ scenario: Scenario, _ body: (RawClient) async throws -> Void
) async throws {
    let simulator = Simulator(scenario: scenario)
    let port = try await simulator.start()
    do {
        try await body(RawClient(port: port))
    } catch {
        await simulator.stop()
        throw error
    }
    await simulator.stop()
}
