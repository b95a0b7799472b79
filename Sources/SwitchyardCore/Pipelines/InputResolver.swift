import OrderedCollections

/// Turns the inputs a person gives into the values a pipeline declares.
package enum InputResolver {
    package enum Outcome: Hashable, Sendable {
        case valid(ResolvedInputs)
        /// Every problem, first place first.
        case invalid([Diagnostic])
    }

    /// The most bytes read of an input's file.
    package static let maximumFileSize = 1 << 20
    /// The most bytes a secret has.
    package static let maximumSecretSize = 1 << 16

    /// Checks `given` against the inputs of `pipeline`; nobody is asked for what is missing.
    package static func resolve(
        _ given: GivenInputs, for pipeline: Pipeline, in surroundings: InputSurroundings
    ) -> Outcome {
        InputResolution(given, for: pipeline, in: surroundings).outcome
    }

    /// What is wrong with `value` as the input `definition` describes, as the end of a sentence that starts with
    /// the input's name: `wants an integer`. Nil if nothing is.
    ///
    /// `min` and `max` bound numbers by value, strings by characters and arrays by elements. `pattern` must match a
    /// string as a whole. Whether a file is there is not looked at. Of a secret, `value` is the `default`: the place
    /// of the secret, never the secret.
    package static func objection(to value: Value, as definition: InputDefinition) -> String? {
        if definition.kind == .secret { return objection(toPlace: value) }
        guard fits(value, definition.kind) else { return "wants \(definition.kind.phrase)" }
        if let allowed = definition.allowed, !allowed.contains(value) {
            return "wants one of \(allowed.map { JSON.text(of: $0) }.joined(separator: ", "))"
        }
        if let source = definition.pattern, let text = value.stringValue {
            guard let pattern = try? InputPattern(source) else {
                return "has the pattern `\(source)`, which cannot be read"
            }
            guard text.count <= InputPattern.maximumTextLength else {
                return "wants at most \(InputPattern.maximumTextLength) characters, as it has a pattern"
            }
            guard pattern.matches(text) else { return "wants text that matches `\(source)`" }
        }
        return ValueBounds(minimum: definition.minimum, maximum: definition.maximum).objection(to: value)
            .map { "wants \($0)" }
    }

    private static func objection(toPlace value: Value) -> String? {
        let problem = SecretSource.Problem(
            message: "wants the place of the secret, `env:VARIABLE` or `file:PATH`, never the secret")
        guard let text = value.stringValue else { return problem.message }
        do throws(SecretSource.Problem) {
            _ = try SecretSource(parsing: text)
            return nil
        } catch {
            return error.message
        }
    }

    /// The value that `text` spells; nil if it spells none of that kind.
    package static func read(_ text: String, as kind: InputDefinition.Kind) -> Value? {
        ToolArguments.coerce(.string(text), to: kind.parameterKind)
    }

    /// `value` as one of `kind` that it is, or that its text spells; nil if it is none. Numbers do not become text: who
    /// writes `zip: 01234` in a file has lost the 0 by then.
    static func adapt(_ value: Value, to kind: InputDefinition.Kind) -> Value? {
        switch kind {
        case .string, .file, .secret: value.stringValue.map(Value.string)
        case .integer, .number, .boolean, .array, .object: ToolArguments.coerce(value, to: kind.parameterKind)
        }
    }

    private static func fits(_ value: Value, _ kind: InputDefinition.Kind) -> Bool {
        switch kind {
        case .string, .file, .secret: value.stringValue != nil
        case .integer: value.intValue != nil
        case .number: value.doubleValue != nil
        case .boolean: value.boolValue != nil
        case .array: value.arrayValue != nil
        case .object: value.objectValue != nil
        }
    }
}

extension InputDefinition.Kind {
    /// The kind in a sentence: `an integer`.
    package var phrase: String {
        switch self {
        case .string: "text"
        case .integer: "an integer"
        case .number: "a number"
        case .boolean: "`true` or `false`"
        case .array: "an array"
        case .object: "an object"
        case .file: "the path of a file"
        case .secret: "a secret"
        }
    }

    fileprivate var parameterKind: ToolParameter.Kind {
        switch self {
        case .string, .file, .secret: .string
        case .integer: .integer
        case .number: .number
        case .boolean: .boolean
        case .array: .array
        case .object: .object
        }
    }
}
