import Foundation
import SwitchyardCore
import Testing

/// What the fuzzers have found worth keeping, with the checks they make: `Fuzzing/README.md`.
@Suite struct FuzzReplayTests {
    private func inputs(_ target: String) throws -> [String] {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../FuzzCorpora/\(target).jsonl")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { line in
            try #require(try JSON.parse(String(line)).stringValue)
        }
    }

    @Test func expressions() throws {
        let texts = try inputs("expression")
        #expect(texts.count > 10)
        for text in texts { #expect(ExpressionCheck.problem(with: text) == nil, "\(text.debugDescription)") }
    }

    @Test func scripts() throws {
        let texts = try inputs("shell")
        #expect(texts.count > 10)
        for text in texts { #expect(ShellCheck.problem(with: text) == nil, "\(text.debugDescription)") }
    }
}
