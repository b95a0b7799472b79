import Glibc
import NIOCore
import NIOPosix
package import SwitchyardCore
import Synchronization

/// The runs of a process, each behind a Unix socket beside its log files. One request a connection: a line of JSON,
/// answered by another.
package struct ControlSocket: RunControl {
    static let name = "control.sock"
    /// In bytes. A longer line is no command.
    static let longestLine = 65_536

    private let sentence: @Sendable (CommandRefusal) -> String

    /// - Parameter sentence: a refusal in words.
    package init(sentence: @escaping @Sendable (CommandRefusal) -> String) {
        self.sentence = sentence
    }

    package func open(
        _ run: RunID, folder: String, handle: @escaping @Sendable (RunCommand, Actor) async -> CommandRefusal?
    ) async -> (any RunDoor)? {
        guard let place = SocketPlace(folder: folder) else { return nil }
        // One that a killed process left: whoever holds the run's lease is its only owner.
        unlink(folder + "/" + Self.name)
        let sentence = sentence
        let open = OpenRequests()
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        RequestHandler(open) { request in
                            let refusal = await handle(request.command, request.actor)
                            return refusal.map { .refused(sentence($0)) } ?? .done
                        })
                }
            }
        guard let channel = try? await bootstrap.bind(unixDomainSocketPath: place.path).get() else { return nil }
        chmod(folder + "/" + Self.name, 0o600)
        return OpenDoor(channel: channel, place: place, requests: open)
    }
}

/// The path of a socket in a folder whose own path may be longer than the kernel takes for one: 107 bytes.
///
/// Sockets are named through the open folder while the place lives.
final class SocketPlace: Sendable {
    private let descriptor: Int32

    init?(folder: String) {
        descriptor = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor < 0 { return nil }
    }

    deinit { close(descriptor) }

    var path: String { "/proc/self/fd/\(descriptor)/\(ControlSocket.name)" }
}

private struct OpenDoor: RunDoor {
    let channel: any Channel
    /// NIO removes the socket by this path once the channel is closed: until then it must lead to the same folder.
    let place: SocketPlace
    let requests: OpenRequests

    func close() async {
        try? await channel.close().get()
        withExtendedLifetime(place) {}
        // The process may end right after this, and with it the connections.
        await requests.answered()
    }
}

/// The connections whose request is being answered.
private final class OpenRequests: Sendable {
    private let ends = Mutex<[ObjectIdentifier: EventLoopFuture<Void>]>([:])

    func add(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        ends.withLock { $0[id] = channel.closeFuture }
        channel.closeFuture.whenComplete { _ in self.ends.withLock { _ = $0.removeValue(forKey: id) } }
    }

    /// Returns once each of them has its answer, or has gone away.
    func answered() async {
        for end in ends.withLock({ Array($0.values) }) { try? await end.get() }
    }
}

/// Reads one request of a connection and answers it.
private final class RequestHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let open: OpenRequests
    private let answer: @Sendable (ControlRequest) async -> ControlAnswer
    private var line: [UInt8] = []
    private var isAnswering = false

    init(_ open: OpenRequests, answer: @escaping @Sendable (ControlRequest) async -> ControlAnswer) {
        self.open = open
        self.answer = answer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isAnswering else { return }
        line += unwrapInboundIn(data).readableBytesView
        guard let end = line.firstIndex(of: UInt8(ascii: "\n")) else {
            if line.count > ControlSocket.longestLine { context.close(promise: nil) }
            return
        }
        isAnswering = true
        let text = String(decoding: line[..<end], as: UTF8.self)
        guard let request = (try? JSON.parse(text)).flatMap(ControlRequest.init(json:)) else {
            send(.refused("this is no command that this version knows"), on: context.channel)
            return
        }
        let (channel, answer) = (context.channel, answer)
        open.add(channel)
        channel.eventLoop.makeFutureWithTask { await answer(request) }.whenSuccess { Self.send($0, on: channel) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func send(_ answer: ControlAnswer, on channel: any Channel) { Self.send(answer, on: channel) }

    private static func send(_ answer: ControlAnswer, on channel: any Channel) {
        let buffer = channel.allocator.buffer(string: JSON.text(of: answer.json) + "\n")
        channel.writeAndFlush(buffer).whenComplete { _ in channel.close(promise: nil) }
    }
}
