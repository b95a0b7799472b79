import OrderedCollections
import SwitchyardCore
import SwitchyardYAML
import Testing

/// Plain scalars mean what the core schema of YAML 1.2 says; seen through the arguments of a tool.
struct CoreSchemaTests {
    @Test(arguments: [
        ("true", Value.bool(true)), ("False", .bool(false)), ("NULL", .null), ("~", .null), ("", .null),
        ("yes", "yes"), ("no", "no"), ("on", "on"), ("Off", "Off"), ("y", "y"),
        ("7", 7), ("-7", -7), ("+7", 7), ("0755", 755), ("0o17", 15), ("0x1F", 31), ("0b1", "0b1"),
        ("1_000", "1_000"), ("12:30", "12:30"), ("1.5", 1.5), ("-1.5e3", -1500.0), ("1.", 1.0), (".5", 0.5),
        ("1e3", 1000.0), ("1.e3", 1000.0), (".inf", .double(.infinity)), ("-.Inf", .double(-.infinity)), (".", "."),
        ("1.2.3", "1.2.3"), ("-x", "-x"), ("0x", "0x"), ("0o9", "0o9"), ("0x-1", "0x-1"), ("nul", "nul"),
        ("9223372036854775808", 9223372036854775808.0), ("2024-01-01", "2024-01-01"), ("'7'", "7"),
        ("\"true\"", "true"), ("!!str 7", "7"), ("!!int '7'", 7),
    ])
    func `a scalar`(_ text: String, _ expected: Value) throws {
        let source = """
            version: 1
            id: p
            steps:
              - id: a
                tool: file.write
                with: {path: x, content: [\(text.isEmpty ? "~" : text)]}
            """
        let result = PipelineReader.read(text: source, file: "p.yaml", tools: StubTools())
        let step = try #require(result.pipeline?.steps.first, "\(result.text)")
        guard case .tool(_, .object(let with)) = step.kind, case .array(let elements)? = with["content"] else {
            Issue.record("no tool")
            return
        }
        switch elements[0] {
        case .literal(let value): #expect(value == expected && value.typeName == expected.typeName)
        case .text(let template): #expect(template.literalText == expected.stringValue)
        case .stepField, .array, .object: Issue.record("no scalar")
        }
    }
}
