import Testing

@testable import SwitchyardCore

/// What the checker says about types must hold in every scope that has these types.
@Suite struct TypeCheckPropertyTests {
    /// A part of an expression with what is said about it alone.
    private struct Part {
        var syntax: ExpressionSyntax
        var type: ExpressionType
        var problems: [TypeProblem]
        /// The problems that are not those of a smaller part.
        var own: [TypeProblem]
    }

    private static func parts(of syntax: ExpressionSyntax, in environment: TypeEnvironment, _ source: String) -> [Part]
    {
        var checker = TypeChecker(environment, source: source)
        let type = checker.type(of: syntax)
        let below = syntax.children.map { parts(of: $0, in: environment, source) }
        let smaller = Set(below.flatMap { $0[0].problems }.map { "\($0.offset) \($0.message)" })
        let own = checker.problems.filter { !smaller.contains("\($0.offset) \($0.message)") }
        return [Part(syntax: syntax, type: type, problems: checker.problems, own: own)] + below.flatMap { $0 }
    }

    private static func value(of syntax: ExpressionSyntax, in scope: Scope, _ source: String) -> Value? {
        try? ExpressionEvaluator(scope: scope, source: source).value(of: syntax)
    }

    @Test func `what is reported happens, and what has a value has its type`() throws {
        var random = RandomExpressions(generator: SeededGenerator(seed: 20_260_412))
        var counts: [TypeProblem.Verdict: Int] = [:]
        var successes = 0
        for round in 0..<2500 {
            let world = random.world()
            for _ in 0..<3 {
                let source = random.expression()
                let expression = try Expression.parse(source)
                let parts = Self.parts(of: expression.syntax, in: world.environment, source)
                for scope in world.scopes {
                    for part in parts {
                        let value = Self.value(of: part.syntax, in: scope, source)
                        check(part, value, in: scope, source) { "round \(round): \(source) in \(scope.context())" }
                    }
                    if Self.value(of: expression.syntax, in: scope, source) != nil { successes += 1 }
                }
                for problem in parts[0].problems {
                    counts[problem.verdict, default: 0] += 1
                    #expect((0...source.count).contains(problem.offset))
                    guard problem.verdict == .failsIfReached else { continue }
                    #expect(
                        parts.contains {
                            $0.problems.contains { $0.verdict == .fails && $0.message == problem.message }
                        },
                        "round \(round): \(source): \(problem.message)")
                }
            }
        }
        // A checker that is silent would pass all of the above, and so would one in a world where nothing succeeds.
        #expect(counts[.fails, default: 0] > 2000)
        #expect(counts[.failsIfReached, default: 0] > 200)
        #expect(counts[.failsUnlessEmpty, default: 0] > 50)
        #expect(counts[.neverMatters, default: 0] > 200)
        #expect(successes > 7000)
    }

    private func check(
        _ part: Part, _ value: Value?, in scope: Scope, _ source: String, _ comment: () -> Comment
    ) {
        if part.problems.contains(where: { $0.verdict == .fails }) { #expect(value == nil, comment()) }
        if let value { #expect(part.type.admits(value), "\(part.type) in \(comment())") }
        for problem in part.own {
            switch problem.verdict {
            case .fails, .failsIfReached: break
            case .failsUnlessEmpty:
                if Self.isLast(problem, of: part.syntax) { #expect(value?.isTruthy != true, comment()) }
            case .neverMatters: checkIrrelevance(of: problem, in: part.syntax, value, scope, source, comment)
            }
        }
    }

    /// Whether nothing follows the path or the filter that the problem is about.
    private static func isLast(_ problem: TypeProblem, of syntax: ExpressionSyntax) -> Bool {
        switch syntax.kind {
        case .filtered(_, let calls): calls.last?.offset == problem.offset
        case .reference, .access: true
        case .literal, .list, .object, .status, .negated, .not, .and, .or, .comparison, .concatenation, .arithmetic,
            .conditional:
            false
        }
    }

    private func checkIrrelevance(
        of problem: TypeProblem, in syntax: ExpressionSyntax, _ value: Value?, _ scope: Scope, _ source: String,
        _ comment: () -> Comment
    ) {
        switch syntax.kind {
        case .comparison(.equal, _, _, _): #expect(value != true, comment())
        case .comparison(.notEqual, _, _, _): #expect(value != false, comment())
        case .comparison(_, let left, let list, _):
            let element = list.children.first { $0.offset == problem.offset }
            let wanted = element.flatMap { Self.value(of: $0, in: scope, source) }
            if let wanted, let value = Self.value(of: left, in: scope, source) { #expect(value != wanted, comment()) }
        case .filtered(let base, _):
            // Only `default` answers.
            #expect(Self.value(of: base, in: scope, source)?.isNull != false, comment())
        case .literal, .list, .object, .reference, .access, .status, .negated, .not, .and, .or, .concatenation,
            .arithmetic, .conditional:
            Issue.record("\(problem.message) in \(comment())")
        }
    }
}
