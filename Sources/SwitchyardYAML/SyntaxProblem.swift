import SwitchyardCore
import Yams

/// A syntax error of libYAML as a sentence for people, at the place where something can be done about it.
struct SyntaxProblem {
    let diagnostic: Diagnostic

    init(_ error: YamlError, in index: SourceIndex) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let offset = index.offset(line: mark.line, column: mark.column)
            let contextOffset = context.map { index.offset(line: $0.mark.line, column: $0.mark.column) }
            let context = context?.text ?? ""
            if let trap = YAMLTrap.find(problem, at: offset, context: contextOffset, in: index) {
                diagnostic = trap
            } else {
                let (message, hint) = Self.sentence(problem, context: context, at: offset, in: index)
                diagnostic = Diagnostic(
                    at: index.location(Self.place(problem, at: offset, context: contextOffset, in: index)), message,
                    hint: hint)
            }
        case .reader(_, let offset, let value, let yaml):
            let scalars = yaml.prefix(offset ?? 0).unicodeScalars.count
            let code = String(UInt32(bitPattern: value), radix: 16, uppercase: true)
            let digits = String(repeating: "0", count: max(0, 4 - code.count)) + code
            diagnostic = Diagnostic(
                at: index.location(scalars), "the character U+\(digits) may not stand in a YAML file",
                hint: "inside double quotes it can be written as an escape, `\"\\u\(digits)\"`")
        case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded, .duplicatedKeysInMapping:
            diagnostic = Diagnostic(at: index.location(0), "the file cannot be read as YAML")
        }
    }

    /// A quote or bracket that is not closed is noticed at the end of the file; what matters is where it was opened.
    private static func place(_ problem: String, at offset: Int, context: Int?, in index: SourceIndex) -> Int {
        if problem.contains("end of stream"), let context { return context }
        if offset >= index.scalars.count, let context { return context }
        // What has no colon stands before the place where one was missed.
        if problem.hasSuffix("expected ':'"), let context { return context }
        return offset
    }

    private static func sentence(
        _ problem: String, context: String, at offset: Int, in index: SourceIndex
    ) -> (String, String?) {
        let found: Unicode.Scalar? = offset < index.scalars.count ? index.scalars[offset] : nil
        switch problem {
        case "found character that cannot start any token":
            if found == "\t" { return ("a tab cannot indent YAML", "use spaces") }
            return (
                "a value cannot start with `\(found.map(String.init) ?? "")`",
                YAMLTrap.quotedRest(at: offset, in: index)
            )
        case "found a tab character that violates indentation",
            "found a tab character where an indentation space is expected":
            return ("a tab cannot indent YAML", "use spaces")
        case "mapping values are not allowed in this context":
            return (
                "a second `: ` on this line, or a map that is indented deeper than its place",
                YAMLTrap.quotedValue(at: offset, in: index)
            )
        case "found unexpected end of stream":
            return ("a quote that is opened here is never closed", nil)
        case "could not find expected ':'":
            return ("this line is no `key: value`", "a map needs a `:` and a space after every key")
        case "did not find expected key":
            return ("a key is expected here", "check the indentation of this line, and the quotes of the line before")
        case "did not find expected '-' indicator":
            return ("a list element, `- `, is expected here", "every element of a list has the same indentation")
        case "did not find expected ',' or ']'":
            return ("`,` or `]` is expected in this list", "text with brackets or commas needs quotes")
        case "did not find expected ',' or '}'":
            return ("`,` or `}` is expected in this map", "text with braces or commas needs quotes")
        case "did not find expected node content":
            return ("a value is expected here", nil)
        case "did not find expected <document start>", "found unknown directive name":
            return ("the file goes on where it should have ended", "check the indentation of this line")
        case "block sequence entries are not allowed in this context":
            return ("a list cannot start here", "put `-` on a line of its own")
        case "found unknown escape character":
            return ("`\\` starts an escape in double quotes, and this is none", "double it, or use single quotes")
        case "did not find expected hexdecimal number":
            return ("`\\x`, `\\u` and `\\U` want two, four and eight hexadecimal digits", nil)
        case "block mapping cannot start here", "found invalid Unicode character escape code":
            return (problem, nil)
        default:
            if problem.hasPrefix("Maximum nesting level") {
                return ("nested deeper than \(YAMLDocument.Limit.depth) levels", nil)
            }
            return (context.isEmpty ? problem : "\(context): \(problem)", nil)
        }
    }
}
