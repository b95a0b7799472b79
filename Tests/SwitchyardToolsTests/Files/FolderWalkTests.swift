import Glibc
import SwitchyardCore
import Testing

@testable import SwitchyardTools

@Suite struct FolderWalkTests {
    func walk(_ given: String, isRecursive: Bool = true, _ cancellation: Cancellation = Cancellation()) -> FolderWalk {
        FolderWalk(
            given, isRecursive: isRecursive, includesHidden: false, limit: 1_000_000, cancellation: cancellation)
    }

    @Test func stopsWhenItIsCancelled() throws {
        let cancellation = Cancellation()
        cancellation.cancel()
        var walk = walk("/", cancellation)
        #expect(throws: CancellationError.self) { try walk.run("/") }
        #expect(walk.entries.isEmpty)
    }

    @Test func pathsBelowTheRootHaveOneSlash() throws {
        var walk = walk("/", isRecursive: false)
        try walk.run("/")
        #expect(walk.entries.contains { $0.path == "/proc" })
        #expect(!walk.entries.contains { $0.path.contains("//") })
    }

    /// In a process of its own, because the user is the process's; root could read every folder.
    @Test func aFolderThatCannotBeReadDoesNotSpoilTheRest() async {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            for name in ["a/hidden", "b/c", "d"] { try folder.write(name, "") }
            chmod(folder.path, 0o755)
            chmod(folder.path + "/a", 0)
            let user = geteuid()
            if user == 0 { seteuid(65534) }
            let output = await FileListTool().call(["recursive": true], in: folder).output
            seteuid(user)
            chmod(folder.path + "/a", 0o755)
            let entries = output?.value.arrayValue ?? []
            #expect(entries.map { $0["path"].rendered } == ["a", "b", "b/c", "d"])
            #expect(entries.first?["error"] == "Permission denied")
            #expect(entries.last?["error"] == .null)
            #expect(output?.summary == "4 entries (1 could not be read: Permission denied)")
        }
    }

    @Test func aPathThatIsTooLongDoesNotSpoilTheRest() async throws {
        let folder = try TemporaryFolder()
        // Deeper than any path can say: only a program that changes into each folder gets there.
        let name = String(repeating: "x", count: 250)
        let made = await ShellTool().call(
            ["script": .string("for i in {1..20}; do mkdir \(name); cd \(name); done")], in: folder)
        #expect(made.failure == nil)
        let output = await FileListTool().call(["recursive": true], in: folder).output
        let depth = (Int(PATH_MAX) - 1 - folder.path.utf8.count) / (name.utf8.count + 1)
        #expect(output?.summary == "\(depth) entries (1 could not be read: File name too long)")
        _ = await ShellTool().call(["script": .string("rm -r \(name)")], in: folder)
    }
}
