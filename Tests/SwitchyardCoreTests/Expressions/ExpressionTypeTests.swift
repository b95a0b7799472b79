import OrderedCollections
import Testing

@testable import SwitchyardCore

@Suite struct ExpressionTypeTests {
    private typealias T = ExpressionType

    @Test func `a union admits what its parts admit, and names each kind once`() {
        let record = T.record(["a": .integer])
        let cases: [(T, T, T)] = [
            (.integer, .integer, .integer), (.integer, .number, .number), (.number, .integer, .number),
            (.null, .boolean, .union([.boolean, .null])), (.boolean, .null, .union([.boolean, .null])),
            (.any, .null, .any), (.null, .any, .any),
            (.string(oneOf: ["a"]), .string(oneOf: ["b", "a"]), .string(oneOf: ["a", "b"])),
            (.string(oneOf: ["a"]), .string(), .string()),
            (.array(of: .integer), .array(of: .null), .array(of: T.integer.orNull)),
            (record, .record(["b": .null]), .record(["a": .integer, "b": .null])),
            (record, .record(["a": .string()]), .record(["a": .union([.integer, .string()])])),
            (record, .anyObject, .object(.init(["a": .any], isOpen: true))), (.union([]), .integer, .integer),
            (.union([.integer, .null]), .union([.string(), .null]), .union([.integer, .string(), .null])),
        ]
        for (left, right, expected) in cases {
            #expect(left.union(right) == expected)
            #expect(T.integer.union(.string()) == T.string().union(.integer))
        }
        #expect(T.integer.orNull.withoutNull == .integer)
        #expect(T.null.withoutNull == .union([]))
        #expect(T.any.withoutNull == .any)
    }

    @Test func `a type of many names admits all`() {
        let many = T.union(of: (0..<300).map { .string(oneOf: ["\($0)"]) })
        #expect(many == .string())
        let members = (0..<200).map { ("a\($0)", T.integer) }
        let others = (0..<200).map { ("b\($0)", T.integer) }
        let merged = T.record(.init(uniqueKeysWithValues: members)).union(.record(.init(uniqueKeysWithValues: others)))
        #expect(merged == .anyObject)
        let wide = Value.object(.init(uniqueKeysWithValues: (0..<300).map { ("\($0)", Value.null) }))
        #expect(T(of: wide) == .anyObject)
        #expect(T(of: .array(Array(repeating: 1, count: 2000))) == .anyArray)
    }

    @Test(
        arguments: [
            (nil, .null), (true, .boolean), (1, .integer), (1.5, .number), ("a", .string(oneOf: ["a"])),
            ([], .array(of: .union([]))), ([1, nil], .array(of: .union([.integer, .null]))),
            (["a": [1.5]], .record(["a": .array(of: .number)])),
        ] as [(Value, ExpressionType)])
    func `a value has a narrowest type, which admits it`(value: Value, type: ExpressionType) {
        #expect(ExpressionType(of: value) == type)
        #expect(type.admits(value))
        #expect(ExpressionType.any.admits(value))
        #expect(type.orNull.admits(nil) && type.orNull.admits(value))
    }

    @Test(
        arguments: [
            (.integer, 1.0), (.string(oneOf: ["a"]), "b"), (.array(of: .integer), ["a"]),
            (.record(["a": .integer]), ["b": 1]),
            (.record(["a": .integer]), ["a": "x"]), (.null, false), (.boolean, nil), (.union([]), nil),
            (.union([.integer, .null]), "a"),
        ] as [(ExpressionType, Value)])
    func `a type does not admit what it does not say`(type: ExpressionType, value: Value) {
        #expect(!type.admits(value))
    }

    @Test(
        arguments: [
            (.any, "any value"), (.integer, "an integer"),
            (.union([.boolean, .string(), .null]), "a boolean, a string or null"),
            (.union([]), "nothing"), (.array(of: .any), "an array"), (.anyObject, "an object"), (.number, "a number"),
        ] as [(ExpressionType, String)])
    func `a type has a phrase`(type: ExpressionType, phrase: String) {
        #expect(type.phrase == phrase)
    }

