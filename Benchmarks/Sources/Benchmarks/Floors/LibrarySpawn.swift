import Subprocess
import SwitchyardTools

/// The same processes without the engine: by `ProcessRunner`, and by the library below it.
enum LibrarySpawn {
    /// Runs `argv` `count` times, `slots` at once, by `ProcessRunner`.
    static func runner(_ argv: [String], count: Int, slots: Int) async {
        await each(of: count, slots: slots) {
            _ = await ProcessRunner.run(ProcessRequest(argv: argv, workingDirectory: "/"))
        }
    }

    /// Runs `argv` `count` times, `slots` at once, by swift-subprocess, which reads nothing.
    static func subprocess(_ argv: [String], count: Int, slots: Int) async {
        await each(of: count, slots: slots) {
            _ = try? await Subprocess.run(
                .name(argv[0]), arguments: Arguments(Array(argv.dropFirst())), input: .none, output: .discarded,
                error: .discarded)
        }
    }

    private static func each(of count: Int, slots: Int, _ body: @escaping @Sendable () async -> Void) async {
        await withDiscardingTaskGroup { group in
            for slot in 0..<slots {
                group.addTask { for _ in stride(from: slot, to: count, by: slots) { await body() } }
            }
        }
    }
}
