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