    @Test(
        arguments: [
            (
                #"{"type": "object", "properties": {"n": {"type": "integer"}}, "additionalProperties": false}"#,
                .record(["n": .integer])
            ),
            (
                #"{"type": "object", "properties": {"n": {"type": "integer"}}}"#,
                .object(.init(["n": .integer], isOpen: true))
            ),
            (#"{"type": ["string", "null"]}"#, .union([.string(), .null])),
            (#"{"enum": ["a", "b", null]}"#, .union([.string(oneOf: ["a", "b"]), .null])),
            (#"{"const": 5}"#, .integer), (#"{"type": "array", "items": {"type": "number"}}"#, .array(of: .number)),
            (#"{"type": "array"}"#, .anyArray), (#"{"type": "array", "prefixItems": [{}], "items": false}"#, .anyArray),
            (#"{"anyOf": [{"type": "boolean"}, {"type": "null"}]}"#, .union([.boolean, .null])),
            (#"{"$ref": "x"}"#, .any),
            (#"{"type": "whatever"}"#, .any), ("true", .any), (#"{"type": "object"}"#, .anyObject),
        ] as [(String, ExpressionType)])
    func `a JSON Schema says what it can`(schema: String, expected: ExpressionType) throws {
        #expect(ExpressionType(schema: try JSON.parse(schema)) == expected)
    }

    @Test func `a schema without end is cut`() throws {
        let text =
            String(repeating: #"{"items": "#, count: 400) + "{}" + String(repeating: #", "type": "array"}"#, count: 400)
        var type = ExpressionType(schema: try JSON.parse(text))
        var depth = 0
        while case .array(let element) = type {
            type = element
            depth += 1
        }
        #expect(depth == 32 && type == .any)
    }

    private func input(
        _ kind: InputDefinition.Kind, default value: Value? = nil, required: Bool = false, allowed: [Value]? = nil
    ) -> ExpressionType {
        InputDefinition(
            kind: kind, defaultValue: value, isRequired: required, allowed: allowed,
            location: SourceLocation(file: "f", line: 1, column: 1)
        ).expressionType
    }

    @Test func `an input is null where a run may give it no value`() {
        #expect(input(.integer, required: true) == .integer)
        #expect(input(.integer) == T.integer.orNull)
        #expect(input(.integer, default: 3) == .integer)
        #expect(input(.number, default: .null) == T.number.orNull)
        #expect(input(.string, required: true, allowed: ["a", "b"]) == .string(oneOf: ["a", "b"]))
        for kind in InputDefinition.Kind.allCases where kind != .integer && kind != .number {
            let expected: T =
                switch kind {
                case .string, .file, .secret: .string()
                case .integer, .number: .number
                case .boolean: .boolean
                case .array: .anyArray
                case .object: .anyObject
                }
            #expect(input(kind, required: true) == expected)
        }
    }

    @Test func `every state of a step is a status it can have`() {
        let states: [StepState] = [
            .pending, .ready, .running, .waiting(.retry(until: Timestamp(microseconds: 0))), .succeeded, .failed,
            .skipped,
            .cancelled, .outcomeUnknown,
        ]
        for state in states {
            // A new state does not compile here before it is in the list above.
            switch state {
            case .pending, .ready, .running, .waiting, .succeeded, .failed, .skipped, .cancelled, .outcomeUnknown: break
            }
            #expect(StepShape.anyStatus.admits(.string(state.name)))
        }
        #expect(StepShape.anyStatus == .string(oneOf: states.map(\.name)))
        #expect(
            StepShape.anyError.admits(.object(StepFailure(.timeout, "m", details: 1, retryAfter: .seconds(1)).json)))
    }
}
