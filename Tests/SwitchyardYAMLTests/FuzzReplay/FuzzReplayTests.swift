import Foundation
import SwitchyardCore
import Testing

/// What the fuzzer has found worth keeping, with the checks it makes: `Fuzzing/README.md`.
@Suite struct FuzzReplayTests {
    @Test func pipelines() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../FuzzCorpora/pipeline.jsonl")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        #expect(lines.count > 10)
        for line in lines {
            let text = try #require(try JSON.parse(String(line)).stringValue)
            #expect(PipelineCheck.problem(with: text) == nil, "\(text.debugDescription)")
        }
    }
}
