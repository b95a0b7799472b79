package import SwitchyardCore

/// A query for parts of a value: a subset of JSONPath as RFC 9535 defines it.
///
/// - `$` the value itself, then any number of segments
/// - `.name`, `['name']`, `["name"]` a member; `[0]`, `[-1]` an element; `.*`, `[*]` all of them
/// - `[a:b]`, `[a:b:step]` elements from `a` up to but without `b`
/// - `['a','b',0]` several selectors; `..name`, `..*`, `..[…]` at any depth
/// - `[?@.x > 1 && @.y == 'z']` the children for which the test holds: `==`, `!=`, `<`, `<=`, `>`, `>=`, `&&`, `||`,
///   `!`, parentheses, strings, numbers, `true`, `false`, `null`, paths from `@` and `$`; a path alone asks whether
///   there is something
///
/// Functions (`length()`, `match()`, …) are not part of it. Selecting what is not there gives nothing and is no error.
package struct JSONPath: Hashable, Sendable {
    /// What is wrong with a query, and where.
    package struct ParseError: Error, Hashable, Sendable {
        package var message: String
        /// Byte offset into the UTF-8 text.
        package var offset: Int
    }

    /// Why a search was given up.
    package enum Interruption: Error, Hashable, Sendable {
        /// It had to look at more values than this.
        case limit(Int)
        case cancelled
    }

    struct Segment: Hashable, Sendable {
        var isDescendant: Bool
        var selectors: [Selector]
    }

    enum Selector: Hashable, Sendable {
        case name(String)
        case index(Int)
        case wildcard
        case slice(start: Int?, end: Int?, step: Int)
        case filter(Test)
    }

    indirect enum Test: Hashable, Sendable {
        case or(Test, Test)
        case and(Test, Test)
        case not(Test)
        case exists(Query)
        case compare(Operand, Comparison, Operand)
    }

    enum Comparison: String, Hashable, Sendable, CaseIterable {
        // Longer signs first: the parser takes the first that fits.
        case equal = "=="
        case notEqual = "!="
        case lessOrEqual = "<="
        case greaterOrEqual = ">="
        case less = "<"
        case greater = ">"
    }

    enum Operand: Hashable, Sendable {
        case literal(Value)
        case query(Query)
    }

    struct Query: Hashable, Sendable {
        /// Whether it starts at `$` and not at `@`.
        var isAbsolute: Bool
        var segments: [Segment]

        /// Whether it selects at most one value, as comparing needs.
        var isSingular: Bool {
            segments.allSatisfy { segment in
                guard !segment.isDescendant, segment.selectors.count == 1 else { return false }
                switch segment.selectors[0] {
                case .name, .index: return true
                case .wildcard, .slice, .filter: return false
                }
            }
        }
    }

    let query: Query

    /// Reads `text`.
    package init(_ text: String) throws(ParseError) {
        var parser = JSONPathParser(text)
        query = try parser.query()
    }

    /// What is wrong with `text` as a query; nil if nothing is. What the validator asks of a literal.
    package static func validate(_ text: String) -> ParseError? {
        do throws(ParseError) {
            _ = try JSONPath(text)
            return nil
        } catch {
            return error
        }
    }

    /// The parts of `value` that the query selects, in the order the RFC gives where it gives one.
    ///
    /// Fails once more than `limit` values had to be looked at, or `isCancelled` says so.
    package func matches(
        in value: Value, limit: Int = 1_000_000, isCancelled: @escaping () -> Bool = { false }
    ) throws(Interruption) -> [Value] {
        var evaluator = JSONPathEvaluator(root: value, limit: limit, isCancelled: isCancelled)
        return try evaluator.select(query, from: value)
    }
}
