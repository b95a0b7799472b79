import SwitchyardCore
import Testing

@testable import SwitchyardProviders

@Suite struct JSONSchemaTests {
    func problems(_ value: Value, _ schema: Value) -> [String] {
        JSONSchema.problems(of: value, against: schema).map(\.description)
    }

    @Test func whatFits() {
        let schema: Value = [
            "type": "object", "required": ["name"], "additionalProperties": false,
            "properties": [
                "name": ["type": "string", "minLength": 1, "pattern": "^[A-Z]"], "age": ["type": ["integer", "null"]],
                "tags": ["type": "array", "items": ["enum": ["a", "b"]], "uniqueItems": true, "maxItems": 2],
                "next": ["$ref": "#"],
            ],
        ]
        for value: Value in [
            ["name": "Ada"], ["name": "Ada", "age": nil, "tags": ["b", "a"]], ["name": "Ada", "next": ["name": "Bob"]],
            ["name": "Ada", "age": 36.0],
        ] { #expect(problems(value, schema) == [], "\(value.rendered)") }
        #expect(problems("x", schema) == ["$ must be an object, not a string"])
        #expect(problems([:], schema) == ["$ must have `name`"])
        #expect(problems(["name": "ada"], schema) == ["$.name must match the pattern ^[A-Z]"])
        #expect(problems(["name": "Ada", "x": 1], schema) == ["$ must not have `x`"])
        #expect(problems(["name": "Ada", "age": 1.5], schema) == ["$.age must be an integer or null, not a number"])
        #expect(problems(["name": "Ada", "tags": ["c"]], schema) == ["$.tags[0] must be one of \"a\", \"b\""])
        #expect(problems(["name": "Ada", "tags": ["a", "a"]], schema) == ["$.tags must not have an element twice"])
        #expect(problems(["name": "Ada", "next": ["name": ""]], schema).count == 2)
    }

    @Test func bounds() {
        #expect(problems(5, ["minimum": 6]) == ["$ must be at least 6"])
        #expect(problems(5, ["exclusiveMaximum": 5]) == ["$ must be less than 5"])
        #expect(problems(0.3, ["multipleOf": 0.1]) == [])
        #expect(problems(5, ["multipleOf": 2]) == ["$ must be a multiple of 2"])
        #expect(problems("é", ["maxLength": 1]) == [])
        #expect(problems([], ["minItems": 1]) == ["$ must have at least 1 elements, not 0"])
        #expect(problems(["a": 1], ["maxProperties": 0]).count == 1)
        #expect(problems(1, false) == ["$ is not allowed"])
        #expect(problems(1, ["const": 2]) == ["$ must be 2"])
    }

    @Test func combinations() {
        let either: Value = ["anyOf": [["type": "string"], ["type": "integer", "minimum": 3]]]
        #expect(problems("a", either) == [] && problems(3, either) == [])
        #expect(problems(1, either).count == 1)
        #expect(problems(1, ["oneOf": [["type": "integer"], ["minimum": 0]]]).count == 1)
        #expect(problems(1, ["allOf": [["minimum": 2], ["minimum": 3]]]).count == 2)
        #expect(problems(1, ["not": ["type": "integer"]]).count == 1)
        #expect(problems(["a", 1], ["prefixItems": [["type": "string"]], "items": ["type": "string"]]).count == 1)
        #expect(problems(1, ["$ref": "#/$defs/a~1b", "$defs": ["a/b": ["type": "string"]]]).count == 1)
        #expect(problems(1, ["$ref": "https://example.com/schema"]) == [])
    }

    /// Schemas come from servers: none may keep the program busy.
    @Test func schemasThatGoInCircles() {
        #expect(problems(1, ["$ref": "#"]) == [])
        let twice: Value = [
            "$defs": ["a": ["allOf": [["$ref": "#/$defs/a"], ["$ref": "#/$defs/a"]]]], "$ref": "#/$defs/a",
        ]
        #expect(problems(1, twice) == [])
        #expect(problems("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", ["pattern": "^(a+)+$"]).count == 1)
    }
}
