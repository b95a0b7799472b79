import FoundationEssentials
import Glibc
import SwitchyardCore
import SwitchyardTools
import Testing

@Suite struct FileToolTests {
    let folder: TemporaryFolder
    let read = FileReadTool()
    let write = FileWriteTool()
    let list = FileListTool()

    init() throws {
        folder = try TemporaryFolder()
    }

    // MARK: file.read

    @Test func readsText() async throws {
        try folder.write("a", "hé\n")
        #expect(await read.call(["path": "a"], in: folder).output == ToolOutput("hé\n", summary: "4 B"))
        #expect(await read.call(["path": "a", "encoding": "base64"], in: folder).value == "aMOpCg==")
        try Data([0x61, 0xFF]).write(to: URL(filePath: folder.path + "/b"))
        #expect(await read.call(["path": "b"], in: folder).value == "a\u{FFFD}")
    }

    @Test func readsJSON() async throws {
        try folder.write("a", "{\"b\": [1, 2.0]}")
        #expect(await read.call(["path": "a", "encoding": "json"], in: folder).value == ["b": [1, 2.0]])
        try folder.write("b", "{\"b\": }")
        let failure = await read.call(["path": "b", "encoding": "json"], in: folder).failure
        #expect(failure?.kind == .invalidOutput)
        #expect(failure?.message == "b is not JSON: a value is expected here (byte 6)")
    }

    @Test func cutsWithoutALimitAndFailsWithOne() async throws {
        // 1 MiB falls between the two bytes of a character.
        try folder.write("a", "x" + String(repeating: "é", count: 600_000))
        let output = try #require(await read.call(["path": "a"], in: folder).output)
        #expect(output.bytesBeforeCut == 1_200_001)
        #expect(output.value.stringValue?.utf8.count == (1 << 20) - 1)
        #expect(await read.call(["path": "a", "encoding": "json"], in: folder).failure?.kind == .invalidInput)
        #expect(await read.call(["path": "a", "max_bytes": 1_200_000], in: folder).failure?.kind == .invalidInput)
        let whole = await read.call(["path": "a", "max_bytes": 1_200_001], in: folder).output
        #expect(whole?.value.stringValue?.utf8.count == 1_200_001)
        #expect(whole?.bytesBeforeCut == nil)
    }

    @Test func readsFilesThatDoNotSayTheirSize() async throws {
        let result = await read.run(
            ToolInvocation(
                run: RunID("run"), step: "a", attempt: 1, idempotencyKey: "key", arguments: ["path": "status"],
                environment: [:], workingDirectory: "/proc/self", workspace: "/proc/self", logFile: nil,
                report: { _ in }))
        #expect(result.value?.stringValue?.hasPrefix("Name:") == true)
    }

