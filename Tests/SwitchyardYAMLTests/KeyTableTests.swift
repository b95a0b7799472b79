import SwitchyardYAML
import Testing

/// Every key of every level is read, and what is wrong with it is said.
struct KeyTableTests {
    /// A file with `line` at `level`, in place of the same key where every file needs it.
    ///
    /// - Parameter kind: what a step does.
    private static func file(_ level: KeyLevel, _ line: String, kind: String = "run: 'true'") -> String {
        let key = line.prefix { $0 != ":" }
        func map(_ lines: [String]) -> String {
            (lines.filter { !$0.hasPrefix("\(key):") } + [line]).joined(separator: ", ")
        }
        let steps = "steps: [{id: a, run: 'true'}]"
        let head = "version: 1\nid: p\n"
        func step(_ text: String) -> String { "\(head)steps: [{id: a, \(text)}]\n" }
        func defaults(_ text: String) -> String { "\(head)\(steps)\ndefaults: {\(text)}\n" }
        return switch level {
        case .pipeline: "{\(map(["version: 1", "id: p", steps]))}\n"
        case .settings: "\(line)\n"
        case .provider: "providers: {\(key == "base_url" ? "openai" : "x"): {\(line)}}\n"
        case .limits: "providers: {openai: {limits: {\(line)}}}\n"
        case .catalogue: "catalogue: {\(line)}\n"
        case .routing: "routing: {\(line)}\n"
        case .spending: "budget: {\(line)}\n"
        case .step: "\(head)steps: [{\(map(["id: a", kind]))}]\n"
        case .compensation: step("run: 'true', compensate: {\(map([kind]))}")
        case .defaults: defaults(line)
        case .input: "\(head)\(steps)\ninputs: {x: {\(map(["type: string"]))}}\n"
        case .retry: defaults("retry: {\(line)}")
        case .backoff: defaults("retry: {max_attempts: 1, backoff: {\(line)}}")
        case .timeout: defaults("timeout: {\(line)}")
        case .cache: defaults("cache: {\(line)}")
        case .quality: defaults("quality: {\(map(["check: good"]))}")
        case .sandbox: defaults("sandbox: {\(line)}")
        case .budget: defaults("budget: {\(line)}")
        case .goto: step("run: 'true', on_failure: {\(line)}")
        case .foreach: step("run: 'true', foreach: {\(line)}")
        case .message: step("messages: [{\(map(["content: hello"]))}]")
        case .agent: step("agent: {\(map(["goal: peace"]))}")
        case .decide: step("decide: {\(map(["prompt: what", "choices: [a, b]"]))}")
        case .approval: step("approval: {\(map(["message: go"]))}")
        case .wait: step("wait: {\(kind == "event: x" ? "event: x, " : "")\(line)}")
        case .nested: step("pipeline: {\(line)}")
        case .models: "\(head)\(steps)\nmodels: {\(line)}\n"
        case .tiers: "\(head)\(steps)\nmodels: {tiers: {\(line)}}\n"
        case .concurrency: "\(head)\(steps)\nconcurrency: {\(map(["group: g"]))}\n"
        }
    }

    private static func read(_ level: KeyLevel, _ line: String, kind: String = "run: 'true'") -> String {
        let ofSettings: Set<KeyLevel> = [.settings, .provider, .limits, .catalogue, .routing, .spending]
        guard ofSettings.contains(level) else { return diagnostics(file(level, line, kind: kind)) }
        let layer = SettingsLayer(.project, file: "switchyard.yaml", text: file(level, line))
        return PipelineReader.read(
            text: "version: 1\nid: p\nsteps: [{id: a, run: 'true'}]\n", file: "p.yaml", tools: StubTools(),
            settings: [layer]
        ).text
    }

    @Test(arguments: KeyLevel.allCases)
    func `a key of the wrong type says what it wants`(_ level: KeyLevel) {
        for key in KeyTable.of(level).keys where key.type != .anything {
            let wrong: String
            switch key.type {
            case .list, .words, .text, .word: wrong = "{a: 1}"
            case .either: wrong = key.name == "items" || key.name == "foreach" ? "5" : "[[1]]"
            case .identifier, .boolean, .integer, .number, .dollars, .duration, .expression, .choice, .version,
                .anything, .schema, .map, .table:
                wrong = "[[1]]"
            }
            let kinds = ["tool": "tool: file.read", "prompt": "prompt: hello", "event": "event: x"]
            let kind = key.companions.first.flatMap { kinds[$0] } ?? "run: 'true'"
            let text = Self.read(level, "\(key.name): \(wrong)", kind: kind)
            #expect(text.contains("\(key.name)` wants "), "\(key.name): \(text)")
        }
    }

    @Test(arguments: KeyLevel.allCases)
    func `a slip of a key is told`(_ level: KeyLevel) {
        let table = KeyTable.of(level)
        for key in table.keys where key.name.count > 3 {
            let slip = key.name.dropLast(2) + "zz"
            let text = Self.read(level, "\(slip): 1")
            #expect(text.contains("\(table.level) has no key `\(slip)`"), "\(text)")
        }
    }

    @Test(arguments: KeyLevel.allCases)
    func `a key that must stand there is missed`(_ level: KeyLevel) {
        for key in KeyTable.of(level).keys where key.isRequired {
            let text = diagnostics(Self.file(level, "\(key.name): 1").replacing("\(key.name): 1", with: "x: 1"))
            #expect(text.contains("\(key.name)` is missing"), "\(key.name): \(text)")
        }
    }

    @Test(arguments: KeyLevel.allCases)
    func `keys are unique and explained`(_ level: KeyLevel) {
        let table = KeyTable.of(level)
        #expect(Set(table.keys.map(\.name)).count == table.keys.count)
        #expect(table.keys.allSatisfy { $0.summary.hasSuffix(".") })
        #expect(table.alternatives.allSatisfy { table[$0] != nil })
        #expect(table.keys.allSatisfy { $0.companions.allSatisfy { table[$0] != nil } })
    }
}
