import Glibc
import SwitchyardCore
import Synchronization

/// The editor that a person has open in the terminal, if any.
///
/// It stands in this process's group, as under any other program that opens one: `^Z` stops both, and the shell brings
/// both back.
final class EditorProcess: Sendable {
    /// How an editor ended.
    enum Ending: Equatable {
        case closed
        case failed(code: Int32)
        case killed(signal: Int32)
        case notFound
        case notStarted(errno: Int32)

        /// What went wrong, as the rest of a sentence about the editor.
        var reason: String? {
            switch self {
            case .closed: nil
            case .failed(let code): "failed with exit code \(code)"
            case .killed(let signal): "was ended by signal \(signal)"
            case .notFound: "was not found"
            case .notStarted(let number): "could not be started: \(String(cString: strerror(number)))"
            }
        }
    }

    private let shell = Mutex<pid_t?>(nil)

    var isRunning: Bool { shell.withLock { $0 != nil } }

    /// Opens the file at `path` in `editor` and blocks until it is closed.
    ///
    /// - Parameter editor: a shell command, the way git and others take it: the variable may hold arguments.
    func run(_ editor: String, on path: String) -> Ending {
        // Keys that are signals are meant for the editor. With a handler rather than ignored, which it would inherit,
        // and so would whatever a live run starts meanwhile.
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in }
        action.sa_flags = SA_RESTART
        var former: [(Int32, sigaction)] = []
        for number in [SIGINT, SIGQUIT] {
            var old = sigaction()
            sigaction(number, &action, &old)
            former.append((number, old))
        }
        let started = shell.withLock { shell -> Int32 in
            // The shell in between waits for what the editor makes of such keys; the editor gets them as ever.
            let (process, failure) = Self.spawn("trap : INT QUIT; \(editor) \(ShellWord.quoted(path))")
            shell = process
            return failure
        }
        var info = siginfo_t()
        if started == 0, let process = shell.withLock({ $0 }) {
            // Not taken away yet: its number is not another's until then.
            while waitid(P_PID, id_t(process), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        }
        for (number, var old) in former { sigaction(number, &old, nil) }
        guard started == 0 else { return .notStarted(errno: started) }
        let status = shell.withLock { shell -> Int32 in
            var status: Int32 = 0
            if let process = shell { while waitpid(process, &status, 0) < 0, errno == EINTR {} }
            shell = nil
            return status
        }
        return Self.ending(status)
    }

    /// Passes on a signal that ends this process, and returns once the editor is gone.
    func end(by number: Int32) async {
        for number in [number, SIGKILL] {
            shell.withLock { shell in
                guard let shell else { return }
                for process in Self.descendants(of: shell) + [shell] { kill(process, number) }
            }
            let deadline = ContinuousClock.now + .seconds(2)
            while isRunning, ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(10)) }
        }
    }

    /// The process, or why there is none.
    private static func spawn(_ command: String) -> (pid_t?, errno: Int32) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // Standard input may be something else than the terminal.
        let keys = isatty(STDIN_FILENO) == 1 ? -1 : open("/dev/tty", O_RDWR | O_CLOEXEC)
        defer { if keys >= 0 { close(keys) } }
        if keys >= 0 { posix_spawn_file_actions_adddup2(&actions, keys, STDIN_FILENO) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Threads of a queue have signals blocked, and broken pipes are ignored here.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var plain = sigset_t()
        sigemptyset(&plain)
        sigaddset(&plain, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &plain)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("sh"), strdup("-c"), strdup(command), nil]
        defer { for argument in arguments { free(argument) } }
        var process: pid_t = 0
        let failure = posix_spawn(&process, "/bin/sh", &actions, &attributes, &arguments, environ)
        return failure == 0 ? (process, 0) : (nil, failure)
    }

    private static func ending(_ status: Int32) -> Ending {
        let signal = status & 0x7f
        guard signal == 0 else { return .killed(signal: signal) }
        // A shell that does not become the editor tells by its exit code how that one ended.
        switch (status >> 8) & 0xff {
        case 0: return .closed
        case 127: return .notFound
        case let code where code > 128: return .killed(signal: code - 128)
        case let code: return .failed(code: code)
        }
    }

    /// The children of `process`, theirs, and so on.
    private static func descendants(of process: pid_t) -> [pid_t] {
        guard case .success(let text) = TextFile.read("/proc/\(process)/task/\(process)/children") else { return [] }
        return text.split(separator: " ").compactMap { pid_t($0) }.flatMap { descendants(of: $0) + [$0] }
    }
}
