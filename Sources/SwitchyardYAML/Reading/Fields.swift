import SwitchyardCore

/// A key that stands in the file, with what it takes.
struct Field {
    /// The key as messages name it: `retry.max_attempts`.
    var label: String
    var type: KeyType
    var key: YAMLNode
    var node: YAMLNode
}

/// The known keys of a map.
struct Fields {
    private var fields: [String: Field] = [:]
    /// The known keys that unknown ones were probably meant to be.
    private var slips: Set<String> = []

    subscript(name: String) -> Field? { fields[name] }

    /// Whether an unknown key was reported that is probably a slip of one of `names`.
    func hasSlip(of names: some Sequence<String>) -> Bool { names.contains { slips.contains($0) } }

    fileprivate mutating func add(_ name: String, _ field: Field) { fields[name] = field }

    fileprivate mutating func addSlip(_ name: String) { slips.insert(name) }
}

extension PipelineReading {
    /// The keys of `node` that the level has. Every other key is reported, and so are keys that are missing, that do
    /// not go together and that mean nothing alone.
    ///
    /// - Parameters:
    ///   - prefix: what stands before the keys in messages: `retry.`.
    ///   - path: where the map stands in the ``SourceMap``, to record the places of its keys.
    ///   - foreign: what to say about a key that the level does not have; nil for what is said of any.
    mutating func fields(
        of node: YAMLNode, _ level: KeyLevel, prefix: String = "", path: String? = nil,
        foreign: (String) -> (message: String, hint: String?)? = { _ in nil }
    ) -> Fields {
        let table = KeyTable.of(level)
        var fields = Fields()
        for entry in node.map ?? [] {
            guard let key = table[entry.name] else {
                let nearest = meant(by: entry.name, at: level)
                if let (message, hint) = foreign(entry.name) {
                    report(entry.key, message, hint: hint)
                } else {
                    report(
                        entry.key, "\(table.level) has no key `\(entry.name)`",
                        hint: nearest.map { "did you mean `\($0)`?" } ?? Self.hint(for: entry.name, at: level))
                }
                if let nearest { fields.addSlip(nearest) }
                continue
            }
            if let path { places.recordKey("\(path).\(key.name)", at: document.location(entry.key)) }
            fields.add(
                entry.name, Field(label: prefix + key.name, type: key.type, key: entry.key, node: entry.value))
        }
        for key in table.keys where fields[key.name] == nil && key.isRequired && !fields.hasSlip(of: [key.name]) {
            missing(prefix + key.name, in: node, hint: key.example)
        }
        checkCompanions(fields, of: table, level)
        return fields
    }

    /// The key of the level that somebody who wrote `name` most likely meant.
    private func meant(by name: String, at level: KeyLevel) -> String? {
        let keys = KeyTable.of(level).keys.map(\.name)
        return OtherWords.key(for: name, at: level).flatMap { keys.contains($0) ? $0 : nil }
            ?? NearestName.suggestion(for: name, among: keys)
    }

    /// Where a key belongs that the level does not have.
    private static func hint(for name: String, at level: KeyLevel) -> String? {
        if level == .budget, KeyTable.spending[name] != nil {
            return
                "the budgets of a day and of a provider stand in `budget` of a settings file, such as `switchyard.yaml`"
        }
        guard level == .pipeline else { return nil }
        if KeyTable.settings[name] != nil { return "write it in a settings file, such as `switchyard.yaml`" }
        if name == "secrets" { return "a secret is an input: `inputs: {NAME: secret}`" }
        let isPolicy = KeyTable.defaults[name] != nil
        return isPolicy ? "write it on a step, or under `defaults` for every step" : nil
    }

    /// The keys of the map at `field`; nil, reported, if there is none.
    mutating func fields(of field: Field, path: String? = nil) -> Fields? {
        guard let level = field.type.level else { preconditionFailure("\(field.label) has no keys") }
        guard field.node.map != nil else {
            wrongType(field)
            return nil
        }
        return fields(of: field.node, level, prefix: field.label + ".", path: path)
    }

    private mutating func checkCompanions(_ fields: Fields, of table: KeyTable, _ level: KeyLevel) {
        for key in table.keys where !key.companions.isEmpty {
            guard let field = fields[key.name], !key.companions.contains(where: { fields[$0] != nil }),
                !fields.hasSlip(of: key.companions)
            else { continue }
            let owner = level == .step || level == .compensation ? "this step" : table.level
            let names = key.companions.map { "`\($0)`" }.joined(separator: " or ")
            var hint: String?
            if fields["agent"] != nil, key.name == "tools" { hint = "`tools_filter` names the tools of an agent" }
            if fields["agent"] != nil, key.name == "output_schema" { hint = "write it inside `agent`" }
            report(field.key, "`\(key.name)` belongs to \(names), which \(owner) does not have", hint: hint)
        }
    }

