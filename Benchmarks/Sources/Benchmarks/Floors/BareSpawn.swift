import Dispatch
import Glibc

/// The same processes by `posix_spawn` alone: no pipes, no session, nothing read.
enum BareSpawn {
    /// Starts `argv` with nothing on its standard streams. Returns its process identifier.
    static func start(_ argv: [String]) throws(Failure) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var arguments: [UnsafeMutablePointer<CChar>?] = argv.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        // TERM must end them: threads of Dispatch block it, and children inherit that.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var process: pid_t = 0
        let error = posix_spawnp(&process, argv[0], &actions, &attributes, &arguments, environ)
        guard error == 0 else { throw Failure("\(argv[0]) cannot be started: \(String(cString: strerror(error)))") }
        return process
    }

    /// Waits for the end of `process`.
    static func wait(for process: pid_t) {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
    }

    /// Runs `argv` `count` times, `slots` at once.
    static func run(_ argv: [String], count: Int, slots: Int) async throws {
        let group = DispatchGroup()
        let queues = (0..<slots).map { DispatchQueue(label: "benchmarks.spawn.\($0)") }
        for (number, queue) in queues.enumerated() {
            queue.async(group: group) {
                for _ in stride(from: number, to: count, by: slots) {
                    // Of a program that is not there the engine's run fails as well, and says so.
                    if let process = try? start(argv) { wait(for: process) }
                }
            }
        }
        await withCheckedContinuation { continuation in
            group.notify(queue: .global()) { continuation.resume() }
        }
    }
}
