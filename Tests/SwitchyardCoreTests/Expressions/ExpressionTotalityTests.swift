import OrderedCollections
import Testing

@testable import SwitchyardCore

/// Every expression ends in a value or an error, whatever it says and whatever is in its scope.
@Suite struct ExpressionTotalityTests {
    @Test func `depth, length and results are bounded`() {
        let deep = String(repeating: "(", count: 100) + "1" + String(repeating: ")", count: 100)
        #expect(outcome(deep) == "error at 64: nested deeper than 64 levels")
        #expect(outcome(String(repeating: "not ", count: 5000) + "1").hasSuffix("nested deeper than 64 levels"))
        #expect(outcome(String(repeating: "- ", count: 5000) + "x").hasSuffix("nested deeper than 64 levels"))
        #expect(outcome(String(repeating: "1+", count: 30_000) + "1") == "30001")
        #expect(outcome(String(repeating: "'abcdefgh'~", count: 5000) + "''").count == 40_002)
        #expect(outcome("'x'" + String(repeating: "|trim|default('y')", count: 3000)) == #""x""#)
        #expect(outcome(String(repeating: " ", count: 70_000)) == "error at 0: an expression is expected")
        #expect(
            outcome("1" + String(repeating: "+1", count: 40_000)) == "error at 0: the expression is longer than 64 KiB")