    /// The one of the level's alternatives that stands in `fields`; nil, reported, if none or several do.
    mutating func alternative(_ fields: Fields, of field: Field) -> Field? {
        guard let level = field.type.level else { preconditionFailure("\(field.label) has no keys") }
        let names = KeyTable.of(level).alternatives
        let present = names.compactMap { fields[$0] }
        if present.isEmpty, !fields.hasSlip(of: names) {
            report(field.node, "`\(field.label)` needs one of \(names.map { "`\($0)`" }.joined(separator: ", "))")
        }
        if present.count > 1 {
            let names = names.filter { fields[$0] != nil }.map { "`\($0)`" }.joined(separator: " and ")
            report(present[1].key, "`\(field.label)` has \(names), and takes one of them")
            return nil
        }
        return present.first
    }

    mutating func report(
        _ node: YAMLNode, _ message: String, hint: String? = nil, severity: Diagnostic.Severity = .error
    ) {
        diagnostics.append(Diagnostic(severity, at: document.location(node), message, hint: hint))
    }

    mutating func missing(_ key: String, in node: YAMLNode, hint: String? = nil) {
        report(node, "`\(key)` is missing", hint: hint)
    }

    mutating func wrongType(_ field: Field, hint: String? = nil) {
        wrongType(field.node, field.label, field.type.phrase, hint: hint)
    }

    mutating func wrongType(_ node: YAMLNode, _ label: String, _ phrase: String, hint: String? = nil) {
        guard !node.isBroken else { return }
        let isEmpty = node.scalar?.isEmpty == true
        report(
            node, "`\(label)` wants \(phrase), \(isEmpty ? "but nothing stands here" : "not \(node.described)")",
            hint: hint)
    }

    /// A string; a number or a boolean must be quoted, so that what it means is plain.
    mutating func text(_ field: Field) -> String? {
        if let text = field.node.scalar?.value.stringValue { return text }
        let scalar = field.node.scalar.flatMap { $0.isEmpty ? nil : $0.text }
        wrongType(field, hint: scalar.map { "quote it: \(YAMLTrap.quoted($0))" })
        return nil
    }

    mutating func boolean(_ field: Field) -> Bool? {
        if let value = field.node.scalar?.value.boolValue { return value }
        let isOldStyle = ["yes", "no", "on", "off"].contains(field.node.scalar?.text.lowercased() ?? "")
        wrongType(field, hint: isOldStyle ? "in YAML 1.2 only `true` and `false` are booleans" : nil)
        return nil
    }

    mutating func integer(_ field: Field) -> Int? {
        guard case .integer(let minimum) = field.type else { preconditionFailure("\(field.label) is no integer") }
        guard case .int(let value)? = field.node.scalar?.value else {
            wrongType(field)
            return nil
        }
        guard value >= minimum else {
            report(field.node, "`\(field.label)` wants \(field.type.phrase), not \(value)")
            return nil
        }
        return value
    }

    mutating func number(_ field: Field) -> Double? {
        guard case .number(let minimum, let maximum) = field.type else {
            preconditionFailure("\(field.label) is no number")
        }
        guard let value = field.node.scalar?.value.doubleValue, value.isFinite else {
            wrongType(field)
            return nil
        }
        if value < minimum ?? value || value > maximum ?? value {
            report(
                field.node, "`\(field.label)` wants \(field.type.phrase), not \(field.node.scalar?.text ?? "")")
            return nil
        }
        return value
    }

    mutating func duration(_ field: Field) -> Duration? {
        let forms = "durations are written `250ms`, `30s`, `5m`, `2h` or `1m30s`"
        let scalar = field.node.scalar
        guard case .string(let text)? = scalar?.value else {
            let isNumber = scalar?.value.doubleValue != nil
            wrongType(
                field.node, field.label, (scalar == nil ? field.type : .duration).phrase,
                hint: isNumber ? "add a unit: `\(scalar?.text ?? "")s`" : forms)
            return nil
        }
        guard let duration = DurationText.parse(text) else {
            report(
                field.node, "`\(field.label)` wants \(KeyType.duration.phrase), not \(YAMLTrap.quoted(text))",
                hint: forms)
            return nil
        }
        return duration
    }

    /// One of the words that the field's type lists.
    mutating func choice(_ field: Field) -> String? {
        guard let words = field.type.choices else { preconditionFailure("\(field.label) is no choice") }
        guard let text = field.node.scalar?.value.stringValue else {
            wrongType(field)
            return nil
        }
        guard words.contains(text) else {
            // The short form of an input, `host: string`, has its type under the input's own name.
            let isType = words == InputDefinition.Kind.allCases.map(\.rawValue)
            let key = isType ? "type" : field.label.split(separator: ".").last.map(String.init) ?? field.label
            let nearest =
                OtherWords.choice(for: text, of: key, among: words) ?? NearestName.suggestion(for: text, among: words)
            // What the other two promise is a person's to decide.
            let isPure = key == "effect" && nearest == Effect.pure.rawValue
            report(
                field.node, "`\(field.label)` wants \(field.type.phrase), not `\(text)`",
                hint: nearest.map {
                    "did you mean `\($0)`?" + (isPure ? " such a step may run again after a crash" : "")
                })
            return nil
        }
        return text
    }

