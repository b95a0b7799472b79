import Foundation
import SwitchyardCore
import Synchronization
import Testing

@testable import SwitchyardControl

@Suite struct ControlSocketTests {
    private static let commands: [RunCommand] = [
        .pause, .resume, .step, .stepGroup, .cancel, .cancelStep("a/b[x]"), .skipStep("a"), .retryStep("a"),
        .answerApproval("ok", isApproved: false), .resolve("a", .retry), .setBreakpoint(.step("a")),
        .clearBreakpoint(.condition("run.failed > \"0\"")),
    ]

    @Test func everyCommandArrivesAsItWasSent() async throws {
        try await withFolder { (folder: String) async throws in
            let received = Mutex<[RunCommand]>([])
            let socket = ControlSocket { _ in "" }
            let door = await socket.open(RunID("r"), folder: folder) { command, actor in
                received.withLock { $0.append(command) }
                #expect(actor == Actor("user:ada@cli"))
                return nil
            }
            for command in Self.commands {
                #expect(
                    try await ControlClient.send(command, by: Actor("user:ada@cli"), folder: folder, limit: patience)
                        == .done)
            }
            #expect(received.withLock(\.self) == Self.commands)
            await door?.close()
        }
    }

    @Test func aRefusalComesBackInWords() async throws {
        try await withFolder { (folder: String) async throws in
            let socket = ControlSocket { "it is so: \($0)" }
            let door = await socket.open(RunID("r"), folder: folder) { _, _ in .notPaused }
            #expect(
                try await ControlClient.send(.resume, by: Actor("ada"), folder: folder, limit: patience)
                    == .refused("it is so: notPaused"))
            await door?.close()
        }
    }

    @Test func nobodyListensBeforeAndAfter() async throws {
        try await withFolder { (folder: String) async throws in
            await #expect(throws: ControlClient.Failure.noOwner) {
                try await ControlClient.send(.pause, by: Actor("ada"), folder: folder, limit: patience)
            }
            let door = await ControlSocket { _ in "" }.open(RunID("r"), folder: folder) { _, _ in nil }
            #expect(FileManager.default.fileExists(atPath: folder + "/control.sock"))
            await door?.close()
            #expect(!FileManager.default.fileExists(atPath: folder + "/control.sock"))
            await #expect(throws: ControlClient.Failure.noOwner) {
                try await ControlClient.send(.pause, by: Actor("ada"), folder: folder, limit: patience)
            }
        }
    }

    @Test func whoWasHeardIsAnsweredBeforeTheDoorIsClosed() async throws {
        try await withFolder { (folder: String) async throws in
            let (heard, hear) = AsyncStream<Void>.makeStream()
            let (decided, decide) = AsyncStream<Void>.makeStream()
            let order = Mutex<[String]>([])
            let door = await ControlSocket { _ in "" }.open(RunID("r"), folder: folder) { _, _ in
                hear.yield()
                for await _ in decided { break }
                order.withLock { $0.append("answered") }
                return nil
            }
            async let answer = ControlClient.send(.pause, by: Actor("ada"), folder: folder, limit: patience)
            for await _ in heard { break }
            async let closing: Void = {
                await door?.close()
                order.withLock { $0.append("closed") }
            }()
            // The socket is gone: nobody else is let in.
            while FileManager.default.fileExists(atPath: folder + "/control.sock") { await Task.yield() }
            decide.yield()
            #expect(try await answer == .done)
            await closing
            #expect(order.withLock(\.self) == ["answered", "closed"])
        }
    }

    @Test func whoNeverAskedKeepsNoDoorOpen() async throws {
        try await withFolder { (folder: String) async throws in
            let door = await ControlSocket { _ in "" }.open(RunID("r"), folder: folder) { _, _ in nil }
            let silent = try #require(Connection(to: folder + "/control.sock"))
            await door?.close()
            withExtendedLifetime(silent) {}
        }
    }

    @Test func aSocketThatAKilledProcessLeftIsReplaced() async throws {
        try await withFolder { (folder: String) async throws in
            #expect(FileManager.default.createFile(atPath: folder + "/control.sock", contents: nil))
            let door = await ControlSocket { _ in "" }.open(RunID("r"), folder: folder) { _, _ in nil }
            #expect(try await ControlClient.send(.pause, by: Actor("ada"), folder: folder, limit: patience) == .done)
            let mode = try FileManager.default.attributesOfItem(atPath: folder + "/control.sock")[.posixPermissions]
            #expect(mode as? Int == 0o600)
            await door?.close()
        }
    }

    @Test func aLongPathIsNoObstacle() async throws {
        try await withFolder(depth: 40) { (folder: String) async throws in
            #expect(folder.utf8.count > 200)
            let door = await ControlSocket { _ in "" }.open(RunID("r"), folder: folder) { _, _ in nil }
            #expect(try await ControlClient.send(.pause, by: Actor("ada"), folder: folder, limit: patience) == .done)
            await door?.close()
        }
    }

    @Test(arguments: [
        "{}", "[]", "nonsense", #"{"command":{"type":"explode"},"actor":"x"}"#, #"{"command":{"type":"pause"}}"#,
    ])
    func whatIsNoCommandIsNone(text: String) throws {
        #expect((try? JSON.parse(text)).flatMap(ControlRequest.init(json:)) == nil)
    }
}

/// Longer than a busy machine keeps a task waiting: the tests are about the answer, not about giving up on it.
private let patience = Duration.seconds(300)

/// A folder that is gone when `body` is over.
private func withFolder(depth: Int = 0, _ body: (String) async throws -> Void) async throws {
    let root = FileManager.default.temporaryDirectory.path + "/switchyard-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: root) }
    let path = root + String(repeating: "/deep", count: depth)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try await body(path)
}

/// A connection to a socket over which nothing is said.
private final class Connection {
    private let descriptor: Int32

    init?(to path: String) {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let isOpen = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        if !isOpen { return nil }
    }

    deinit { close(descriptor) }
}
