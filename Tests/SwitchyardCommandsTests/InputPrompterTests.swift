import Glibc
import OrderedCollections
import SwitchyardCore
import Testing

@testable import SwitchyardCommands

/// A terminal whose person has their answers ready.
private final class ScriptedTerminal: PromptTerminal {
    private var replies: [PromptReply]
    /// What the screen shows; hidden lines as `****`.
    private(set) var screen = ""

    init(_ replies: [PromptReply]) { self.replies = replies.reversed() }

    func show(_ text: String) { screen += text }

    func readLine(isHidden: Bool) -> PromptReply {
        guard let reply = replies.popLast() else { return .end }
        if case .line(let text) = reply { screen += (isHidden ? "" : text) + "\n" }
        return reply
    }
}

@Suite struct InputPrompterTests {
    private static let pipeline: Pipeline = {
        let place = SwitchyardCore.SourceLocation(file: "deploy.yaml", line: 4, column: 3)
        func input(
            _ kind: InputDefinition.Kind, pattern: String? = nil, allowed: [Value]? = nil, minimum: Double? = nil,
            maximum: Double? = nil, description: String? = nil, default value: Value? = nil
        ) -> InputDefinition {
            InputDefinition(
                kind: kind, defaultValue: value, isRequired: true, pattern: pattern, allowed: allowed, minimum: minimum,
                maximum: maximum, description: description, location: place)
        }
        return Pipeline(
            id: "deploy",
            inputs: [
                "host": input(.string, pattern: "[a-z]+[0-9]*", description: "Where to \u{1B}[31mdeploy"),
                "mode": input(.string, allowed: ["fast", "full"]),
                "times": input(.integer, minimum: 1, maximum: 5),
                "tags": input(.array), "token": input(.secret, default: "env:DEPLOY_TOKEN"),
            ], steps: [], source: "version: 1\n", file: "deploy.yaml")
    }()

    private static let surroundings = InputSurroundings(
        variables: [:], objectionToFile: { _ in nil },
        read: { _, _ in .failure(.init("is not there", isMissing: true)) })

    private static let given = GivenInputs(texts: [.init("mode", "fast"), .init("tags", "[]")])

    @Test func `each question is asked until its answer fits`() throws {
        let terminal = ScriptedTerminal([
            .line("Web 1"), .line(""), .line("web1"), .line("many"), .line("9"), .noText, .line("3"), .line("s3cret"),
        ])
        let inputs = try InputIntake.inputs(
            Self.given, for: Self.pipeline, in: Self.surroundings, asking: terminal)
        #expect(JSON.text(of: inputs.inputs) == #"{"host":"web1","mode":"fast","times":3,"tags":[]}"#)
        #expect(inputs.secrets == ["token": "s3cret"])
        #expect(inputs.secretSources == ["token": .prompt])
        #expect(
            terminal.screen == """
                deploy.yaml needs 3 inputs. ^C cancels.

                host: Where to \(Cleaned.line("\u{1B}[31mdeploy"))
                  text, matching `[a-z]+[0-9]*`
                host> Web 1
                  `host` wants text that matches `[a-z]+[0-9]*`
                host> 
                  `host` wants an answer; ^C cancels
                host> web1

                times
                  an integer, at least 1, at most 5
                times> many
                  `times` wants an integer
                times> 9
                  `times` wants at most 5
                times>   `times` wants text in UTF-8
                times> 3

                token
                  a secret: what you type is not shown, and not recorded
                  DEPLOY_TOKEN is not set
                  SWITCHYARD_SECRET_TOKEN is not set
                token> 


                """)
        #expect(!terminal.screen.contains("\u{1B}") && !terminal.screen.contains("s3cret"))
    }

    @Test func `a choice is shown with its values`() {
        let missing = InputResolution(GivenInputs(), for: Self.pipeline, in: Self.surroundings).missing
        #expect(missing.map(\.name) == ["host", "mode", "times", "tags", "token"])
        #expect(InputQuestion.text(of: missing[1]) == "mode\n  text, one of fast, full\n")
        #expect(InputQuestion.text(of: missing[3]) == "tags\n  an array as JSON, such as [1, \"two\"]\n")
    }

    @Test func `the end of the input cancels`() {
        let terminal = ScriptedTerminal([.line("web1"), .end])
        let failure = #expect(throws: CommandFailure.self) {
            try InputIntake.inputs(Self.given, for: Self.pipeline, in: Self.surroundings, asking: terminal)
        }
        guard case .exit(.cancelled)? = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(terminal.screen.hasSuffix("times> \nswitchyard: cancelled, nothing was run\n"))
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP]) func `a signal cancels`(number: Int32) {
        let terminal = ScriptedTerminal([.signal(number)])
        let failure = #expect(throws: CommandFailure.self) {
            try InputIntake.inputs(Self.given, for: Self.pipeline, in: Self.surroundings, asking: terminal)
        }
        switch failure {
        case .exit(.cancelled)?: #expect(number == SIGINT)
        case .endedBySignal(let other)?: #expect(number == other && number != SIGINT)
        default: Issue.record("\(String(describing: failure))")
        }
        #expect(terminal.screen.hasSuffix("host> \nswitchyard: cancelled, nothing was run\n"))
    }

    @Test func `nobody is asked where something given is wrong, or where there is no terminal`() {
        let terminal = ScriptedTerminal([])
        for (given, terminal) in [(GivenInputs(texts: [.init("mode", "slow")]), terminal), (Self.given, nil)] {
            let failure = #expect(throws: CommandFailure.self) {
                try InputIntake.inputs(given, for: Self.pipeline, in: Self.surroundings, asking: terminal)
            }
            guard case .invalid(let diagnostics, _)? = failure else {
                Issue.record("\(String(describing: failure))")
                return
            }
            #expect(diagnostics.contains { $0.message == "input `host` is missing" })
        }
        #expect(terminal.screen.isEmpty)
    }
}
