import OrderedCollections

/// Checks what a step passes to a tool against what the tool takes.
///
/// The validator uses it on the values it finds in a file, the engine on resolved ones. Text stands for numbers and
/// for true and false where those are wanted, because holes often render to text.
package enum ToolArguments {
    /// What is wrong with one argument.
    package struct Problem: Hashable, Sendable, Error {
        /// The parameter, or the unknown name that was given for one; empty if the arguments are no object.
        package var parameter: String
        /// One sentence, without a full stop, that names the parameter.
        package var message: String

        package init(_ parameter: String, _ message: String) {
            self.parameter = parameter
            self.message = message
        }
    }

    package enum Outcome: Hashable, Sendable {
        /// The arguments, coerced, in the order they were written, then the defaults of those that were left out.
        /// `null` counts as left out where it is no value itself.
        case valid(Value)
        /// At least one problem: those of the arguments as they were written, then what is missing.
        case invalid([Problem])
    }

    /// Checks `arguments`, an object or `null` for none.
    ///
    /// The parameters of `unresolved` hold expressions whose values nobody knows yet: they count as given, whatever
    /// stands in `arguments` for them.
    package static func check(
        _ arguments: Value, against parameters: [ToolParameter], unresolved: Set<String> = []
    ) -> Outcome {
        guard arguments.isNull || arguments.objectValue != nil else {
            return .invalid([Problem("", "the arguments must be an object, not \(described(arguments))")])
        }
        var checked = OrderedDictionary<String, Value>()
        var problems: [Problem] = []
        for (name, value) in arguments.objectValue ?? [:] {
            guard let parameter = parameters.first(where: { $0.name == name }) else {
                problems.append(unknown(name, among: parameters))
                continue
            }
            if unresolved.contains(name) {
                checked[name] = value
            } else if value.isNull, parameter.kind != .any {
                // Without a value: `null` is how a hole says so.
                continue
            } else if let coerced = coerce(value, to: parameter.kind) {
                checked[name] = coerced
                if let wanted = objection(to: coerced, as: parameter) {
                    let found = coerced.arrayValue.map { "and has \($0.count)" } ?? "not \(described(coerced))"
                    problems.append(Problem(name, "`\(name)` must \(wanted), \(found)"))
                }
            } else {
                problems.append(
                    Problem(name, "`\(name)` must be \(named(parameter.kind)), not \(described(value))"))
            }
        }
        for parameter in parameters where checked[parameter.name] == nil {
            guard !unresolved.contains(parameter.name), !problems.contains(where: { $0.parameter == parameter.name })
            else { continue }
            if let value = parameter.defaultValue {
                checked[parameter.name] = value
            } else if parameter.isRequired {
                problems.append(Problem(parameter.name, "`\(parameter.name)` is missing: \(parameter.summary)"))
            }
        }
        return problems.isEmpty ? .valid(.object(checked)) : .invalid(problems)
    }

    /// What `value`, which is of the right kind, must do: `be one of "text", "json"`, `have at least 2
    /// elements`. Nil if it does.
    package static func objection(to value: Value, as parameter: ToolParameter) -> String? {
        // What stands inside an array or an object may not be known yet.
        let isWhole = value.arrayValue == nil && value.objectValue == nil
        if isWhole, let allowed = parameter.allowed, !allowed.contains(value) {
            return "be one of \(allowed.map { JSON.text(of: $0) }.joined(separator: ", "))"
        }
        return parameter.bounds.objection(to: value).map { bound in
            value.doubleValue == nil ? "have \(bound)" : "be \(bound)"
        }
    }

    /// `value` as a `kind`; nil if it cannot be read as one.
    ///
    /// Text becomes a number, `true`, `false`, an array or an object if it is the JSON text of one, white space around
    /// it aside; `5.0` is an integer, `05`, `+5` and `yes` are nothing. Finite numbers, `true` and `false` become text.
    /// Nothing else changes its type: 1 is not `true`, and one element is no array.
    package static func coerce(_ value: Value, to kind: ToolParameter.Kind) -> Value? {
        if fits(value, kind) { return kind == .integer ? value.intValue.map(Value.int) : value }
        switch (kind, value) {
        case (.string, .double(let number)): return number.isFinite ? .string(value.rendered) : nil
        case (.string, .int), (.string, .bool): return .string(value.rendered)
        case (.integer, .string(let text)), (.number, .string(let text)), (.boolean, .string(let text)),
            (.array, .string(let text)), (.object, .string(let text)):
            guard let parsed = try? JSON.parse(text), fits(parsed, kind) else { return nil }
            return kind == .integer ? parsed.intValue.map(Value.int) : parsed
        case (.string, _), (.integer, _), (.number, _), (.boolean, _), (.array, _), (.object, _), (.any, _):
            return nil
        }
    }

    private static func fits(_ value: Value, _ kind: ToolParameter.Kind) -> Bool {
        switch kind {
        case .any: true
        case .string: value.stringValue != nil
        case .integer: isInteger(value)
        case .number: value.doubleValue?.isFinite == true
        case .boolean: value.boolValue != nil
        case .array: value.arrayValue != nil
        case .object: value.objectValue != nil
        }
    }

    /// Whether `value` is an integer beyond doubt: floating point from 2^53 on has forgotten which one it was.
    private static func isInteger(_ value: Value) -> Bool {
        if case .double(let number) = value { return Int(exactly: number) != nil && number.magnitude < 0x1p53 }
        return value.intValue != nil
    }

    private static func unknown(_ name: String, among parameters: [ToolParameter]) -> Problem {
        let names = parameters.map(\.name)
        if let nearest = NearestName.suggestion(for: name, among: names) {
            return Problem(name, "there is no parameter `\(name)`; did you mean `\(nearest)`?")
        }
        return Problem(
            name, "there is no parameter `\(name)`; there are \(names.map { "`\($0)`" }.joined(separator: ", "))")
    }

    private static func named(_ kind: ToolParameter.Kind) -> String {
        switch kind {
        case .integer: "an integer"
        case .array: "an array"
        case .object: "an object"
        case .boolean: "true or false"
        case .any: "a value"
        case .string, .number: "a \(kind.rawValue)"
        }
    }

    private static func described(_ value: Value) -> String {
        switch value {
        case .null: "null"
        case .bool, .int, .double: value.rendered
        case .string(let text):
            text.count <= 40 ? JSON.text(of: value) : JSON.text(of: .string(String(text.prefix(40)) + "…"))
        case .array, .object: "an \(value.typeName)"
        }
    }
}
