import Foundation
import Testing

@testable import SwitchyardCore

/// Hostile texts and real shells: each must reach a program as exactly one argument, and nothing else may run.
@Suite struct ShellSinkTests {
    private static let batch = 500
    private static let count = 20_000

    /// What stands around the hole `@`, and around its value in the argument.
    private static let positions = [("@", "@"), ("\"@\"", "@"), ("'@'", "@")]
    private static let embedded = [
        ("--x=@", "--x=@"), ("\"a @ b\"", "a @ b"), ("'a \"$ @ `b'", "a \"$ @ `b"), ("a\\ @\"@\"'@'b", "a @@@b"),
        ("\"$(printf %s @ \"@\" '@' .)\"", "@@@."), ("\"${unset_name:-@}\"", "@"),
    ]

    @Test(arguments: ["bash", "sh"]) func `20000 hostile texts are one argument each and start nothing`(
        shell: String
    ) throws {
        let trap = try ProgramTrap()
        var generator = SeededGenerator(seed: 20_000)
        // The same text for every batch: what the values are cannot matter for how it is read.
        var text = "exec /usr/bin/printf '%s\\0'"
        var wanted: [(index: Int, shape: String)] = []
        for index in 0..<Self.batch {
            // Inside of other text is where every fifth stands as well.
            let more = index % 5 == 0 ? [Self.embedded[index / 5 % Self.embedded.count]] : []
            for (word, shape) in Self.positions + more {
                text += " " + word.replacing("@", with: "{{ inputs.v[\(index)] }}")
                wanted.append((index, shape))
            }
        }
        let template = try ShellTemplate.parse(text, shell: shell, allowsRaw: false)
        for start in stride(from: 0, to: Self.count, by: Self.batch) {
            let values = (0..<Self.batch).map { _ in String.shellHostile(using: &generator) }
            let outcome = try template.run(
                shell, inputs: ["v": Value(values)], path: trap.folder.path, folder: trap.folder.path)
            #expect(outcome.errors == "", "batch \(start)")
            #expect(outcome.status == 0)
            let printed = outcome.printed
            try #require(printed.count == wanted.count, "batch \(start)")
            for (got, (index, shape)) in zip(printed, wanted) {
                let expected = shape.replacing("@", with: values[index])
                guard got.utf8.elementsEqual(expected.utf8) else {
                    Issue.record("\(got.debugDescription) is not \(expected.debugDescription), in \(shape)")
                    return
                }
            }
        }
        #expect(trap.ran == nil)
    }

    @Test func `the trap shows what runs`() throws {
        let trap = try ProgramTrap()
        let template = try ShellTemplate.parse(
            "printf %s {{ inputs.v[0] }}; echo \"{{ inputs.v[0] | raw }}\"", shell: "sh", allowsRaw: true)
        _ = try template.run("sh", inputs: ["v": ["$(id)"]], path: trap.folder.path)
        #expect(trap.ran?.hasSuffix("/id\n") == true)
    }
}

extension String {
    /// Text of pieces that mean something to a shell, and of any scalar at all. No NUL.
    static func shellHostile(using generator: inout SeededGenerator) -> String {
        let pieces = [
            "a", "0", " ", "  ", "\t", "\n", "\r\n", "'", "\"", "`", "$", "$(", ")", "$HOME", "${x}", "\\", "\\\\", "*",
            "?", "[a]", "/*", "~", "-", "--", "-n", "-e", "!", "!!", "#", " #", "&", "&&", ";", "|", "<", ">", "=", "{",
            "}", "{a,b}", "{{", "}}", "%s", "%n", "\\0", "\\c", "é", "e\u{301}", "\u{301}", "漢", "😀", "\u{200D}",
            "\u{FEFF}", "\u{85}", "\u{2028}", "\u{1}", "\u{7F}", "\u{1B}[31m", "$(touch x)", "`id`", "'; id; '",
            "\"; id; \"", "\n id \n", "\\'", "$'\\n'", "${SWITCHYARD_1}", "$1", "$@", "EOF", "<<EOF", ">x", "a[$(id)]",
            "-va[$(id)]", "$((1))", "() { :; }; id", "x=1", "eval id",
        ]
        var text = Bool.random(using: &generator) ? "" : pieces.randomElement(using: &generator)!
        for _ in 0..<Int.random(in: 0..<7, using: &generator) {
            if Int.random(in: 0..<5, using: &generator) > 0 {
                text += pieces.randomElement(using: &generator)!
            } else {
                let top: UInt32 = [0x80, 0x800, 0x11_0000].randomElement(using: &generator)!
                let scalar = Unicode.Scalar(UInt32.random(in: 1..<top, using: &generator))
                text.unicodeScalars.append(scalar ?? "\u{FFFD}")
            }
        }
        return text
    }
}
