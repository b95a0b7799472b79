import OrderedCollections

/// Sorts what a person gave by the inputs it is for.
struct InputGathering {
    /// A value as a person gave it.
    struct Gift {
        enum Content {
            case text(String)
            case value(Value)
            case file(path: String)
        }

        var content: Content
        /// Behind "but": `` `--input x=5` gives``.
        var giver: String
    }

    private let pipeline: Pipeline
    private(set) var gifts: [String: Gift] = [:]
    /// Of each secret, the place that `--secret` names.
    private(set) var places: [String: String] = [:]
    private(set) var problems: [Diagnostic] = []
    /// The inputs that were given in a way they cannot be: spoken of, and so not missing as well.
    private(set) var misgiven: Set<String> = []
    /// What options named; a file of inputs may name the same.
    private var named: Set<String> = []

    init(_ given: GivenInputs, for pipeline: Pipeline) {
        self.pipeline = pipeline
        for document in given.documents { add(document) }
        for pair in given.texts where isKnown(pair.name) && isFirst(pair.name) {
            if isSecret(pair.name, "`--input` would show it in `ps` and in the shell's history") { continue }
            let giver = "`--input \(pair.name)=\(MessageText.shortened(pair.text))` gives"
            gifts[pair.name] = Gift(content: .text(pair.text), giver: giver)
        }
        for pair in given.files where isKnown(pair.name) && isFirst(pair.name) {
            if isSecret(pair.name, "what `--input-file` reads is recorded") { continue }
            let giver = "the file \(MessageText.quoted(pair.text)) holds"
            gifts[pair.name] = Gift(content: .file(path: pair.text), giver: giver)
        }
        for pair in given.secrets where isKnown(pair.name) && isFirst(pair.name) {
            if let definition = pipeline.inputs[pair.name], definition.kind != .secret {
                misgiven.insert(pair.name)
                report("input `\(pair.name)` is no secret", at: definition, hint: "write `--input \(pair.name)=…`")
            } else {
                places[pair.name] = pair.text
            }
        }
    }

    private mutating func add(_ document: GivenInputs.Document) {
        guard let members = document.value.objectValue else {
            return report("`\(document.path)` holds \(document.value.isNull ? "nothing" : "no map of inputs")")
        }
        for (name, value) in members where isKnown(name, in: document.path) {
            // `null` is how a file says that it gives none.
            if value.isNull || isSecret(name, "a file of inputs is no place for it") { continue }
            gifts[name] = Gift(content: .value(value), giver: "`\(document.path)` gives")
        }
    }

    private mutating func isKnown(_ name: String, in file: String? = nil) -> Bool {
        if pipeline.inputs[name] != nil { return true }
        let names = pipeline.inputs.keys
        var hint = NearestName.suggestion(for: name, among: names).map { "did you mean `\($0)`?" }
        if hint == nil {
            let list = names.map { "`\($0)`" }.joined(separator: ", ")
            hint = names.isEmpty ? "it takes no inputs" : "it takes \(list)"
        }
        let giver = file.map { ", which `\($0)` gives" } ?? ""
        report("the pipeline has no input `\(MessageText.shortened(name))`\(giver)", hint: hint)
        return false
    }

    private mutating func isFirst(_ name: String) -> Bool {
        if named.insert(name).inserted { return true }
        report("input `\(name)` is given twice", at: pipeline.inputs[name])
        return false
    }

    /// Whether `name` is a secret, whose value may not come this way.
    private mutating func isSecret(_ name: String, _ reason: String) -> Bool {
        guard let definition = pipeline.inputs[name], definition.kind == .secret else { return false }
        misgiven.insert(name)
        report("input `\(name)` is a secret, and \(reason)", at: definition, hint: SecretLookup.hint(name))
        return true
    }

    private mutating func report(_ message: String, at definition: InputDefinition? = nil, hint: String? = nil) {
        problems.append(Diagnostic(at: definition?.location ?? declarations, message, hint: hint))
    }

    /// The line of `inputs:`, where a declaration that is missing would stand.
    private var declarations: SourceLocation {
        let lines = pipeline.source.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        let line = (lines.firstIndex { $0.hasPrefix("inputs:") } ?? 0) + 1
        return SourceLocation(file: pipeline.file, line: line, column: 1)
    }
}

/// Foreign text inside messages about inputs.
enum MessageText {
    static func shortened(_ text: String) -> String {
        let text = text.count <= 40 ? text : text.prefix(40) + "…"
        // Control characters would leave the line; JSON's spelling of them is readable.
        return String(JSON.text(of: .string(text)).dropFirst().dropLast()).replacing("\\\"", with: "\"")
    }

    static func quoted(_ text: String) -> String {
        JSON.text(of: .string(text.count <= 40 ? text : text.prefix(40) + "…"))
    }
}
