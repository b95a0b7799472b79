import Foundation
import Testing

@testable import SwitchyardCore

/// What real shells make of the holes: every value must reach a program as exactly one argument, byte for byte.
@Suite struct ShellRoundTripTests {
    private func run(_ text: String, shell: String, inputs: Value) throws -> ShellOutcome {
        try ShellTemplate.parse(text, shell: shell, allowsRaw: false).run(shell, inputs: inputs)
    }

    /// Ways to stand in a script. Each gives the program one argument, `<VALUE>`, for the hole `@`.
    private static let positions = [
        "'<'@'>'", "\\<@\\>", "\"<@>\"", "'<@>'", "\"<${unset_name:-@}>\"", "${unset_name:-\"<\"@\">\"}",
        "\"$(/usr/bin/printf %s '<'@'>')\"", "\"$(x='<@>'; /usr/bin/printf %s \"$x\")\"",
        "$(case a in a) echo;; esac)\"<@>\"",
    ]

    @Test(arguments: ["bash", "dash"]) func `hostile text reaches a program as one argument`(shell: String) throws {
        guard FileManager.default.isExecutableFile(atPath: "/bin/\(shell)") else { return }
        var generator = SeededGenerator(seed: 7)
        var values = [
            "", " ", "-n", "--", "*", "$(touch /tmp/switchyard-pwned)", "`id`", "\n", "a\n\n", "'", "\"", "\\", "~",
            "a b", "é漢😀", "!!", "%s", "$1", "${SWITCHYARD_1}",
        ]
        while values.count < 300 { values.append(.hostile(using: &generator)) }

        // One shell for all of them. The program is called inside a function, where `$1` is something else.
        var text = "set -u; show() { set -- other \"$@\"; shift; /usr/bin/printf '%s\\0' \"$@\"; }\n"
        var expected: [String] = []
        for (index, value) in values.enumerated() {
            let position = Self.positions[index % Self.positions.count]
            text += "show " + position.replacingOccurrences(of: "@", with: "{{ inputs.v[\(index)] }}") + " end\n"
            expected += ["<\(value)>", "end"]
        }
        text += "/usr/bin/printf '%s\\0' \"$#\"\n"
        expected.append("0")

        let result = try run(text, shell: shell, inputs: ["v": Value(values)])
        #expect(result.errors == "")
        #expect(result.status == 0)
        let printed = result.printed
        #expect(printed.count == expected.count)
        for (got, wanted) in zip(printed, expected) {
            #expect(got.utf8.elementsEqual(wanted.utf8), "\(got) is not \(wanted)")
        }
        #expect(!FileManager.default.fileExists(atPath: "/tmp/switchyard-pwned"))
    }

    @Test(arguments: ["bash", "dash"]) func `any nesting of quotes and substitutions keeps the values whole`(
        shell: String
    ) throws {
        guard FileManager.default.isExecutableFile(atPath: "/bin/\(shell)") else { return }
        var generator = SeededGenerator(seed: 9)
        let values = (0..<50).map { _ in String.hostile(using: &generator) }
        var writer = ShellWordWriter(values: values, generator: generator)
        var text = "p() { /usr/bin/printf '%s\\0' \"$@\"; }\n"
        var expected: [String] = []
        for _ in 0..<300 {
            let (word, meaning) = writer.word(depth: 4)
            text += "p x\(word) end\n"
            expected += ["x" + meaning, "end"]
        }
        let result = try run(text, shell: shell, inputs: ["v": Value(values)])
        #expect(result.errors == "")
        let printed = result.printed
        #expect(printed.count == expected.count)
        for (got, wanted) in zip(printed, expected) {
            #expect(got.utf8.elementsEqual(wanted.utf8), "\(got) is not \(wanted)")
        }
        #expect(!FileManager.default.fileExists(atPath: "/tmp/switchyard-pwned"))
    }

