import NIOCore
import NIOHTTP1
import NIOPosix
import SwitchyardCore
import Synchronization

/// A collector on a port of its own, which keeps what it is sent.
final class CollectorServer: Sendable {
    struct Request: Sendable {
        var method: String
        var path: String
        var headers: HTTPHeaders
        var body: [UInt8]
    }

    struct Reply: Sendable {
        var status = 200
        var headers: [(String, String)] = []
        /// Whether nothing is answered at all.
        var isSilent = false
    }

    let url: String
    private let channel: any Channel
    private let requests: Received

    private final class Received: Sendable {
        let all = Mutex<[Request]>([])
    }

    /// - Parameter reply: to the request of that number, from 1.
    init(_ reply: @escaping @Sendable (Int) -> Reply = { _ in Reply() }) async throws {
        let received = Received()
        requests = received
        channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(
                        Handler { request in
                            reply(
                                received.all.withLock { all in
                                    all.append(request)
                                    return all.count
                                })
                        })
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        url = "http://127.0.0.1:\(channel.localAddress?.port ?? 0)"
    }

    var received: [Request] { requests.all.withLock(\.self) }

    func close() async {
        try? await channel.close()
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let reply: @Sendable (Request) -> Reply
        private var request = Request(method: "", path: "", headers: [:], body: [])

        init(_ reply: @escaping @Sendable (Request) -> Reply) {
            self.reply = reply
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                request = Request(method: head.method.rawValue, path: head.uri, headers: head.headers, body: [])
            case .body(let buffer): request.body += buffer.readableBytesView
            case .end:
                let reply = reply(request)
                guard !reply.isSilent else { return }
                let head = HTTPResponseHead(
                    version: .http1_1, status: .init(statusCode: reply.status),
                    headers: HTTPHeaders(reply.headers + [("content-length", "0")]))
                context.write(wrapOutboundOut(.head(head)), promise: nil)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            }
        }
    }
}
