import Glibc

/// A run of a script in a real shell, in a folder of its own and with no other programs than shells.
struct ShellRun {
    /// What `p` printed, argument by argument.
    var printed: [String]
    var ranCanary: Bool
    var timedOut: Bool

    static let canary = "canary"

    /// Runs `script` with `shell`, a path, in `folder`, which is the working directory.
    init(_ script: String, arguments: [String], shell: String, folder: String) {
        let output = folder + "/printed"
        Self.removeFiles(of: folder)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 3, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        let words = [shell, "-c", script, "oracle"] + arguments
        let argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        let variables = ["PATH=\(folder)/bin", "LC_ALL=C.UTF-8", "HOME=\(folder)"]
        let environment: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) } + [nil]
        defer { for pointer in argv + environment { free(pointer) } }
        var process = pid_t()
        guard posix_spawn(&process, shell, &actions, &attributes, argv, environment) == 0 else {
            fatalError("\(shell) cannot be started")
        }
        timedOut = !Self.wait(for: process)
        kill(-process, SIGKILL)
        printed = Self.read(output).split(separator: 0, omittingEmptySubsequences: false).dropLast()
            .map { String(decoding: $0, as: UTF8.self) }
        ranCanary = access(folder + "/" + Self.canary, F_OK) == 0
    }

    /// Removes what the run before left: a pattern would find it.
    private static func removeFiles(of folder: String) {
        guard let entries = opendir(folder) else { return }
        defer { closedir(entries) }
        while let entry = readdir(entries) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            unlink(folder + "/" + name)
        }
    }

    /// Waits for two seconds at most.
    private static func wait(for process: pid_t) -> Bool {
        var status: Int32 = 0
        for _ in 0..<4000 {
            if waitpid(process, &status, WNOHANG) == process { return true }
            usleep(500)
        }
        kill(-process, SIGKILL)
        waitpid(process, &status, 0)
        return false
    }

    private static func read(_ path: String) -> [UInt8] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
        }
    }
}
