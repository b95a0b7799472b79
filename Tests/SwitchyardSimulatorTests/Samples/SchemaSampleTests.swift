import OrderedCollections
import SwitchyardCore
import Testing

@testable import SwitchyardSimulator

/// Values made for schemas satisfy them.
struct SchemaSampleTests {
    private func sample(_ schema: String) throws -> Value {
        let schema = try JSON.parse(schema)
        let value = SchemaSample(schema, subject: "trains").value
        let problems = SchemaCheck(root: schema).problems(value, schema)
        #expect(problems.isEmpty, "\(JSON.text(of: value))")
        #expect(SchemaSample(schema, subject: "trains").value == value)
        return value
    }

    @Test(arguments: [
        (#"{"type":"integer","minimum":1,"maximum":5}"#, "4"), (#"{"type":"number","minimum":0,"maximum":1}"#, "0.8"),
        (#"{"type":"integer","exclusiveMinimum":7,"exclusiveMaximum":9}"#, "8"),
        (#"{"type":"number","multipleOf":0.5,"minimum":1.2,"maximum":1.9}"#, "1.5"),
        (#"{"type":"integer","maximum":-10}"#, "-11"), (#"{"type":"integer","minimum":100}"#, "104"),
        (#"{"type":"boolean"}"#, "true"), (#"{"enum":[null,"b","a"]}"#, #""b""#), (#"{"const":null}"#, "null"),
        (#"{"const":{"a":1}}"#, #"{"a":1}"#), (#"{"type":["null","integer"]}"#, "4"), (#"{"type":"null"}"#, "null"),
        (#"{"type":"string","maxLength":4}"#, #""1 an""#), (#"{"type":"string","format":"date"}"#, #""2026-01-01""#),
        (#"{"type":"string","pattern":"^[A-Z]{2}-\\d{3,}$","minLength":9}"#, #""AA-1111111""#),
        (#"{"type":"string","pattern":"^(?:ab|cd)+[^a-z]?x*$"}"#, #""ab""#),
        (#"{"type":"string"}"#, #""[simulated] answer of: trains""#),
        (#"{"type":"array","items":{"enum":["x","y"]},"uniqueItems":true}"#, #"["x","y"]"#),
        (#"{"type":"array","items":{"const":1},"uniqueItems":true}"#, "[1]"),
        (#"{"type":"array","items":{"type":"integer"},"minItems":3,"maxItems":3}"#, "[4,5,0]"),
        (#"{"type":"array","prefixItems":[{"type":"null"},{"type":"boolean"}],"items":false}"#, "[null,false]"),
        (#"{"required":["a"],"maxProperties":1,"properties":{"b":{"const":1},"a":{"const":2}}}"#, #"{"a":2}"#),
        (#"{"minProperties":2,"additionalProperties":{"const":1}}"#, #"{"property_1":1,"property_2":1}"#),
        (#"{"anyOf":[{"type":"null"},{"type":"boolean"}]}"#, "true"),
        (#"{"allOf":[{"type":"integer","minimum":3},{"minimum":2,"maximum":3}]}"#, "3"),
        (#"{"type":"OBJECT","properties":{"n":{"type":"INTEGER","minimum":2,"maximum":2}}}"#, #"{"n":2}"#),
    ])
    func `samples`(schema: String, value: String) throws {
        #expect(JSON.text(of: try sample(schema)) == value)
    }

    @Test func `a tree that refers to itself ends`() throws {
        let tree = #"""
            {"$ref":"#/$defs/node","$defs":{"node":{"type":"object","required":["name","children"],
             "properties":{"name":{"type":"string"},"children":{"type":"array","items":{"$ref":"#/$defs/node"}},
             "parent":{"anyOf":[{"$ref":"#/$defs/node"},{"type":"null"}]}},"additionalProperties":false}}}
            """#
        #expect(try sample(tree)["children"].arrayValue?.count == 2)
    }

    /// What has no finite value gets some value, soon.
    @Test(arguments: [
        ##"{"$ref":"#"}"##, ##"{"$ref":"#/$defs/none"}"##, ##"{"required":["a"],"properties":{"a":{"$ref":"#"}}}"##,
        ##"{"required":["a","b","c"],"additionalProperties":{"$ref":"#"}}"##,
        ##"{"type":"array","minItems":9,"items":{"$ref":"#"}}"##, ##"{"allOf":[{"$ref":"#"}]}"##,
        ##"{"anyOf":[{"$ref":"#"},{"$ref":"#"}]}"##,
    ])
    func `a schema without an end`(schema: String) throws {
        let value = SchemaSample(try JSON.parse(schema), subject: "").value
        #expect(JSON.text(of: value).utf8.count < 2_000_000)
    }

    @Test func `a wide tree stays small`() throws {
        let members = (0..<40).map { ##""p\##($0)":{"$ref":"#"}"## }.joined(separator: ",")
        let value = try sample(##"{"type":"object","properties":{\##(members)}}"##)
        #expect(JSON.text(of: value).utf8.count < 500_000)
    }

    @Test func `random schemas get values that satisfy them`() {
        for seed in 0..<2_000 {
            var random = SplitMix64(state: UInt64(seed))
            let schema = Self.schema(depth: 0, &random)
            let value = SchemaSample(schema, subject: "seed \(seed)").value
            let problems = SchemaCheck(root: schema).problems(value, schema)
            #expect(problems.isEmpty, "seed \(seed): \(JSON.text(of: schema)) got \(JSON.text(of: value))")
        }
    }

    private static func schema(depth: Int, _ random: inout SplitMix64) -> Value {
        func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
        switch number(depth > 3 ? 3...8 : 0...8) {
        case 0, 1:
            var properties = OrderedDictionary<String, Value>()
            for index in 0..<number(0...4) { properties["p\(index)"] = schema(depth: depth + 1, &random) }
            let required = properties.keys.filter { _ in number(0...1) == 0 }
            return [
                "type": "object", "properties": .object(properties), "required": Value(Array(required)),
                "additionalProperties": .bool(number(0...1) == 0), "maxProperties": .int(number(required.count...5)),
            ]
        case 2:
            let least = number(0...3)
            return [
                "type": "array", "items": schema(depth: depth + 1, &random), "minItems": .int(least),
                "maxItems": .int(least + number(0...2)),
            ]
        case 3:
            let least = number(-50...50)
            return ["type": "integer", "minimum": .int(least), "maximum": .int(least + number(0...20))]
        case 4:
            let least = Double(number(-100...100)) / 8
            return ["type": "number", "minimum": .double(least), "exclusiveMaximum": .double(least + 0.25)]
        case 5:
            let least = number(0...40)
            return ["type": "string", "minLength": .int(least), "maxLength": .int(least + number(0...5))]
        case 6: return ["type": .array([["null", "boolean"], ["integer"]][number(0...1)].map(Value.string))]
        case 7: return ["anyOf": [schema(depth: depth + 2, &random), ["type": "null"]]]
        default: return ["enum": [.int(number(0...9)), "word", nil]]
        }
    }
}

/// A small generator whose numbers are the same on every machine.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
