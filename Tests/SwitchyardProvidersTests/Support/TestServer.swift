import NIOCore
import NIOHTTP1
import NIOPosix
import SwitchyardTestSupport

/// A request as the server got it.
struct TestRequest: Sendable {
    var method: String
    var uri: String
    var headers: HTTPHeaders
    var body: String
}

/// What the server does about it.
enum TestReply: Sendable {
    case answer(Int, [(String, String)], String)
    /// The head and the pieces of a body, then nothing more.
    case stalled(String, [String])
    /// The head and the pieces of a body, then the connection is closed in its middle.
    case cut(String, [String])
    /// The head and pieces of a body that never ends, each of 64 KiB.
    case endless(String, UInt8)
    /// Nothing, ever.
    case silence
    /// Closes the connection.
    case hangUp
}

/// An HTTP server on a port of its own.
final class TestServer: Sendable {
    let url: String
    private let channel: any Channel

    /// Starts to serve what `reply` says; `disconnected` opens when a connection closes.
    init(disconnected: Gate = Gate(), _ reply: @escaping @Sendable (TestRequest) -> TestReply) async throws {
        channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.backlog, value: 2048)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(reply, disconnected))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        url = "http://127.0.0.1:\(channel.localAddress?.port ?? 0)"
    }

    func close() async {
        try? await channel.close()
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let reply: @Sendable (TestRequest) -> TestReply
        private let disconnected: Gate
        private var head: HTTPRequestHead?
        private var body = ""

        init(_ reply: @escaping @Sendable (TestRequest) -> TestReply, _ disconnected: Gate) {
            self.reply = reply
            self.disconnected = disconnected
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                self.head = head
                body = ""
            case .body(let buffer): body += String(buffer: buffer)
            case .end:
                guard let head else { return }
                answer(
                    reply(TestRequest(method: head.method.rawValue, uri: head.uri, headers: head.headers, body: body)),
                    context)
            }
        }

        func channelInactive(context: ChannelHandlerContext) {
            disconnected.open()
        }

        private func answer(_ reply: TestReply, _ context: ChannelHandlerContext) {
            switch reply {
            case .answer(let status, let headers, let body):
                write(status, headers + [("content-length", "\(body.utf8.count)")], [body], context)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            case .stalled(let type, let pieces): write(200, [("content-type", type)], pieces, context)
            case .cut(let type, let pieces):
                write(200, [("content-type", type)], pieces, context)
                context.close(promise: nil)
            case .endless(let type, let byte):
                write(200, [("content-type", type)], [], context)
                more(byte, NIOLoopBound(context, eventLoop: context.eventLoop), context.eventLoop)
            case .silence: break
            case .hangUp: context.close(promise: nil)
            }
        }

        private func write(
            _ status: Int, _ headers: [(String, String)], _ pieces: [String], _ context: ChannelHandlerContext
        ) {
            let head = HTTPResponseHead(
                version: .http1_1, status: .init(statusCode: status), headers: HTTPHeaders(headers))
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            for piece in pieces {
                context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: piece)))), promise: nil)
            }
            context.flush()
        }

        private func more(
            _ byte: UInt8, _ context: NIOLoopBound<ChannelHandlerContext>, _ eventLoop: any EventLoop
        ) {
            let piece = ByteBuffer(repeating: byte, count: 1 << 16)
            let bound = NIOLoopBound(self, eventLoop: eventLoop)
            context.value.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(piece)))).whenSuccess {
                bound.value.more(byte, context, eventLoop)
            }
        }
    }
}
