import SwitchyardCore
import Testing

@testable import SwitchyardTools

/// Hostile texts as arguments and variables of a real program, which no shell sees.
@Suite struct ProcessSinkTests {
    private static let count = 20_000
    private static let batch = 1_000

    @Test func `20000 hostile texts are one argument each`() async throws {
        let folder = try TemporaryFolder()
        let texts = String.hostile(Self.count, seed: 7)
        for start in stride(from: 0, to: Self.count, by: Self.batch) {
            let values = Array(texts[start..<(start + Self.batch)])
            let result = await ProcessTool().call(["argv": Value(["printf", "%s\\0"] + values)], in: folder)
            let printed = try #require(result.value?.stringValue, "\(String(describing: result.failure))")
            #expect(parts(of: printed) == values.map { Array($0.utf8) })
        }
        #expect(try folder.names() == [])
    }

    @Test func `hostile texts are one variable each`() async throws {
        let folder = try TemporaryFolder()
        let texts = String.hostile(1_000, seed: 8)
        for start in stride(from: 0, to: texts.count, by: 100) {
            let variables = Dictionary(uniqueKeysWithValues: (0..<100).map { ("V\($0)", texts[start + $0]) })
            let result = await ProcessTool().call(["argv": ["env", "-0"]], in: folder, environment: variables)
            let printed = Set(parts(of: try #require(result.value?.stringValue)))
            #expect(printed.isSuperset(of: variables.map { Array("\($0.key)=\($0.value)".utf8) }))
        }
    }

    /// What stands before each NUL.
    private func parts(of text: String) -> [[UInt8]] {
        text.utf8.split(separator: 0, omittingEmptySubsequences: false).dropLast().map(Array.init)
    }
}
