import OrderedCollections
import Testing

@testable import SwitchyardCore

/// What every operator and every filter does with a value of every type, as pictures: `!` is an error.
@Suite struct ExpressionGridTests {
    /// A value of every type, as an expression writes it.
    private static let samples = ["null", "true", "7", "0.5", "'a'", "[1]", "{'k': 2}"]

    private struct Cell {
        var text: String
        /// Whether the types of the operands alone show that it fails.
        var isReported: Bool
    }

    /// `source` with its operands `inputs.l` and `inputs.r` filled in.
    private func cell(_ source: String, left: String, right: String? = nil) throws -> Cell {
        let left = try Expression.parse(left).evaluate(in: Scope())
        let right = try right.map { try Expression.parse($0).evaluate(in: Scope()) } ?? .null
        let scope = Scope(inputs: ["l": left, "r": right])
        var environment = TypeEnvironment()
        environment.inputs = ExpressionType(of: scope.inputs)
        let expression = try Expression.parse(source)
        let problems = expression.check(in: environment).problems
        let text =
            (try? expression.evaluate(in: scope)).map { value in
                let text = value.stringValue.map { "'\($0)'" } ?? JSON.text(of: value).replacing("\"", with: "'")
                return text.count > 9 ? text.prefix(8) + "…" : text
            } ?? "!"
        return Cell(
            text: text, isReported: problems.contains { $0.verdict == .fails || $0.verdict == .failsUnlessEmpty })
    }

    private func row(_ title: String, _ cells: [String]) -> String {
        let padded = ([title] + cells).map { $0 + String(repeating: " ", count: 10 - $0.count) }
        return padded.joined().replacing(/\s+$/, with: "")
    }

    @Test(arguments: operatorGrids)
    func `an operator takes or refuses every pair of types`(symbol: String, expected: String) throws {
        var rows = [row("", Self.samples)]
        for left in Self.samples {
            var cells: [String] = []
            for right in Self.samples {
                let cell = try cell("inputs.l \(symbol) inputs.r", left: left, right: right)
                #expect(cell.isReported == (cell.text == "!"), "\(left) \(symbol) \(right)")
                cells.append(cell.text)
            }
            rows.append(row(left, cells))
        }
        #expect(rows.joined(separator: "\n") == expected)
    }

    @Test func `every operator has a picture`() {
        let operators =
            [.add, .subtract, .multiply, .divide, .remainder].map(\ArithmeticOperator.rawValue)
            + [.equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .isIn, .isNotIn]
            .map(\ComparisonOperator.rawValue) + ["~", "and", "or"]
        #expect(Self.operatorGrids.map(\.0) == operators)
    }

    @Test(arguments: [
        ("not", "true      false     false     false     false     false     false"),
        ("-", "!         !         -7        -0.5      !         !         !"),
    ])
    func `an operator with one operand takes or refuses every type`(symbol: String, expected: String) throws {
        let cells = try Self.samples.map { try cell("\(symbol) inputs.l", left: $0) }
        for (sample, cell) in zip(Self.samples, cells) {
            #expect(cell.isReported == (cell.text == "!"), "\(symbol) \(sample)")
        }
        #expect(String(row("", cells.map(\.text)).dropFirst(10)) == expected)
    }

    @Test func `a filter takes or refuses every type`() throws {
        var rows = [row("", Self.samples)]
        for filter in FilterTable.filters where filter.name != FilterTable.raw {
            var cells: [String] = []
            for sample in Self.samples {
                let cell = try cell("inputs.l | \(Self.call(filter))", left: sample)
                if ["from_json", "date"].contains(filter.name), sample == "'a'" {
                    // Text is what it takes, but not this text.
                    #expect(!cell.isReported && cell.text == "!")
                } else {
                    #expect(cell.isReported == (cell.text == "!"), "\(sample) | \(filter.name)")
                }
                cells.append(cell.text)
            }
            rows.append(row(filter.name, cells))
        }
        #expect(rows.joined(separator: "\n") == Self.filterGrid)
    }

    /// The filter with arguments that are right.
    private static func call(_ filter: Filter) -> String {
        switch filter.name {
        case "default", "round": "\(filter.name)(1)"
        case "join", "split": "\(filter.name)('-')"
        case "replace": "replace('a', 'b')"
        case "map": "map('x')"
        case "where": "where('x', 1)"
        case "truncate": "truncate(1)"
        case "date": "date('%F')"
        default: filter.name
        }
    }
}
