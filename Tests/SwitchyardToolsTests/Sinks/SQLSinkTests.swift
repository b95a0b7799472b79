import SwitchyardCore
import Testing

@testable import SwitchyardTools

/// Hostile texts as bound parameters of a real database: each comes back byte for byte, and nothing else happens.
@Suite struct SQLSinkTests {
    private static let count = 20_000
    private static let batch = 500

    private func run(_ text: String, _ values: [String], in folder: TemporaryFolder) async throws -> Value {
        try await run(try SQLTemplate(try Template.parse(text)), values, in: folder)
    }

    /// Runs the statement as the reader of pipelines passes it on.
    private func run(
        _ statement: SQLTemplate, _ values: [String], in folder: TemporaryFolder
    ) async throws -> Value {
        let scope = Scope(inputs: ["v": Value(values)])
        let parameters = try statement.parameters.map { Value.string(try $0.template.text(in: scope)) }
        let result = await SQLQueryTool().call(
            [
                "database": "a.db", "sql": .string(try statement.text.template.text(in: scope)),
                "parameters": .array(parameters), "max_rows": .int(Self.count),
            ], in: folder)
        return try #require(result.value, "\(String(describing: result.failure))")
    }

    @Test func `20000 hostile texts are values and nothing else`() async throws {
        let folder = try TemporaryFolder()
        let made = await SQLQueryTool().call(
            ["database": "a.db", "sql": "CREATE TABLE t (i INTEGER PRIMARY KEY, v TEXT)"], in: folder)
        #expect(made.failure == nil)
        let texts = String.hostile(Self.count, seed: 1)
        let holes = (0..<Self.batch).map { "({{ inputs.v[\($0)] }})" }.joined(separator: ", ")
        let insertion = try SQLTemplate(try Template.parse("INSERT INTO t (v) VALUES \(holes) -- it's \""))
        for start in stride(from: 0, to: Self.count, by: Self.batch) {
            let written = try await run(insertion, Array(texts[start..<(start + Self.batch)]), in: folder)
            #expect(written["changes"] == .int(Self.batch))
        }
        let read = try await run("SELECT v FROM t WHERE i <= {{ \(Self.count) }} ORDER BY i", [], in: folder)
        let rows = try #require(read["rows"].arrayValue)
        try #require(rows.count == texts.count)
        for (row, text) in zip(rows, texts) {
            guard let got = row["v"].stringValue, got.utf8.elementsEqual(text.utf8) else {
                Issue.record("\(row) is not \(text.debugDescription)")
                return
            }
        }
        let tables = try await run("SELECT name FROM sqlite_schema WHERE name <> {{ 'x' }}", [], in: folder)
        #expect(tables["rows"] == [["name": "t"]])
    }

    @Test func `a condition finds what is equal and nothing else`() async throws {
        let folder = try TemporaryFolder()
        let texts = String.hostile(400, seed: 2)
        let holes = texts.indices.map { "SELECT {{ inputs.v[\($0)] }} AS v" }.joined(separator: " UNION ALL ")
        _ = await SQLQueryTool().call(["database": "a.db", "sql": "CREATE TABLE t (v)"], in: folder)
        for text in texts.prefix(10) {
            let found = try await run(
                "SELECT count(*) AS n FROM (\(holes)) WHERE v = {{ inputs.v[\(texts.count)] }} OR {{ '0' }} = '1'",
                texts + [text], in: folder)
            // Bytes, where Swift would compare characters.
            let equal = texts.count { $0.utf8.elementsEqual(text.utf8) }
            #expect(found["rows"] == [["n": .int(equal)]])
        }
    }
}
