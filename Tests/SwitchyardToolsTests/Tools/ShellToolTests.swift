import SwitchyardCore
import SwitchyardTools
import Testing

@Suite struct ShellToolTests {
    let folder: TemporaryFolder
    let tool = ShellTool(grace: .milliseconds(100))

    init() throws {
        folder = try TemporaryFolder()
    }

    func run(_ script: String, _ arguments: [Value] = []) async -> ToolResult {
        await tool.call(["script": .string(script), "arguments": .array(arguments)], in: folder)
    }

    @Test func outputIsWhatSubstitutionGives() async {
        #expect(await run("printf 'a\\n b \\n\\n'").output == ToolOutput("a\n b ", summary: "3 lines, 7 B"))
        #expect(await run("true").output == ToolOutput("", summary: "no output"))
        #expect(await run("echo a").output == ToolOutput("a", summary: "2 B"))
    }

    @Test func argumentsAreDataWhateverTheyHold() async {
        let hostile = "'; touch pwned; echo \"$(touch pwned)` \n\u{1B}[2J"
        #expect(
            await run("printf '%s|%s|%s' \"$0\" \"$1\" \"$2\"", [.string(hostile), 5]).value
                == .string("switchyard|\(hostile)|5"))
        #expect(try! folder.names() == [])
    }

    @Test func stopsAtTheFirstFailure() async {
        #expect(await run("false; touch after").failure?.kind == .exitCode)
        #expect(await run("exit 3 | cat; touch after").failure?.details["exit_code"] == 3)
        #expect(folder.read("after") == nil)
    }

    @Test func otherShells() async {
        #expect(
            await tool.call(["script": "echo $0 $1", "shell": "/bin/sh", "arguments": ["a"]], in: folder).value
                == "switchyard a")
        let result = await tool.call(["script": "true", "shell": "nosuchshell"], in: folder)
        #expect(result.failure?.kind == .notFound)
        #expect(result.failure?.message == "the program nosuchshell is not in PATH")
    }

    @Test func readsNoStandardInput() async {
        #expect(await run("cat; echo end").value == "end")
    }

    @Test func environment() async {
        let script =
            "echo $SWITCHYARD_RUN $SWITCHYARD_STEP $SWITCHYARD_ATTEMPT $SWITCHYARD_IDEMPOTENCY_KEY $EXTRA; test -n \"$HOME$PATH\""
        let result = await tool.call(
            ["script": .string(script)], in: folder, environment: ["EXTRA": "a b", "SWITCHYARD_RUN": "forged"])
        #expect(result.value == "run a/b 2 key a b")
        let invalid = await tool.call(["script": "true"], in: folder, environment: ["A=B": "c"])
        #expect(invalid.failure?.kind == .invalidInput)
        #expect(
            await tool.call(["script": "true"], in: folder, environment: ["A": "\0"]).failure?.kind == .invalidInput)
    }

    @Test func invalidTextIsRepaired() async {
        #expect(await run("printf 'a\\377b'").value == "a\u{FFFD}b")
    }

    @Test func longOutputIsCut() async throws {
        let output = try #require(await run("head -c 3000000 /dev/zero | tr '\\0' x").output)
        #expect(output.bytesBeforeCut == 3_000_000)
        #expect(output.value.stringValue?.utf8.count == 1 << 20)
        #expect(output.summary == "2.8 MiB")
    }

    @Test func nullBytesAreRefused() async {
        #expect(await run("echo a\0; touch b").failure?.kind == .invalidInput)
    }
}