    @Test(arguments: ["bash", "dash"]) func `more than nine holes, and the shell's own messages keep their lines`(
        shell: String
    ) throws {
        guard FileManager.default.isExecutableFile(atPath: "/bin/\(shell)") else { return }
        let holes = (0..<12).map { "{{ inputs.v[\($0)] }}" }.joined(separator: " ")
        let result = try run(
            "echo \(holes)\n\nno-such-command {{ inputs.v[0] }}", shell: shell,
            inputs: ["v": .array((0..<12).map(Value.int))])
        #expect(String(decoding: result.output, as: UTF8.self) == "0 1 2 3 4 5 6 7 8 9 10 11\n")
        #expect(result.errors.contains("line 3:") || result.errors.contains(": 3:"))
        #expect(result.status == 127)
    }

    @Test(arguments: ["bash", "dash"]) func `the filter quote makes one word of anything`(shell: String) throws {
        guard FileManager.default.isExecutableFile(atPath: "/bin/\(shell)") else { return }
        var generator = SeededGenerator(seed: 8)
        let values = (0..<100).map { _ in String.hostile(using: &generator) }
        let words = (0..<100).map { "{{ inputs.v[\($0)] | quote | raw }}" }.joined(separator: " ")
        let result = try ShellTemplate.parse("/usr/bin/printf '%s\\0' \(words)", shell: shell, allowsRaw: true)
            .run(shell, inputs: ["v": Value(values)])
        let printed = result.printed
        #expect(printed.map { Array($0.utf8) } == values.map { Array($0.utf8) })
    }
}

/// Writes shell words at random, and what each means.
private struct ShellWordWriter {
    let values: [String]
    var generator: SeededGenerator

    typealias Word = (text: String, meaning: String)

    private mutating func number(_ count: Int) -> Int { Int.random(in: 0..<count, using: &generator) }

    private mutating func joined(_ part: (inout ShellWordWriter) -> Word) -> Word {
        var word: Word = ("", "")
        for _ in 0...number(3) {
            let next = part(&self)
            word = (word.text + next.text, word.meaning + next.meaning)
        }
        return word
    }

    private mutating func hole() -> Word {
        let index = number(values.count)
        return ("{{ inputs.v[\(index)] }}", values[index])
    }

    mutating func word(depth: Int) -> Word {
        joined { writer in
            switch writer.number(depth > 0 ? 9 : 5) {
            case 0: return writer.hole()
            case 1: return ("\\'\\\"\\`\\$\\\\\\#", "'\"`$\\#")
            case 2: return ("a#b=c", "a#b=c")
            case 3:
                let hole = writer.hole()
                return ("'\"`$(\\#\(hole.text)`'", "\"`$(\\#\(hole.meaning)`")
            case 4: return ("\"it's # \"", "it's # ")
            case 5:
                let inner = writer.hole()
                return ("${unset_name:-(\(inner.text)'}')}", "(\(inner.meaning)})")
            default:
                let inner = writer.quoted(depth: depth - 1)
                return ("\"\(inner.text)\"", inner.meaning)
            }
        }
    }

    /// What stands between double quotes.
    private mutating func quoted(depth: Int) -> Word {
        joined { writer in
            switch writer.number(depth > 0 ? 10 : 4) {
            case 0, 1: return writer.hole()
            case 2: return ("'it # \\\"\\`\\$\\\\", "'it # \"`$\\")
            case 3:
                let inner = writer.hole()
                return ("${unset_name:-'\(inner.text)'}", "'\(inner.meaning)'")
            default:
                let inner = writer.word(depth: depth - 1)
                // The `.` keeps line feeds at the end, which the substitution would take.
                let print = "printf %s \(inner.text)."
                let meaning = inner.meaning + "."
                switch writer.number(7) {
                case 0: return ("$(\(print))", meaning)
                case 1: return ("$(case q in (a) :;; a|q) \(print);; esac)", meaning)
                case 2: return ("$(f() { \(print); }; f)", meaning)
                case 3: return ("$(\(print) # it's )\n)", meaning)
                case 4: return ("$(: <<'E'\n'\"`$((\nE\n\(print))", meaning)
                case 5: return ("$(: $((1 + (2))); (\(print)) 2>&1)", meaning)
                default: return ("$(set -- eval; if :; then \(print); fi)", meaning)
                }
            }
        }
    }
}
