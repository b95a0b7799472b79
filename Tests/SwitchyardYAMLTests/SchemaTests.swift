import Foundation
import OrderedCollections
import SwitchyardCore
import SwitchyardYAML
import Testing

/// The JSON Schema says what the reader says, as far as a schema can.
struct SchemaTests {
    private static func value(_ text: String) throws -> Value {
        let (value, diagnostics) = YAMLText.value(of: text, file: "x")
        try #require(diagnostics.isEmpty, "\(diagnostics.text(source: text))")
        return try #require(value)
    }

    private static var valid: [String] {
        get throws {
            let samples = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/../../sample-pipelines"
            let names = try FileManager.default.contentsOfDirectory(atPath: samples).filter { $0.hasSuffix(".yaml") }
            return try Fixtures.names(in: "valid").map { try Fixtures.text("valid/\($0)") }
                + names.map { try String(contentsOfFile: "\(samples)/\($0)", encoding: .utf8) }
        }
    }

    @Test func `every valid file conforms, and together they have every key`() throws {
        var validator = SchemaValidator(KeyTable.jsonSchema())
        for text in try Self.valid { #expect(validator.objections(to: try Self.value(text)) == []) }
        #expect(Self.properties(of: validator.root).subtracting(validator.visited).sorted() == [])
    }

    @Test func `a settings file conforms, and has every key of its own`() throws {
        var validator = SchemaValidator(KeyTable.jsonSchema(of: .settings))
        #expect(validator.objections(to: try Self.value(try Fixtures.text("settings/switchyard.yaml"))) == [])
        let own = Self.properties(of: validator.root).filter { !$0.contains("$defs") }
        #expect(own.subtracting(validator.visited).sorted() == [])
    }

    /// Every property of every level.
    private static func properties(of schema: Value) -> Set<String> {
        var levels = ["#": schema]
        for (name, level) in schema["$defs"].objectValue ?? [:] { levels["#/$defs/\(name)"] = level }
        return Set(
            levels.flatMap { path, level in
                (level["properties"].objectValue ?? [:]).keys.map { "\(path)/properties/\($0)" }
            })
    }

    @Test(arguments: KeyLevel.allCases)
    func `the schema has the keys of every level`(_ level: KeyLevel) {
        let schema = KeyTable.jsonSchema(of: level)
        let table = KeyTable.of(level)
        #expect(Array((schema["properties"].objectValue ?? [:]).keys) == table.keys.map(\.name))
        #expect((schema["required"].arrayValue ?? []).count == table.keys.count(where: \.isRequired))
        for key in table.keys { #expect(schema["properties"][key.name]["description"].stringValue == key.summary) }
        let text = JSON.text(of: KeyTable.jsonSchema())
        for match in text.matches(of: #/#\/\$defs\/([a-z]+)/#) {
            #expect(text.contains("\"\(match.1)\":{\"type\":\"object\""), "\(match.1)")
        }
    }

    @Test(arguments: [
        ("steps: [{id: a}]", "0 of the alternatives"),
        ("steps: [{id: a, run: ls, argv: [ls]}]", "2 of the alternatives"),
        ("steps: [{id: a, rum: ls}]", ".steps[0].rum: nothing may stand here"),
        ("steps: [{run: ls}]", "id is missing"), ("stesp: []", "steps is missing"),
        ("steps: [{id: Bad, run: ls}]", "no match"), ("steps: [{id: a, run: 5}]", "no string"),
        ("steps: [{id: a, run: ls, timeout: 5 s}]", ".timeout"),
        ("steps: [{id: a, run: ls, timeout: {idl: 5s}}]", ".timeout"),
        ("steps: [{id: a, run: ls, with: {}}]", "with needs tool"),
        ("steps: [{id: a, run: ls, system: x}]", "prompt is missing"),
        ("steps: [{id: a, prompt: hi, temperature: 3}]", "maximum 2"),
        ("steps: [{id: a, run: ls, effect: safe}]", "none of"),
        ("steps: [{id: a, run: ls, retry: {max_attempts: 0}}]", "minimum 1"),
        ("steps: [{id: a, run: ls, compensate: {run: ls, needs: [a]}}]", ".needs: nothing may stand here"),
        ("steps: [{id: a, wait: {for: 1s, event: x}}]", ".wait"),
        ("defaults: {needs: a}\nsteps: []", ".defaults.needs"), ("budget: {usd: 0}\nsteps: []", "exclusiveMinimum"),
        ("steps: [{id: a, steps: [{id: b, steps: [{id: c}]}]}]", ".steps[0].steps[0].steps[0]: 0 of the alternatives"),
    ])
    func `a file that is broken in its structure does not conform`(_ text: String, _ objection: String) throws {
        var validator = SchemaValidator(KeyTable.jsonSchema())
        let objections = validator.objections(to: try Self.value("version: 1\nid: p\n\(text)\n"))
        #expect(objections.contains { $0.contains(objection) }, "\(objections)")
        #expect(diagnostics("version: 1\nid: p\n\(text)\n").contains("error:"))
    }
}
