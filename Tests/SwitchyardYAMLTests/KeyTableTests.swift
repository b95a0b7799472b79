import SwitchyardYAML
import Testing

/// Every key of the format is either read or said to be missing from this version.
struct KeyTableTests {
    /// A file with `key: value` at the level `table`, in place of the same key where every file needs it.
    private static func file(_ table: String, _ key: String, _ value: String) -> String {
        let line = "\(key): \(value)"
        func lines(_ lines: [String], indent: String = "") -> String {
            let kept = lines.filter { !$0.hasPrefix("\(key): ") } + [line]
            return kept.map { indent + $0 + "\n" }.joined()
        }
        let steps = "steps: [{id: a, run: 'true'}]"
        let head = "version: 1\nid: p\n"
        return switch table {
        case "pipeline": lines(["version: 1", "id: p", steps])
        case "step": "\(head)steps:\n  -\n" + lines(["id: a", "run: 'true'"], indent: "    ")
        case "defaults": "\(head)\(steps)\ndefaults: {\(line)}\n"
        case "input": "\(head)\(steps)\ninputs: {x: {\(line)}}\n"
        case "retry": "\(head)\(steps)\ndefaults: {retry: {\(line)}}\n"
        case "backoff": "\(head)\(steps)\ndefaults: {retry: {max_attempts: 1, backoff: {\(line)}}}\n"
        default: "\(head)\(steps)\ndefaults: {timeout: {\(line)}}\n"
        }
    }

    private static let tables: [(name: String, table: KeyTable, prefix: String)] = [
        ("pipeline", .pipeline, ""), ("step", .step, ""), ("defaults", .defaults, "defaults."),
        ("input", .input, "inputs.x."), ("retry", .retry, "defaults.retry."),
        ("backoff", .backoff, "defaults.retry.backoff."), ("timeout", .timeout, "defaults.timeout."),
    ]

    @Test(arguments: tables.map(\.name))
    func `a key that does not run yet says so`(_ name: String) throws {
        let (_, table, prefix) = try #require(Self.tables.first { $0.name == name })
        for key in table.keys where !key.isRunnable {
            let text = diagnostics(Self.file(name, key.name, "{}"))
            #expect(
                text.contains(
                    "error: `\(prefix)\(key.name)` is part of the format, but this version of Switchyard does not run it yet\n"
                ),
                "\(text)")
            #expect(!text.contains("has no key"))
        }
    }

    @Test(arguments: tables.map(\.name))
    func `a key of the wrong type says what it wants`(_ name: String) throws {
        let (_, table, prefix) = try #require(Self.tables.first { $0.name == name })
        for key in table.keys where key.isRunnable {
            // Any value will do.
            if name == "input", key.name == "default" { continue }
            let isList = if case .list = key.type { true } else { false }
            let wrong = isList ? "{a: 1}" : "[[1]]"
            let text = diagnostics(Self.file(name, key.name, wrong))
            #expect(text.contains("`\(prefix)\(key.name)"), "\(key.name): \(text)")
            #expect(text.contains(" wants ") || text.contains("`with` belongs to `tool`"), "\(key.name): \(text)")
        }
    }

    @Test(arguments: tables.map(\.name))
    func `a slip of a key is told`(_ name: String) throws {
        let (_, table, _) = try #require(Self.tables.first { $0.name == name })
        for key in table.keys where key.name.count > 3 {
            let slip = key.name.dropLast(2) + "zz"
            let text = diagnostics(Self.file(name, String(slip), "1"))
            #expect(text.contains("\(table.level) has no key `\(slip)`"), "\(text)")
        }
    }

    @Test func `keys are unique and explained`() {
        for (name, table, _) in Self.tables {
            #expect(Set(table.keys.map(\.name)).count == table.keys.count, "\(name)")
            #expect(table.keys.allSatisfy { $0.summary.hasSuffix(".") }, "\(name)")
        }
        #expect(KeyTable.kinds.allSatisfy { KeyTable.step[$0] != nil })
    }
}
