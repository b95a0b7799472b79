import OrderedCollections

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Turns the inputs a person gives as text into the values a pipeline declares.
package enum InputResolver {
    package enum Outcome: Hashable, Sendable {
        /// An object with a member for every declared input, `null` where no value was given.
        case valid(Value)
        case invalid([Diagnostic])
    }

    /// Checks `given` against the inputs of `pipeline`.
    ///
    /// - Parameters:
    ///   - given: each `--input name=text`, in order.
    ///   - fileExists: whether there is a file at a path; relative paths count from the current folder.
    package static func resolve(
        _ given: [(name: String, text: String)], for pipeline: Pipeline,
        fileExists: (String) -> Bool = { access($0, F_OK) == 0 }
    ) -> Outcome {
        var texts: [String: String] = [:]
        var diagnostics: [Diagnostic] = []
        for (name, text) in given {
            if pipeline.inputs[name] == nil {
                diagnostics.append(unknown(name, in: pipeline))
            } else if texts.updateValue(text, forKey: name) != nil, let definition = pipeline.inputs[name] {
                diagnostics.append(Diagnostic(at: definition.location, "input `\(name)` is given twice"))
            }
        }
        var values: OrderedDictionary<String, Value> = [:]
        for (name, definition) in pipeline.inputs {
            values[name] = definition.defaultValue ?? .null
            do throws(Complaint) {
                if let text = texts[name] {
                    values[name] = try value(of: text, as: definition, named: name)
                } else if definition.defaultValue == nil, definition.isRequired {
                    let hint = "give it a value: `--input \(name)=…`"
                    diagnostics.append(Diagnostic(at: definition.location, "input `\(name)` is missing", hint: hint))
                }
                if definition.kind == .file, let path = values[name]?.stringValue, !fileExists(path) {
                    throw Complaint("input `\(name)` wants a file that is there, but there is no \(quoted(path))")
                }
            } catch {
                diagnostics.append(Diagnostic(at: definition.location, error.message))
            }
        }
        return diagnostics.isEmpty ? .valid(.object(values)) : .invalid(diagnostics.sortedByPlace())
    }

    /// What is wrong with `value` as the input `definition` describes, as the end of a sentence that starts with
    /// the input's name: `wants an integer`. Nil if nothing is.
    ///
    /// `min` and `max` bound numbers by value, strings by characters and arrays by elements. `pattern` must match a
    /// string as a whole. Whether a file is there is not looked at.
    package static func objection(to value: Value, as definition: InputDefinition) -> String? {
        guard fits(value, definition.kind) else { return "wants \(definition.kind.phrase)" }
        if let allowed = definition.allowed, !allowed.contains(value) {
            return "wants one of \(allowed.map { JSON.text(of: $0) }.joined(separator: ", "))"
        }
        if let pattern = definition.pattern, let text = value.stringValue {
            guard let regex = try? Regex(pattern) else { return "has the pattern `\(pattern)`, which cannot be read" }
            guard (try? regex.wholeMatch(in: text)) != nil else { return "wants text that matches `\(pattern)`" }
        }
        guard let (measure, unit) = measure(value) else { return nil }
        if let minimum = definition.minimum, measure < minimum {
            return "wants at least \(Value.double(minimum).shortText)\(unit)"
        }
        if let maximum = definition.maximum, measure > maximum {
            return "wants at most \(Value.double(maximum).shortText)\(unit)"
        }
        return nil
    }

    private struct Complaint: Error {
        var message: String
        init(_ message: String) { self.message = message }
    }

    private static func value(
        of text: String, as definition: InputDefinition, named name: String
    ) throws(Complaint) -> Value {
        let given = "`--input \(name)=\(shortened(text))` gives"
        guard let value = read(text, as: definition.kind) else {
            throw Complaint(
                "input `\(name)` wants \(definition.kind.phrase), but \(given) the text \(quoted(text))"
            )
        }
        if let objection = objection(to: value, as: definition) {
            throw Complaint("input `\(name)` \(objection), but \(given) \(shortened(JSON.text(of: value)))")
        }
        return value
    }

    private static func read(_ text: String, as kind: InputDefinition.Kind) -> Value? {
        switch kind {
        case .string, .file, .secret: return .string(text)
        case .boolean: return text == "true" ? true : text == "false" ? false : nil
        case .integer, .number, .array, .object:
            guard let value = try? JSON.parse(text), fits(value, kind) else { return nil }
            return kind == .integer ? value.intValue.map(Value.int) : value
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

    private static func measure(_ value: Value) -> (Double, unit: String)? {
        switch value {
        case .int, .double: value.doubleValue.map { ($0, "") }
        case .string(let text): (Double(text.count), " characters")
        case .array(let elements): (Double(elements.count), " elements")
        case .null, .bool, .object: nil
        }
    }

    private static func unknown(_ name: String, in pipeline: Pipeline) -> Diagnostic {
        // The declarations are where a missing one would stand.
        let lines = pipeline.source.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        let line = (lines.firstIndex { $0.hasPrefix("inputs:") } ?? 0) + 1
        let names = pipeline.inputs.keys
        var hint = NearestName.suggestion(for: name, among: names).map { "did you mean `\($0)`?" }
        if hint == nil {
            let list = names.map { "`\($0)`" }.joined(separator: ", ")
            hint = names.isEmpty ? "it takes no inputs" : "it takes \(list)"
        }
        return Diagnostic(
            at: SourceLocation(file: pipeline.file, line: line, column: 1), "the pipeline has no input `\(name)`",
            hint: hint
        )
    }

    private static func shortened(_ text: String) -> String {
        let text = text.count <= 40 ? text : text.prefix(40) + "…"
        // Control characters would leave the line; JSON's spelling of them is readable.
        return String(JSON.text(of: .string(text)).dropFirst().dropLast()).replacing("\\\"", with: "\"")
    }

    private static func quoted(_ text: String) -> String {
        JSON.text(of: .string(text.count <= 40 ? text : text.prefix(40) + "…"))
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
}

extension Value {
    /// A number without `.0`.
    fileprivate var shortText: String { intValue.map(String.init) ?? rendered }
}