    mutating func identifier(_ field: Field) -> String? {
        guard let scalar = field.node.scalar, !scalar.isEmpty else {
            wrongType(field)
            return nil
        }
        // What it means does not matter: `id: 7` is plain enough.
        let id = scalar.text
        let isStart = { (byte: UInt8) in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        let isValid =
            id.utf8.first.map(isStart) == true
            && id.utf8.allSatisfy { isStart($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }
        if !isValid {
            report(
                field.node,
                "`\(field.label)` is made of small letters, digits, `_` and `-`, and starts with a letter or a digit",
                hint: Self.repaired(id).map { "for example `\($0)`" })
        }
        return id
    }

    private static func repaired(_ id: String) -> String? {
        var result = ""
        for scalar in id.lowercased().unicodeScalars {
            let isGood = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
            if isGood || (!result.isEmpty && (scalar == "-" || scalar == "_")) {
                result.unicodeScalars.append(scalar)
            } else if !result.isEmpty, result.last != "_" {
                result += "_"
            }
        }
        while result.last == "_" { result.removeLast() }
        return result.isEmpty || result.count > 60 ? nil : result
    }

    /// A duration that lasts.
    mutating func limit(_ field: Field) -> Duration? {
        guard let duration = duration(field) else { return nil }
        guard duration > .zero else {
            report(field.node, "`\(field.label)` must be longer than nothing", hint: "leave it out for no limit")
            return nil
        }
        return duration
    }

    /// US dollars as millionths, exactly.
    mutating func microdollars(_ field: Field) -> Int64? {
        let text = field.node.scalar?.text ?? ""
        guard let scalar = field.node.scalar, scalar.value.doubleValue != nil else {
            let amount = text.filter { $0.isNumber || $0 == "." }
            wrongType(field, hint: Self.microdollars(amount) == nil ? nil : "write `\(amount)`")
            return nil
        }
        guard scalar.value.doubleValue ?? 0 > 0 else {
            report(field.node, "`\(field.label)` must be more than nothing", hint: "leave it out for no limit")
            return nil
        }
        guard let amount = Self.microdollars(scalar.text), amount > 0 else {
            report(
                field.node, "`\(field.label)` wants \(field.type.phrase), not \(text)",
                hint: "it has at most 6 decimals and no exponent")
            return nil
        }
        return amount
    }

    private static func microdollars(_ text: String) -> Int64? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let decimals = parts.count > 1 ? String(parts[1]) : ""
        let whole = parts[0].isEmpty ? "0" : String(parts[0])
        guard !text.isEmpty, text != ".", decimals.utf8.count <= 6, whole.utf8.count <= 12,
            (whole + decimals).utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return Int64(whole + decimals + String(repeating: "0", count: 6 - decimals.utf8.count))
    }

    /// Text that is not blank, as a template.
    mutating func template(_ field: Field, allowsRaw: Bool = false) -> Template? {
        guard let text = text(field) else { return nil }
        if text.allSatisfy(\.isWhitespace) {
            report(field.node, "`\(field.label)` is empty")
            return nil
        }
        return template(field.node, allowsRaw: allowsRaw)
    }

    /// Text that is not blank.
    mutating func name(_ field: Field) -> String? {
        guard let text = text(field) else { return nil }
        if text.allSatisfy(\.isWhitespace) {
            report(field.node, "`\(field.label)` is empty")
            return nil
        }
        return text
    }

    /// A list of words; one word alone counts as a list of it.
    mutating func words(_ field: Field) -> [Located<String>]? {
        wordNodes(field)?.compactMap { node in node.scalar.map { Located($0.text, at: document.location(node)) } }
    }

    /// The nodes of a list of words.
    mutating func wordNodes(_ field: Field) -> [YAMLNode]? {
        let nodes: [YAMLNode]
        if let list = field.node.list {
            nodes = list
        } else if let scalar = field.node.scalar, !scalar.value.isNull {
            nodes = [field.node]
        } else {
            wrongType(field)
            return nil
        }
        return nodes.enumerated().filter { index, node in
            let label = field.node.list == nil ? field.label : "\(field.label)[\(index)]"
            guard let scalar = node.scalar, !scalar.value.isNull else {
                wrongType(node, label, KeyType.word.phrase)
                return false
            }
            if scalar.text.allSatisfy(\.isWhitespace) {
                report(node, "`\(label)` is empty")
                return false
            }
            return true
        }.map(\.element)
    }

    mutating func map(_ field: Field) -> [YAMLEntry]? {
        guard let entries = field.node.map else {
            wrongType(field)
            return nil
        }
        return entries
    }
}
