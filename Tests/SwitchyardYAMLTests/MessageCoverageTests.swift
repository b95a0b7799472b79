import Foundation
import Testing

/// Every sentence that the reader and the rules can print is printed by some test, with its line, caret and hint.
///
/// The sentences are the string literals of the sources with three spaces or more; a hole in one stands for anything.
/// They are looked for in what the files of `Fixtures/broken` print and in the tests themselves.
struct MessageCoverageTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/../../"

    /// Sentences that a test cannot bring about: of the system's errors, and of errors that libYAML does not have for
    /// text that passed the checks before it.
    private static let unreachable = [
        "you may not read this file", "the file cannot be opened: ", "the file cannot be read: ",
        "the file cannot be read as YAML", "a key of this map stands twice: `",
        "the file uses too many private-use characters",
    ]

    private static func files(_ folder: String, _ suffix: String) -> [String] {
        let names = FileManager.default.enumerator(atPath: root + folder)?.compactMap { $0 as? String } ?? []
        return names.filter { $0.hasSuffix(suffix) && !$0.contains("MessageCoverage") }.sorted()
            .map { "\(root)\(folder)/\($0)" }
    }

    /// The literals of a line, each split at its holes.
    private static func literals(_ line: String) -> [[String]] {
        var (literals, parts, current) = ([[String]](), [String](), "")
        var characters = Array(line)[...]
        var (isInside, depth) = (false, 0)
        while let character = characters.popFirst() {
            if depth > 0 {
                depth += character == "(" ? 1 : character == ")" ? -1 : 0
            } else if !isInside {
                isInside = character == "\""
            } else if character == "\\", let next = characters.popFirst() {
                guard next == "(" || next == "n" else {
                    current.append(next)
                    continue
                }
                parts.append(current)
                current = ""
                depth = next == "(" ? 1 : 0
            } else if character == "\"" {
                literals.append(parts + [current])
                (parts, current, isInside) = ([], "", false)
            } else {
                current.append(character)
            }
        }
        return literals
    }

    @Test func `every sentence is shown by a test`() throws {
        let sources =
            Self.files("Sources/SwitchyardYAML/Reading", ".swift")
            + Self.files("Sources/SwitchyardCore/Validation", ".swift")
            + [
                "PipelineReader", "SyntaxProblem", "YAMLDocument", "YAMLTrap", "YAMLTreeBuilder",
                "Settings/SettingKeys",
            ]
            .map { "\(Self.root)Sources/SwitchyardYAML/\($0).swift" }
        let shown = try
            (Self.files("Tests/SwitchyardYAMLTests", ".expected") + Self.files("Tests/SwitchyardYAMLTests", ".swift")
            + Self.files("Tests/SwitchyardCoreTests/Validation", ".swift"))
            .flatMap { try String(contentsOfFile: $0, encoding: .utf8).split(separator: "\n").map(String.init) }
        var count = 0
        for file in sources {
            for line in try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map(String.init) {
                let code = line.drop { $0 == " " }
                // `case "…":` is a message of libYAML, not one of ours.
                guard !code.hasPrefix("//"), !code.hasPrefix("case \""), !code.hasPrefix("\""),
                    !code.contains("precondition")
                else { continue }
                for parts in Self.literals(line) where parts.joined().count(where: { $0 == " " }) >= 3 {
                    guard !Self.unreachable.contains(where: { parts[0].hasPrefix($0) }) else { continue }
                    count += 1
                    let isShown = shown.contains { Self.has($0, parts) }
                    #expect(isShown, "\(file.split(separator: "/").last ?? ""): \(parts.joined(separator: "…"))")
                }
            }
        }
        #expect(count > 120)
    }

    /// Whether `line` has `parts` in order.
    private static func has(_ line: String, _ parts: [String]) -> Bool {
        var rest = line[...]
        for part in parts where !part.isEmpty {
            guard let range = rest.firstRange(of: part) else { return false }
            rest = rest[range.upperBound...]
        }
        return true
    }
}
