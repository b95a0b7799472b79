/// Literals, names, calls and paths: what operators stand between.
extension ExpressionParser {
    mutating func operand() throws(ExpressionError) -> ExpressionSyntax {
        let start = place
        let base: ExpressionSyntax
        switch token.kind {
        case .value(.int(.min)):
            throw ExpressionLexer.tooLarge(text.text(token.range), offset: offset)
        case .value(let value):
            try advance()
            base = ExpressionSyntax(kind: .literal(value), offset: start)
        case .name(let name) where Self.constants[name] != nil:
            try advance()
            base = ExpressionSyntax(kind: .literal(Self.constants[name] ?? .null), offset: start)
        case .symbol(.openParenthesis):
            try advance()
            base = try expression()
            try expect(.closeParenthesis, "to close the parenthesis")
        case .symbol(.openBracket):
            try advance()
            base = ExpressionSyntax(kind: .list(try list(until: .closeBracket, "to close the list")), offset: start)
        case .symbol(.openBrace):
            try advance()
            base = ExpressionSyntax(kind: .object(try members()), offset: start)
        case .name(let name):
            return try named(name, start: start)
        case .symbol, .end:
            throw error("a value is expected, not \(token.description)")
        }
        let path = try path()
        return path.isEmpty ? base : ExpressionSyntax(kind: .access(base, path), offset: start)
    }

    private mutating func members() throws(ExpressionError) -> [ObjectMember] {
        var members: [ObjectMember] = []
        var keys: Set<String> = []
        while !isAt(.closeBrace) {
            guard case .value(.string(let key)) = token.kind else {
                throw error(
                    "a member name in quotes is expected, not \(token.description)", hint: "write `{'name': value}`")
            }
            guard keys.insert(key).inserted else { throw error("the member `\(key)` stands twice") }
            try advance()
            try expect(.colon, "after a member name")
            members.append(ObjectMember(key: key, value: try expression()))
            guard try take(.comma) else { break }
        }
        try expect(.closeBrace, "to close the object")
        return members
    }

    private mutating func named(_ name: String, start: Int) throws(ExpressionError) -> ExpressionSyntax {
        let nameOffset = offset
        if ["if", "else", "and", "or", "not", "in"].contains(name) {
            throw error("a value is expected, not `\(name)`")
        }
        let root = Reference.Root(rawValue: name)
        try advance()
        if isAt(.openParenthesis) { return try call(name, nameOffset: nameOffset, start: start) }
        guard let root else { throw unknownName(name, offset: nameOffset) }
        let path = try path()
        if root == .secrets, path.isEmpty {
            throw ExpressionError("`secrets` is not a value", hint: "name one: `secrets.NAME`", offset: nameOffset)
        }
        references.append(Reference(root: root, path: path.map(\.element), offset: nameOffset))
        return ExpressionSyntax(kind: .reference(root, path), offset: start)
    }

    private static let constants: [String: Value] = ["null": .null, "true": true, "false": false]

    private mutating func call(
        _ name: String, nameOffset: Int, start: Int
    ) throws(ExpressionError) -> ExpressionSyntax {
        guard let function = StatusFunction(rawValue: name) else {
            let hint: String
            if let filter = FilterTable.filter(named: name) {
                hint = "`\(name)` is a filter: write `value | \(filter.usage)`"
            } else if let near = NearestName.suggestion(for: name, among: StatusFunction.allCases.map(\.rawValue)) {
                hint = "did you mean `\(near)()`?"
            } else {
                hint = "functions are always(), succeeded() and failed(); everything else is a filter: `value | name`"
            }
            throw ExpressionError("unknown function `\(name)`", hint: hint, offset: nameOffset)
        }
        guard allowsStatusFunctions else {
            throw ExpressionError(
                "`\(name)()` has a meaning only in `when`",
                hint: "compare a status instead: `steps.ID.status == 'succeeded'`", offset: nameOffset)
        }
        try advance()
        try expect(.closeParenthesis, "because `\(name)` takes no arguments")
        callsStatusFunction = true
        return ExpressionSyntax(kind: .status(function), offset: start)
    }

    private func unknownName(_ name: String, offset: Int) -> ExpressionError {
        let hint: String
        if StatusFunction(rawValue: name) != nil {
            hint = "write `\(name)()`"
        } else if ["none", "None", "nil", "True", "False"].contains(name) {
            hint = "write `\(name == "True" ? "true" : name == "False" ? "false" : "null")`"
        } else if let near = NearestName.suggestion(for: name, among: Reference.Root.allCases.map(\.rawValue)) {
            hint = "did you mean `\(near)`?"
        } else {
            hint = "write `inputs.\(name)`, `steps.\(name)`, or quote it if it is text: `'\(name)'`"
        }
        return ExpressionError("unknown name `\(name)`", hint: hint, offset: offset)
    }

    private mutating func path() throws(ExpressionError) -> [PathStep] {
        var path: [PathStep] = []
        while true {
            let start = place
            if try take(.dot) {
                guard case .name(let name) = token.kind else {
                    throw error("a member name is expected after `.`, not \(token.description)")
                }
                try advance()
                path.append(PathStep(element: .member(name), offset: start))
            } else if try take(.openBracket) {
                path.append(PathStep(element: try subscriptElement(), offset: start))
                try expect(.closeBracket, "after an index")
            } else {
                return path
            }
        }
    }

    private mutating func subscriptElement() throws(ExpressionError) -> Reference.PathElement {
        let isNegative = try take(.minus)
        switch token.kind {
        case .value(.int(.min)) where !isNegative:
            throw ExpressionLexer.tooLarge(text.text(token.range), offset: offset)
        case .value(.int(let int)):
            try advance()
            return .element(isNegative ? 0 &- int : int)
        case .value(.string(let name)) where !isNegative:
            try advance()
            return .member(name)
        case .value, .name, .symbol, .end:
            throw error(
                "an integer or a quoted name is expected in `[ ]`, not \(token.description)",
                hint: "write `[0]` or `['name']`; an index is not computed")
        }
    }
}
