import NIOCore
import NIOPosix
package import SwitchyardCore

/// Steers a run that another process owns.
package enum ControlClient {
    /// Why nobody answered.
    package enum Failure: Error, Hashable, Sendable {
        /// No process can be reached that owns the run.
        case noOwner
        /// The owner did not answer, or with what is no answer.
        case noAnswer
    }

    /// Asks the owner of the run whose files are in `folder`, and waits for its answer for at most `limit`.
    package static func send(
        _ command: RunCommand, by actor: Actor, folder: String, limit: Duration = .seconds(10)
    ) async throws(Failure) -> ControlAnswer {
        guard let place = SocketPlace(folder: folder) else { throw .noOwner }
        defer { withExtendedLifetime(place) {} }
        let reply = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: String.self)
        let bootstrap = ClientBootstrap(group: reply.futureResult.eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ReplyHandler(reply))
                }
            }
        let channel: any Channel
        do {
            channel = try await bootstrap.connect(unixDomainSocketPath: place.path).get()
        } catch {
            reply.fail(error)
            throw .noOwner
        }
        let request = JSON.text(of: ControlRequest(command, by: actor).json) + "\n"
        channel.writeAndFlush(channel.allocator.buffer(string: request), promise: nil)
        let timer = channel.eventLoop.scheduleTask(in: TimeAmount(limit)) { channel.close(promise: nil) }
        defer { timer.cancel() }
        guard let text = try? await reply.futureResult.get(), let json = try? JSON.parse(text),
            let answer = ControlAnswer(json: json)
        else { throw .noAnswer }
        return answer
    }
}

/// Gathers everything that comes until the other side closes.
private final class ReplyHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let promise: EventLoopPromise<String>
    private var bytes: [UInt8] = []

    init(_ promise: EventLoopPromise<String>) {
        self.promise = promise
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        bytes += unwrapInboundIn(data).readableBytesView
        if bytes.count > ControlSocket.longestLine { context.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) { promise.succeed(String(decoding: bytes, as: UTF8.self)) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
