import OrderedCollections

/// Inputs while they are being resolved: what was given is checked, and a person may be asked for the rest.
///
/// ```
/// var resolution = InputResolution(given, for: pipeline, in: surroundings)
/// for missing in resolution.missing { … resolution.answer(text, to: missing.name) … }
/// switch resolution.outcome { … }
/// ```
package struct InputResolution: Sendable {
    package let pipeline: Pipeline
    /// What is wrong with what was given. Whoever has such problems is asked nothing: the answers would be lost.
    package private(set) var problems: [Diagnostic] = []
    /// The inputs that need a value and have none, in the order of the file.
    package private(set) var missing: [MissingInput] = []
    private var values: OrderedDictionary<String, Value> = [:]
    private var secrets: [String: String] = [:]
    private var sources: [String: SecretSource] = [:]
    private var warnings: [Diagnostic] = []
    private let surroundings: InputSurroundings

    package init(_ given: GivenInputs, for pipeline: Pipeline, in surroundings: InputSurroundings) {
        self.pipeline = pipeline
        self.surroundings = surroundings
        let gathering = InputGathering(given, for: pipeline)
        problems = gathering.problems
        for (name, definition) in pipeline.inputs {
            if definition.kind == .secret {
                resolveSecret(name, definition, place: gathering.places[name])
            } else {
                resolve(name, definition, gathering.gifts[name])
            }
        }
        missing.removeAll { gathering.misgiven.contains($0.name) }
    }

    /// The inputs as far as they were given; what is still missing is a problem.
    package var outcome: InputResolver.Outcome {
        let problems = problems + missing.map(\.diagnostic)
        guard problems.isEmpty else { return .invalid(problems.sortedByPlace()) }
        return .valid(
            ResolvedInputs(inputs: .object(values), secrets: secrets, secretSources: sources, warnings: warnings))
    }

    /// Takes what a person typed as the value of the missing input `name`.
    ///
    /// - Returns: what is wrong with it, as the end of a sentence that starts with the input's name; nil if it was
    ///   taken, and the input is not missing any more.
    package mutating func answer(_ text: String, to name: String) -> String? {
        guard let index = missing.firstIndex(where: { $0.name == name }) else { return nil }
        let definition = missing[index].definition
        if definition.kind == .secret {
            if let objection = SecretLookup.objection(to: text) { return objection }
            secrets[name] = text
            sources[name] = .prompt
        } else {
            guard let value = read(text, as: definition.kind) else {
                return "wants \(definition.kind.phrase)"
            }
            if let objection = InputResolver.objection(to: value, as: definition) { return objection }
            if let objection = objection(toFile: value, definition) { return objection }
            values[name] = value
        }
        missing.remove(at: index)
        return nil
    }

    private mutating func resolveSecret(_ name: String, _ definition: InputDefinition, place: String?) {
        switch SecretLookup(surroundings: surroundings).find(name, definition, place: place) {
        case .found(let secret, let source, let warning):
            secrets[name] = secret
            sources[name] = source
            if let warning { warnings.append(warning) }
        case .problem(let problem): problems.append(problem)
        case .missing(let tried):
            guard definition.isRequired else { return }
            missing.append(MissingInput(name: name, definition: definition, tried: tried))
        }
    }

    private mutating func resolve(_ name: String, _ definition: InputDefinition, _ gift: InputGathering.Gift?) {
        values[name] = .null
        do throws(Complaint) {
            if let gift {
                let value = try value(of: gift, for: name, as: definition)
                values[name] = value
                if let objection = InputResolver.objection(to: value, as: definition) {
                    let text = MessageText.shortened(JSON.text(of: value))
                    throw Complaint(message: "\(objection), but \(gift.giver) \(text)")
                }
            } else if let written = definition.defaultValue {
                let value = InputResolver.adapt(written, to: definition.kind) ?? written
                values[name] = value
                if let objection = InputResolver.objection(to: value, as: definition) {
                    let text = MessageText.shortened(JSON.text(of: value))
                    throw Complaint(
                        message: "\(objection), but its default is \(text)",
                        hint: "give it a value: `--input \(name)=…`")
                }
            } else if definition.isRequired {
                missing.append(MissingInput(name: name, definition: definition, tried: []))
            }
            if let value = values[name], let objection = objection(toFile: value, definition) {
                throw Complaint(message: objection)
            }
        } catch {
            problems.append(
                Diagnostic(at: definition.location, "input `\(name)` \(error.message)", hint: error.hint))
        }
    }

    private struct Complaint: Error {
        /// Behind the input's name.
        var message: String
        var hint: String?
    }

    private func value(
        of gift: InputGathering.Gift, for name: String, as definition: InputDefinition
    ) throws(Complaint) -> Value {
        let wanted = "wants \(definition.kind.phrase), but \(gift.giver)"
        switch gift.content {
        case .text(let text):
            if let value = read(text, as: definition.kind) { return value }
            throw Complaint(
                message: "\(wanted) the text \(MessageText.quoted(text))",
                hint: Self.hint(for: text, name, definition.kind))
        case .file(let path):
            switch surroundings.read(path, InputResolver.maximumFileSize) {
            case .failure(let problem):
                throw Complaint(
                    message: "was to come from the file \(MessageText.quoted(path)), which \(problem.reason)")
            case .success(let file):
                let text = file.textWithoutLineEnd
                if let value = read(text, as: definition.kind) { return value }
                throw Complaint(message: "\(wanted) the text \(MessageText.quoted(text))")
            }
        case .value(let value):
            if let adapted = InputResolver.adapt(value, to: definition.kind) { return adapted }
            let wantsQuotes =
                (value.doubleValue != nil || value.boolValue != nil)
                && [.string, .file].contains(definition.kind)
            throw Complaint(
                message: "\(wanted) \(MessageText.shortened(JSON.text(of: value)))",
                hint: wantsQuotes ? "put it in quotes" : nil)
        }
    }

    /// The value of that kind that `text` spells: as JSON, or, of an array and an object, as in a pipeline file.
    private func read(_ text: String, as kind: InputDefinition.Kind) -> Value? {
        if let value = InputResolver.read(text, as: kind) { return value }
        guard kind == .array || kind == .object, let value = surroundings.parse(text) else { return nil }
        return InputResolver.adapt(value, to: kind)
    }

    /// What to type instead of `text` for an array or an object; for one word, the array of it.
    private static func hint(for text: String, _ name: String, _ kind: InputDefinition.Kind) -> String? {
        guard kind == .array || kind == .object else { return nil }
        if text.hasPrefix("@") {
            let path = MessageText.shortened(String(text.dropFirst()))
            return "to read it from a file, write `--input-file \(name)=\(path)`"
        }
        if kind == .object { return "for example `--input '\(name)={key: value}'`" }
        let isPlain = text.utf8.allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
                || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || ".,_-/".utf8.contains(byte)
        }
        let elements = text.split(separator: ",").joined(separator: ", ")
        return isPlain && !elements.isEmpty && text.utf8.count <= 40
            ? "write `--input '\(name)=[\(elements)]'`" : "for example `--input '\(name)=[one, two]'`"
    }

    private func objection(toFile value: Value, _ definition: InputDefinition) -> String? {
        guard definition.kind == .file, let path = value.stringValue else { return nil }
        return surroundings.objectionToFile(path).map { "wants a file, but \(MessageText.quoted(path)) \($0)" }
    }
}

extension MissingInput {
    /// The input as a problem, for where nobody can be asked.
    package var diagnostic: Diagnostic {
        guard definition.kind == .secret else {
            return Diagnostic(
                at: definition.location, "input `\(name)` is missing", hint: "give it a value: `--input \(name)=…`")
        }
        return Diagnostic(
            at: definition.location, "the secret `\(name)` is missing: \(tried.joined(separator: ", and "))",
            hint: SecretLookup.hint(name))
    }
}
