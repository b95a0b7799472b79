import FoundationEssentials
import SwitchyardCore
import SwitchyardTools
import Testing

@Suite struct ProcessToolTests {
    let folder: TemporaryFolder
    let tool = ProcessTool(grace: .milliseconds(100))

    init() throws {
        folder = try TemporaryFolder()
    }

    func run(_ argv: [String]) async -> ToolResult {
        await tool.call(["argv": Value(argv)], in: folder)
    }

    func script(_ name: String, _ text: String, mode: Int) throws {
        try folder.write(name, text)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder.path + "/" + name)
    }

    @Test func noShellSeesTheArguments() async {
        #expect(await run(["printf", "%s|", "$HOME", "*", "a b", ""]).value == "$HOME|*|a b||")
    }

    @Test func theLastLineOfStandardErrorSaysWhy() async {
        let loud = await run(["sh", "-c", "echo first >&2; echo '  why it failed' >&2; echo >&2; exit 3"])
        #expect(loud.failure?.message == "exited with status 3: why it failed")
        let silent = await run(["sh", "-c", "echo only output; exit 3"])
        #expect(silent.failure?.message == "exited with status 3")
    }

    @Test func exitStatusCarriesTheEndOfStandardError() async {
        let result = await run(["bash", "-c", "head -c 5000 /dev/zero | tr '\\0' x >&2; echo end >&2; exit 3"])
        #expect(result.failure?.kind == .exitCode)
        let words = String(repeating: "x", count: 160)
        #expect(result.failure?.message == "exited with status 3: \(words)…", "the last line, cut")
        #expect(result.failure?.details["exit_code"] == 3)
        let stderr = result.failure?.details["stderr"].stringValue ?? ""
        #expect(stderr.utf8.count == 2048 && stderr.hasSuffix("xend\n"))
    }

    @Test func signal() async {
        let result = await run(["bash", "-c", "kill -SEGV $$"])
        #expect(result.failure?.kind == .signal)
        #expect(result.failure?.message == "ended by signal SIGSEGV")
        #expect(result.failure?.details["signal_number"] == 11)
    }

    @Test func missingPrograms() async throws {
        #expect(await run(["nosuchprogram"]).failure?.message == "the program nosuchprogram is not in PATH")
        let path = await run(["./nosuch"])
        #expect(path.failure?.kind == .notFound)
        #expect(path.failure?.message == "the program ./nosuch does not exist")
        #expect(await run([]).failure?.kind == .invalidInput)
        #expect(await run([""]).failure?.kind == .invalidInput)
    }

    @Test func programsThatCannotBeExecuted() async throws {
        try script("plain", "#!/bin/sh\n", mode: 0o644)
        let plain = await run(["./plain"])
        #expect(plain.failure?.kind == .permission)
        #expect(plain.failure?.message == "./plain may not be executed")
        try script("lost", "#!/nosuch/interpreter\n", mode: 0o755)
        let lost = await run(["./lost"])
        #expect(lost.failure?.kind == .notFound)
        #expect(lost.failure?.message.contains("interpreter") == true)
        try script("works", "#!/bin/sh\necho $0", mode: 0o755)
        #expect(await run(["./works"]).value == "./works")
    }

    @Test func missingWorkingDirectoryIsNotTheProgramsFault() async throws {
        let result = await tool.call(["argv": ["true"]], in: folder, subfolder: "/nosuch")
        #expect(result.failure?.kind == .notFound)
        #expect(result.failure?.message == "the working directory \(folder.path)/nosuch does not exist")
        try folder.write("file", "")
        #expect(
            await tool.call(["argv": ["true"]], in: folder, subfolder: "/file").failure?.message
                == "the working directory \(folder.path)/file is not a folder")
    }
}
