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
    /// The keys of `node` that this version runs. Every other key is reported.
    ///
    /// - Parameter foreign: what to say about a key that `table` does not have; nil for what is said of any.
    mutating func fields(
        of node: YAMLNode, _ table: KeyTable, prefix: String = "", foreign: (String) -> String? = { _ in nil }
    ) -> Fields {
        var fields = Fields()
        for entry in node.map ?? [] {
            guard let key = table[entry.name] else {
                let names = table.keys.map(\.name)
                let nearest = NearestName.suggestion(for: entry.name, among: names)
                if let message = foreign(entry.name) {
                    report(entry.key, message)
                } else {
                    report(
                        entry.key, "\(table.level) has no key `\(entry.name)`",
                        hint: nearest.map { "did you mean `\($0)`?" })
                }
                if let nearest { fields.addSlip(nearest) }
                continue
            }
            guard key.isRunnable else {
                notYet(entry.key, prefix + key.name)
                continue
            }
            fields.add(
                entry.name, Field(label: prefix + key.name, type: key.type, key: entry.key, node: entry.value))
        }
        return fields
    }

    mutating func report(
        _ node: YAMLNode, _ message: String, hint: String? = nil, severity: Diagnostic.Severity = .error
    ) {
        diagnostics.append(Diagnostic(severity, at: document.location(node), message, hint: hint))
    }

    /// Reports what is part of the format but does not run yet.
    mutating func notYet(_ node: YAMLNode, _ what: String) {
        report(node, "`\(what)` is part of the format, but this version of Switchyard does not run it yet")
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
        guard case .number(let minimum) = field.type else { preconditionFailure("\(field.label) is no number") }
        guard let value = field.node.scalar?.value.doubleValue, value.isFinite else {
            wrongType(field)
            return nil
        }
        if let minimum, value < minimum {
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
            let label = field.label
            wrongType(
                field.node, label, KeyType.duration.phrase,
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
        guard case .choice(let words) = field.type else { preconditionFailure("\(field.label) is no choice") }
        guard let text = field.node.scalar?.value.stringValue else {
            wrongType(field)
            return nil
        }
        guard words.contains(text) else {
            report(
                field.node, "`\(field.label)` wants \(field.type.phrase), not `\(text)`",
                hint: NearestName.suggestion(for: text, among: words).map { "did you mean `\($0)`?" })
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

    mutating func map(_ field: Field) -> [YAMLEntry]? {
        guard let entries = field.node.map else {
            wrongType(field)
            return nil
        }
        return entries
    }
}
