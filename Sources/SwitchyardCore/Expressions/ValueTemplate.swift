package import OrderedCollections

/// A tree of templates, as under `with:`.
package indirect enum ValueTemplate: Hashable, Sendable {
    /// A number, a boolean or `null`, which has no template in it.
    case literal(Value)
    case text(Template)
    /// The data-flow form `{step.data.rows[0].f}`, where it is the whole scalar: `data` means the output, and a step
    /// or field that is missing gives `null`.
    case stepField(Reference)
    case array([ValueTemplate])
    case object(OrderedDictionary<String, ValueTemplate>)
}

extension ValueTemplate {
    /// Every operand path of every template, in order. Offsets are into the scalar each stands in.
    package var references: [Reference] {
        switch self {
        case .literal: []
        case .text(let template): template.references
        case .stepField(let reference): [reference]
        case .array(let elements): elements.flatMap(\.references)
        case .object(let members): members.values.flatMap(\.references)
        }
    }

    /// The tree with every template evaluated.
    ///
    /// - Throws: what the templates throw, its message with the way to the scalar before it; for the data-flow form
    ///   only a recorded output that is not whole.
    package func evaluate(in scope: Scope) throws(EvaluationError) -> Value {
        try evaluate(in: scope, path: "")
    }

    private func evaluate(in scope: Scope, path: String) throws(EvaluationError) -> Value {
        switch self {
        case .literal(let value): return value
        case .text, .stepField:
            do throws(EvaluationError) {
                return try scalar(in: scope)
            } catch {
                throw path.isEmpty ? error : error.placed(at: path)
            }
        case .array(let elements):
            var values: [Value] = []
            for (index, element) in elements.enumerated() {
                values.append(try element.evaluate(in: scope, path: "\(path)[\(index)]"))
            }
            return .array(values)
        case .object(let members):
            var object = OrderedDictionary<String, Value>()
            for (key, member) in members {
                object[key] = try member.evaluate(in: scope, path: path.isEmpty ? key : "\(path).\(key)")
            }
            return .object(object)
        }
    }

    private func scalar(in scope: Scope) throws(EvaluationError) -> Value {
        switch self {
        case .literal(let value): value
        case .text(let template): try template.evaluate(in: scope)
        case .stepField(let reference): try Self.value(of: reference, in: scope)
        case .array, .object: try evaluate(in: scope, path: "")
        }
    }

    private static func value(of reference: Reference, in scope: Scope) throws(EvaluationError) -> Value {
        guard let id = reference.stepID, let result = scope.steps.result(of: id) else { return .null }
        let base: ScopeLookup.Base
        do throws(ScopeLookup.Failure) {
            base = try ScopeLookup(scope: scope).base(of: .steps, path: reference.path)
        } catch {
            // Any other failure is a field that is missing.
            guard result.outputBytesCut != nil, reference.path.dropFirst().first == .member("output") else {
                return .null
            }
            throw EvaluationError(error.message, expression: reference.text, offset: 0)
        }
        let rest = Array(reference.path.dropFirst(base.length))
        return (try? PathLookup.value(at: rest, of: base.value, named: base.name)) ?? .null
    }

    /// The reference in a scalar of the form `{a.b[0].c}`: a step's name and at least one more element. Nil for
    /// anything else; the caller decides whether `a` is a step.
    ///
    /// `{a.data.c}` means `steps.a.output.c`, as do `{a.output.c}` and, because nothing else is in a step,
    /// `{a.status}` and `{a.error}` mean those fields. The reference's offset is that of `a`.
    package static func dataFlowReference(_ text: String) -> Reference? {
        // Cheap for the long texts that are none.
        guard text.utf8.first == UInt8(ascii: "{"), text.utf8.last == UInt8(ascii: "}"), text.utf8.count <= 4096,
            !text.hasPrefix("{{")
        else { return nil }
        let inner = text.dropFirst().dropLast()
        guard inner.first.map({ $0 != "." && $0 != "[" && !$0.isWhitespace }) ?? false,
            !inner.contains(where: \.isWhitespace), var path = PathText.parse(String(inner)), path.count > 1,
            case .member = path[1]
        else { return nil }
        if path[1] == .member("data") { path[1] = .member("output") }
        return Reference(root: .steps, path: path, offset: 1)
    }
}