        var scope = sampleScope
        scope.inputs = ["big": .string(String(repeating: "x", count: 9 << 20))]
        #expect(outcome("inputs.big ~ inputs.big", in: scope) == "fails at 13: the text would be longer than 16 MiB")
        #expect(
            outcome("[inputs.big, inputs.big] | json", in: scope) == "fails at 27: the text would be longer than 16 MiB"
        )
        #expect(
            outcome("[inputs.big, inputs.big] | join('')", in: scope)
                == "fails at 27: the text would be longer than 16 MiB")
        scope.inputs = [
            "many": .string(String(repeating: "x", count: 200_000)),
            "wide": .string(String(repeating: "y", count: 100)),
        ]
        #expect(
            outcome("inputs.many | replace('x', inputs.wide)", in: scope)
                == "fails at 14: the text would be longer than 16 MiB")
    }

    @Test(arguments: [
        ("(", ")"), ("[", "]"), ("{'a': ", "}"), ("not (", ")"), ("-(", ")"), ("1 if (", ") else 2"),
        ("1 | default(", ")"),
        ("1 if 1 else ", ""), ("[1, (", ")]"),
    ])
    func `whatever nests is bounded`(open: String, close: String) {
        for depth in [70, 2000] {
            let text = String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
            let outcome = outcome(text)
            #expect(outcome.hasPrefix("error at") && outcome.hasSuffix("nested deeper than 64 levels"))
        }
    }

    /// A value as deep as the log may hold.
    private static func nested(_ levels: Int, _ wrap: (Value) -> Value) -> Value {
        (0..<levels).reduce(1) { value, _ in wrap(value) }
    }

    @Test func `a value may be as deep as a recorded one`() throws {
        var scope = Scope()
        scope.inputs = [
            "a": Self.nested(JSON.maximumRecordedDepth) { [$0] },
            "b": Self.nested(JSON.maximumRecordedDepth) { ["k": $0] },
        ]
        for operand in ["inputs.a", "inputs.b", "[inputs.a, inputs.b]"] {
            for filter in FilterTable.filters where filter.argumentCount.lowerBound == 0 {
                _ = outcome("\(operand) | \(filter.name)", in: scope)
            }
            #expect(outcome("\(operand) == \(operand)", in: scope) == "true")
            #expect(outcome("\(operand) in [\(operand)]", in: scope) == "true")
            #expect(outcome("(\(operand) ~ '') | length > 1400", in: scope) == "true")
            #expect(outcome("[\(operand), \(operand)] | unique | length", in: scope) == "1")
        }
        let path = String(repeating: "[0]", count: JSON.maximumRecordedDepth)
        #expect(outcome("inputs.a" + path, in: scope) == "1")
        #expect(outcome("[inputs.a] | map('\(path)') | first", in: scope) == "1")
        var environment = TypeEnvironment()
        environment.inputs = ExpressionType(of: scope.inputs)
        #expect(try Expression.parse("inputs.a\(path).x").check(in: environment).problems == [])
    }

    @Test func `JSON text is no way to a deeper value`() {
        let deep = Scope(inputs: ["t": .string(String(repeating: "[", count: 100_000))])
        #expect(
            outcome("inputs.t | from_json", in: deep)
                == "fails at 11: the text is not JSON: nested deeper than 512 levels (byte 512)")
    }

    @Test(arguments: [
        "inputs.text ~ ''", "inputs.text | length", "inputs.text | upper | lower | trim", "inputs.text | hash",
        "inputs.text | lines | length", "inputs.text | split(' ') | unique | length",
        "inputs.text | urlencode | length",
        "inputs.text | quote | length", "inputs.text | json | from_json | length",
        "inputs.text | replace('x', 'yy') | length", "inputs.text | truncate(9) | length",
        "inputs.text in [inputs.text]",
        "inputs.list | sort | first", "inputs.list | unique | length", "inputs.list | sum", "inputs.list | max",
        "inputs.list | json | length", "inputs.list | join(',') | length", "inputs.list | hash",
        "inputs.rows | map('n') | sort | last", "inputs.rows | where('name', 'x') | length",
        "inputs.rows | where('n', 17) | length", "inputs.list + inputs.list | length", "-1 in inputs.list",
        "inputs.list == inputs.list", "inputs.wide | keys | length", "inputs.wide | values | sum",
    ])
    func `large values are worked through`(source: String) {
        #expect(!outcome(source, in: Self.large).hasPrefix("error"))
    }

    private static let large: Scope = {
        let numbers = (0..<50_000).map { Value.int($0 * 7919 % 50_000) }
        return Scope(inputs: [
            "text": .string(String(repeating: "xé z\n", count: 50_000)), "list": .array(numbers),
            "rows": .array(numbers.map { ["n": $0, "name": .string("row \($0.rendered)")] }),
            "wide": .object(
                OrderedDictionary(uniqueKeysWithValues: (0..<50_000).map { ("member \($0)", Value.int($0)) })),
        ])
    }()

    @Test func `what is missing in a large value is found missing at once`() {
        #expect(
            outcome("inputs.wide.membre", in: Self.large) == "fails at 11: `inputs.wide` has no member `membre`")
        // Looking for what was meant in each of 50,000 rows would take minutes.
        #expect(outcome("inputs.rows | where('nane', 1) | length", in: Self.large) == "0")
    }

    @Test(arguments: [
        "inputs.text|length", "inputs.text ~ ''", "inputs.text|hash", "inputs.text|upper", "inputs.list + inputs.list",
        "inputs.list == inputs.other", "-1 in inputs.list", "inputs.list|sort", "inputs.list|json",
        "inputs.list|json|from_json", "inputs.text < inputs.text", "inputs.list|unique",
    ])
    func `every part of an evaluation counts`(part: String) throws {
        let numbers = (0..<1000).map(Value.int)
        let scope = Scope(inputs: [
            "text": .string(String(repeating: "x", count: 20_000)), "list": .array(numbers),
            "other": .array(numbers.dropLast() + [-1]),
        ])
        func outcome(parts: Int) throws -> String? {
            let source = "[" + Array(repeating: "(\(part))", count: parts).joined(separator: ", ") + "]|length"
            let syntax = try Expression.parse(source).syntax
            let evaluator = ExpressionEvaluator(scope: scope, source: source, budget: EvaluationBudget(bytes: 1 << 20))
            do throws(EvaluationError) {
                _ = try evaluator.value(of: syntax)
                return nil
            } catch {
                return error.message
            }
        }
        #expect(try outcome(parts: 2) != "the expression works through more than 1 MiB")
        #expect(try outcome(parts: 1500) == "the expression works through more than 1 MiB")
    }

    @Test func `the work of one evaluation is bounded`() {
        let scope = Scope(inputs: ["big": .string(String(repeating: "x", count: 8 << 20))])
        let source = "[" + Array(repeating: "inputs.big ~ ''", count: 3000).joined(separator: ", ") + "]|length"
        #expect(outcome(source, in: scope).hasSuffix("the expression works through more than 256 MiB"))
    }

    @Test func `results are bounded`() {
        let letters = Scope(inputs: ["big": .string(String(repeating: "ΐ", count: 6 << 20 - 1))])
        #expect(outcome("inputs.big | upper", in: letters) == "fails at 13: the text would be longer than 16 MiB")
        let signs = Scope(inputs: ["big": .string(String(repeating: "%", count: 6 << 20))])
        #expect(outcome("inputs.big | urlencode", in: signs) == "fails at 13: the text would be longer than 16 MiB")
        let lines = Scope(inputs: ["big": .string(String(repeating: "\n", count: 1 << 20 + 1))])
        #expect(
            outcome("inputs.big | lines", in: lines) == "fails at 13: the array would have more than 1048576 elements")
        #expect(
            outcome("inputs.big | split('\\n')", in: lines)
                == "fails at 13: the array would have more than 1048576 elements")
        let elements = Scope(inputs: ["a": .array(Array(repeating: 1, count: 600_000))])
        #expect(
            outcome("inputs.a + inputs.a", in: elements)
                == "fails at 9: the array would have more than 1048576 elements")
    }

    @Test func `no number is infinite or none at all`() {
        let scope = Scope(inputs: ["inf": .double(.infinity), "nan": .double(.nan)])
        for operand in ["inputs.inf", "inputs.nan"] {
            for operation in [
                "+ 1", "- inputs.inf", "* 0", "/ 2", "% 2", "< 1 and 1 / 0", "| round", "| round(2)", "| date('%F')",
            ] {
                let outcome = outcome("\(operand) \(operation)", in: scope)
                #expect(outcome.hasPrefix("fails at") || outcome == "false", "\(operand) \(operation) is \(outcome)")
            }
        }
        #expect(outcome("[inputs.nan, 1] | sort", in: scope).hasPrefix("fails at"))
        #expect(outcome("[1, inputs.nan] | max", in: scope).hasPrefix("fails at"))
    }
}
