/// Paths as text, such as `rows[0].owner.name` or `a['odd name']`.
enum PathText {
    /// The elements of the path; the first may stand without its `.`. Nil for anything that is not a path.
    static func parse(_ text: String) -> [Reference.PathElement]? {
        let source = SourceText(text)
        var lexer = ExpressionLexer(source, range: 0..<source.scalars.count)
        var path: [Reference.PathElement] = []
        do throws(ExpressionError) {
            if let first = source.scalars.first, first != "." && first != "[" {
                let end = SourceText.nameEnd(in: source.scalars, from: 0)
                guard end > 0 else { return nil }
                path.append(.member(source.text(0..<end)))
                lexer = ExpressionLexer(source, range: end..<source.scalars.count)
            }
            while true {
                switch try lexer.next().kind {
                case .end: return path
                case .symbol(.dot):
                    guard case .name(let name) = try lexer.next().kind else { return nil }
                    path.append(.member(name))
                case .symbol(.openBracket):
                    guard let element = try element(&lexer) else { return nil }
                    path.append(element)
                case .symbol, .name, .value: return nil
                }
            }
        } catch {
            return nil
        }
    }

    private static func element(_ lexer: inout ExpressionLexer) throws(ExpressionError) -> Reference.PathElement? {
        var token = try lexer.next()
        let isNegative = token.kind == .symbol(.minus)
        if isNegative { token = try lexer.next() }
        let element: Reference.PathElement
        switch token.kind {
        case .value(.int(.min)) where !isNegative: return nil
        case .value(.int(let int)): element = .element(isNegative ? 0 &- int : int)
        case .value(.string(let name)) where !isNegative: element = .member(name)
        case .value, .name, .symbol, .end: return nil
        }
        return try lexer.next().kind == .symbol(.closeBracket) ? element : nil
    }
}
