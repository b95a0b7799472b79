import OrderedCollections
import SwitchyardCore
import TerminalUI

/// A value as a person reads it: objects as `key: value`, texts with their own lines, nothing escaped.
struct ValueText {
    static let maximumLines = 300
    /// How many lines one line of a text may be broken into.
    private static let maximumBreaks = 6

    let width: Int
    let theme: Theme
    private(set) var lines: [StyledText] = []
    /// How many control sequences and the like were made visible.
    private(set) var replacedCount = 0
    private var isFull = false

    init(width: Int, theme: Theme) {
        self.width = width
        self.theme = theme
    }

    mutating func add(_ value: Value) {
        add(value, prefix: StyledText(), indent: 0)
    }

    private mutating func add(_ value: Value, prefix: StyledText, indent: Int) {
        switch value {
        case .object(let object) where !object.isEmpty:
            if !prefix.isEmpty { append(prefix) }
            let inner = prefix.isEmpty ? indent : indent + 2
            for (key, member) in object where !isFull {
                let name =
                    StyledText(CleanText(" ").repeated(inner))
                    + StyledText(cleaning: key + ": ", theme[.dim], limit: 80)
                add(member, prefix: name, indent: inner)
            }
        case .array(let array) where !array.isEmpty:
            if !prefix.isEmpty { append(prefix) }
            let inner = prefix.isEmpty ? indent : indent + 2
            for element in array where !isFull {
                let mark = StyledText(CleanText(" ").repeated(inner)) + StyledText("- ", theme[.dim])
                add(element, prefix: mark, indent: inner)
            }
        case .string(let text): add(text, prefix: prefix, indent: indent)
        case .null, .bool, .int, .double, .array, .object:
            append(prefix + StyledText(cleaning: JSON.text(of: value), theme[.text], limit: 64))
        }
    }

    private mutating func add(_ text: String, prefix: StyledText, indent: Int) {
        var parts = text.utf8.split(
            separator: UInt8(ascii: "\n"), maxSplits: Self.maximumLines, omittingEmptySubsequences: false)
        if parts.count > 1, parts.last?.isEmpty == true { parts.removeLast() }
        guard parts.count > 1 else {
            addBroken(parts.first.map { String($0) ?? "" } ?? "", prefix: prefix)
            return
        }
        if !prefix.isEmpty { append(prefix) }
        let margin = StyledText(CleanText(" ").repeated(prefix.isEmpty ? indent : indent + 2))
        for part in parts where !isFull { addBroken(String(part) ?? "", prefix: margin) }
    }

    private mutating func addBroken(_ text: String, prefix: StyledText) {
        let room = max(8, width - prefix.width)
        let clean = CleanText(cleaning: text, limit: room * Self.maximumBreaks)
        replacedCount += clean.replacedCount
        for (index, line) in Wrap.lines(clean, width: room, limit: Self.maximumBreaks).enumerated() {
            let start = index == 0 ? prefix : StyledText(CleanText(" ").repeated(prefix.width))
            append(start + StyledText(line, theme[.text]))
        }
        if clean.isCut, var last = lines.popLast() {
            last = last.truncated(to: max(0, width - 1))
            lines.append(last + StyledText("…", theme[.dim]))
        }
    }

    private mutating func append(_ line: StyledText) {
        guard lines.count < Self.maximumLines else {
            if !isFull { lines.append(StyledText("… y copies all of it", theme[.dim])) }
            isFull = true
            return
        }
        lines.append(line.truncated(to: width))
    }
}
