import SwitchyardCore
import SwitchyardYAML

/// A key that stands in a scenario file, with what it takes.
struct ScenarioField {
    /// The key as messages name it: `stream.every`.
    var label: String
    var type: KeyType
    var key: LocatedNode
    var node: LocatedNode
}

/// Turns the nodes of a scenario file into values and collects everything that is wrong on the way.
struct ScenarioReading {
    var diagnostics: [Diagnostic] = []

    mutating func report(_ node: LocatedNode, _ message: String, hint: String? = nil) {
        diagnostics.append(Diagnostic(at: node.location, message, hint: hint))
    }

    /// The known keys of the map `node`; nil, reported, if there is no map. Unknown keys are reported.
    mutating func fields(
        of node: LocatedNode, _ level: ScenarioLevel, prefix: String = ""
    ) -> [String: ScenarioField]? {
        guard let entries = node.map else {
            if !node.isBroken { report(node, "\(level.title) is a map of keys, not \(node.described)") }
            return nil
        }
        var fields: [String: ScenarioField] = [:]
        let keys = level.keys
        for entry in entries {
            guard let key = keys.first(where: { $0.name == entry.name }) else {
                let nearest = NearestName.suggestion(for: entry.name, among: keys.map(\.name))
                report(
                    entry.key, "\(level.title) has no key `\(entry.name)`",
                    hint: nearest.map { "did you mean `\($0)`?" }
                        ?? "it takes \(keys.map { "`\($0.name)`" }.joined(separator: ", "))")
                continue
            }
            fields[key.name] = ScenarioField(
                label: prefix + key.name, type: key.type, key: entry.key, node: entry.value)
        }
        return fields
    }

    mutating func wrongType(_ field: ScenarioField, hint: String? = nil) {
        guard !field.node.isBroken else { return }
        report(field.node, "`\(field.label)` wants \(field.type.phrase), not \(field.node.described)", hint: hint)
    }

    /// Text that is not blank; whatever it looks like where the key takes words.
    mutating func text(_ field: ScenarioField?) -> String? {
        guard let field else { return nil }
        let text = field.type == .word ? field.node.text : field.node.scalar?.stringValue
        guard let text, !text.isEmpty else {
            wrongType(field, hint: field.node.text.flatMap { $0.isEmpty ? nil : "quote it" })
            return nil
        }
        return text
    }

    mutating func boolean(_ field: ScenarioField?) -> Bool? {
        guard let field else { return nil }
        guard let value = field.node.scalar?.boolValue else {
            wrongType(field)
            return nil
        }
        return value
    }

    mutating func integer(_ field: ScenarioField?) -> Int? {
        guard let field, case .integer(let minimum) = field.type else { return nil }
        guard case .int(let value)? = field.node.scalar else {
            wrongType(field)
            return nil
        }
        guard value >= minimum else {
            report(field.node, "`\(field.label)` wants \(field.type.phrase), not \(value)")
            return nil
        }
        return value
    }

    mutating func duration(_ field: ScenarioField?) -> Duration? {
        guard let field else { return nil }
        guard let text = field.node.scalar?.stringValue, let duration = DurationText.parse(text) else {
            wrongType(field, hint: "durations are written `250ms`, `30s`, `5m` or `1m30s`")
            return nil
        }
        return duration
    }

    mutating func choice<Choice: RawRepresentable<String>>(_ field: ScenarioField?) -> Choice? {
        guard let field, case .choice(let words) = field.type else { return nil }
        guard let text = field.node.scalar?.stringValue else {
            wrongType(field)
            return nil
        }
        guard let choice = Choice(rawValue: text) else {
            report(
                field.node, "`\(field.label)` wants \(field.type.phrase), not `\(text)`",
                hint: NearestName.suggestion(for: text, among: words).map { "did you mean `\($0)`?" })
            return nil
        }
        return choice
    }

    mutating func list(_ field: ScenarioField?) -> [LocatedNode] {
        guard let field else { return [] }
        guard let list = field.node.list else {
            wrongType(field)
            return []
        }
        return list
    }

    mutating func glob(_ field: ScenarioField?) -> Glob? {
        guard let field, let text = text(field) else { return nil }
        guard let glob = Glob(text) else {
            report(field.node, "`\(field.label)` is too long")
            return nil
        }
        return glob
    }

    /// A number of bytes: an integer, or one with `KiB` or `MiB`.
    mutating func bytes(_ field: ScenarioField?) -> Int? {
        guard let field else { return nil }
        let text = field.node.text ?? ""
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let units = ["": 1, "KiB": 1 << 10, "MiB": 1 << 20]
        guard let number = Int(digits), let unit = units[String(text.dropFirst(digits.count))],
            (1...(256 << 20)).contains(number.multipliedReportingOverflow(by: unit).partialValue), number <= 256 << 20
        else {
            report(field.node, "`\(field.label)` wants a size from 1 to 256 MiB, such as `1MiB` or `20000`")
            return nil
        }
        return number * unit
    }

    /// `2`, `2-4` or `2-`.
    mutating func range(_ field: ScenarioField?) -> ClosedRange<Int>? {
        guard let field else { return nil }
        let parts = (field.node.text ?? "").split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let first = parts.first.flatMap { Int($0) }
        let last = parts.count < 2 ? first : parts[1].isEmpty ? Int.max : Int(parts[1])
        guard let first, let last, first >= 1, first <= last else {
            report(field.node, "`\(field.label)` wants a number from 1, or a range such as `2-4` or `2-`")
            return nil
        }
        return first...last
    }
}
