/// What filters do with types.
extension TypeChecker {
    mutating func filtered(_ base: ExpressionSyntax, _ calls: [FilterCall]) -> ExpressionType {
        var type = path(of: base, isDefaulted: calls.first?.name == "default")
        for (index, call) in calls.enumerated() {
            let name =
                index == 0
                ? Self.name(of: base, or: "the value") : "what `\(calls[index - 1].name)` gives"
            if call.name == "default" {
                // What stands in for a value need not exist where the value does.
                let substitute = conditionally { $0.type(of: call.arguments[0]) }
                type = type.withoutNull.union(substitute)
            } else {
                type = result(of: call, applied: type, named: name)
            }
        }
        return type
    }

    private mutating func result(
        of call: FilterCall, applied type: ExpressionType, named name: String
    ) -> ExpressionType {
        guard let filter = FilterTable.filter(named: call.name) else {
            preconditionFailure("the parser let the unknown filter \(call.name) pass")
        }
        let arguments = arguments(of: call, to: filter)
        let signature = filter.signature
        if type.isEmpty { return .any }
        let taken = type.alternatives.filter { $0.sharesKind(with: signature.takes) }
        guard !taken.isEmpty else {
            report(
                .fails, "`\(filter.name)` takes \(signature.takes.phrase), but \(name) is \(type.phrase)",
                hint: Self.hint(filter, type), at: call.offset)
            return .any
        }
        let outcomes = taken.map { signature.gives($0, arguments) }
        var results: [ExpressionType] = []
        var problems: [(message: String, hint: String?)] = []
        for outcome in outcomes {
            switch outcome {
            case .gives(let type): results.append(type)
            case .failsUnlessEmpty(let type, let message, let hint):
                results.append(type)
                problems.append((message, hint))
            }
        }
        if problems.count == outcomes.count, let problem = problems.first {
            report(.failsUnlessEmpty, problem.message, hint: problem.hint, at: call.offset)
        }
        return .union(of: results)
    }

    private mutating func arguments(of call: FilterCall, to filter: Filter) -> [FilterSignature.Argument] {
        var arguments: [FilterSignature.Argument] = []
        var areRight = true
        for (argument, expected) in zip(call.arguments, filter.signature.arguments) {
            let before = problems.count
            let type = type(of: argument)
            arguments.append(.init(type: type, constant: constantValue(of: argument)))
            if !type.isEmpty, !type.sharesKind(with: expected) {
                let wanted = expected == .number ? "an integer" : expected.phrase
                let name = Self.name(of: argument, or: "this")
                report(
                    .fails, "the argument of `\(filter.name)` is \(wanted), but \(name) is \(type.phrase)",
                    hint: "write `\(filter.usage)`", at: argument.offset)
            }
            areRight = areRight && problems.count == before
        }
        let constants = arguments.compactMap(\.constant)
        if areRight, constants.count == arguments.count, !arguments.isEmpty {
            do throws(ValueError) {
                _ = try filter.apply(filter.signature.probe, constants)
            } catch {
                report(.fails, error.message, at: call.offset)
            }
        }
        return arguments
    }

    private static func hint(_ filter: Filter, _ type: ExpressionType) -> String? {
        let takes = filter.signature.takes
        if type == .null { return "say what stands in for null: put `| default(…)` before it" }
        if takes == .anyArray, type.sharesKind(with: .string()) {
            return "make an array of the text first: `| lines`, `| split(',')` or `| from_json`"
        }
        if takes == .anyArray, type.sharesKind(with: .anyObject) { return "pick its `| values` or its `| keys` first" }
        if takes == .anyObject, type.sharesKind(with: .string()) { return "read the text first: `| from_json`" }
        if takes == .number, type.sharesKind(with: .string()) { return "read the text first: `| from_json`" }
        if takes == .string(), type.sharesKind(with: .anyArray) { return "make one text of it first: `| join(', ')`" }
        if takes == .string(), filter.name == "from_json" { return "it is no JSON text: leave `| from_json` away" }
        return nil
    }
}