    @Test func readsOnlyFiles() async throws {
        try folder.write("folder/a", "")
        mkfifo(folder.path + "/pipe", 0o600)
        #expect(
            await read.call(["path": "folder"], in: folder).failure?.message == "cannot read folder: it is a folder")
        #expect(await read.call(["path": "pipe"], in: folder).failure?.kind == .invalidInput)
        let missing = await read.call(["path": "nosuch"], in: folder).failure
        #expect(missing?.kind == .notFound)
        #expect(missing?.message == "cannot read nosuch: it does not exist")
        #expect(await read.call(["path": "../a"], in: folder).failure?.kind == .permission)
        #expect(await read.call(["path": "a", "encoding": "x"], in: folder).failure?.kind == .invalidInput)
    }

    // MARK: file.write

    @Test func writesTextAndValues() async throws {
        #expect(
            await write.call(["path": "x/y/a", "content": "b"], in: folder).value == ["path": "x/y/a", "bytes": 1])
        #expect(folder.read("x/y/a") == "b")
        _ = await write.call(["path": "a", "content": ["b": [1]]], in: folder)
        #expect(folder.read("a") == "{\n  \"b\": [\n    1\n  ]\n}\n")
        _ = await write.call(["path": "a", "content": ""], in: folder)
        #expect(folder.read("a") == "")
        #expect(try folder.names() == ["a", "x"])
    }

    @Test func modes() async throws {
        _ = await write.call(["path": "a", "content": "1", "mode": "append"], in: folder)
        _ = await write.call(["path": "a", "content": "2", "mode": "append"], in: folder)
        #expect(folder.read("a") == "12")
        let failure = await write.call(["path": "a", "content": "3", "mode": "create"], in: folder).failure
        #expect(failure?.message == "cannot write a: it exists already")
        #expect(folder.read("a") == "12")
        #expect(await write.call(["path": "b", "content": "3", "mode": "create"], in: folder).failure == nil)
        #expect(try folder.names() == ["a", "b"])
        #expect(
            await write.call(["path": "b", "content": "3", "mode": "x"], in: folder).failure?.kind == .invalidInput)
    }

    @Test func aModeThatIsNotKnownYetIsNotIdempotent() {
        #expect(write.effect(of: ["path": "a"]) == .idempotent)
        #expect(write.effect(of: ["path": "a", "mode": "overwrite"]) == .idempotent)
        #expect(write.effect(of: ["path": "a", "mode": "append"]) == .unsafe)
        #expect(write.effect(of: ["path": "a", "mode": .null]) == .unsafe)
    }

    @Test func keepsPermissions() async throws {
        func mode(_ name: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: folder.path + "/" + name)[.posixPermissions] as? Int
        }
        _ = await write.call(["path": "a", "content": "1"], in: folder)
        #expect(try mode("a") == 0o644)
        chmod(folder.path + "/a", 0o750)
        _ = await write.call(["path": "a", "content": "2"], in: folder)
        #expect(try mode("a") == 0o750)
    }

    @Test func writesThroughLinksInsideOnly() async throws {
        try folder.write("a", "1")
        try folder.link("link", to: "a")
        try folder.link("out", to: "/tmp/switchyard-nosuch-target")
        _ = await write.call(["path": "link", "content": "2"], in: folder)
        #expect(folder.read("a") == "2")
        #expect(await write.call(["path": "out", "content": "2"], in: folder).failure?.kind == .permission)
        #expect(access("/tmp/switchyard-nosuch-target", F_OK) != 0)
    }

    @Test func writesOnlyFiles() async throws {
        try folder.write("folder/a", "")
        #expect(await write.call(["path": "folder", "content": ""], in: folder).failure?.kind == .invalidInput)
        let deep = await write.call(["path": "b/c", "content": "", "create_directories": false], in: folder)
        #expect(deep.failure?.kind == .notFound)
        #expect(await write.call(["path": "a"], in: folder).failure?.kind == .invalidInput)
    }

    @Test func readersSeeWholeFiles() async throws {
        let (short, long) = (String(repeating: "a", count: 10), String(repeating: "b", count: 200_000))
        _ = await write.call(["path": "a", "content": .string(short)], in: folder)
        let writer = Task {
            for _ in 0..<20 {
                _ = await write.call(["path": "a", "content": .string(long)], in: folder)
                _ = await write.call(["path": "a", "content": .string(short)], in: folder)
            }
        }
        for _ in 0..<200 {
            let text = folder.read("a")
            #expect(text == short || text == long)
        }
        await writer.value
    }

    // MARK: file.list

    func paths(_ arguments: Value) async -> [String]? {
        await list.call(arguments, in: folder).value?.arrayValue?.compactMap { $0["path"].stringValue }
    }

    @Test func lists() async throws {
        for name in ["b.txt", "a.txt", "sub/c.txt", "sub/deep/d.md", ".hidden/e.txt"] { try folder.write(name, "12") }
        try folder.link("link", to: "/etc")
        #expect(await paths([:]) == ["a.txt", "b.txt", "link", "sub"])
        #expect(await paths(["path": "sub"]) == ["sub/c.txt", "sub/deep"])
        #expect(await paths(["pattern": "*.txt"]) == ["a.txt", "b.txt"])
        #expect(await paths(["pattern": "**/*.txt"]) == ["a.txt", "b.txt", "sub/c.txt"])
        #expect(await paths(["pattern": "*.txt", "recursive": true, "include_hidden": true]) == ["a.txt", "b.txt"])
        #expect(
            await paths(["recursive": true, "include_hidden": true]) == [
                ".hidden", ".hidden/e.txt", "a.txt", "b.txt", "link", "sub", "sub/c.txt", "sub/deep", "sub/deep/d.md",
            ])
        let entries = await list.call([:], in: folder)
        #expect(entries.output?.summary == "4 entries")
        #expect(entries.value?.arrayValue?[0]["size"] == 2)
        #expect(entries.value?.arrayValue?.map { $0["type"] } == ["file", "file", "symlink", "directory"])
        #expect(entries.value?.arrayValue?[0]["modified"].stringValue.flatMap(Timestamp.init(iso8601:)) != nil)
    }

    @Test func listingFails() async throws {
        try folder.write("a", "")
        try folder.write("b", "")
        #expect(await list.call(["max_entries": 1], in: folder).failure?.kind == .invalidInput)
        #expect(await list.call(["path": "nosuch"], in: folder).failure?.kind == .notFound)
        #expect(await list.call(["path": "a"], in: folder).failure?.kind == .notFound)
        #expect(await list.call(["path": ".."], in: folder).failure?.kind == .permission)
    }
}
