import SwitchyardCore
import Yams

/// Turns the parser's nodes into ours: aliases replaced, scalars typed, limits kept.
struct YAMLTreeBuilder {
    let index: SourceIndex
    let disguise: YAMLDisguise
    private(set) var diagnostics: [Diagnostic] = []
    private var anchors: [String: YAMLNode] = [:]
    private var count = 0
    /// How many brackets and braces are open around what is read.
    private var flowDepth = 0
    /// A limit was reached, and what follows is left out.
    private(set) var isFull = false

    init(index: SourceIndex, disguise: YAMLDisguise) {
        self.index = index
        self.disguise = disguise
    }

    mutating func node(_ node: Node, depth: Int) -> YAMLNode {
        let offset = node.mark.map { index.offset(line: $0.line, column: $0.column) } ?? 0
        var result: YAMLNode
        switch node {
        case .scalar(let scalar): result = self.scalar(scalar, offset: offset, depth: depth)
        case .sequence(let sequence):
            checkTag(sequence.tag.description, allowed: ["tag:yaml.org,2002:seq"], at: offset)
            result = list(sequence, offset: offset, depth: depth)
        case .mapping(let mapping):
            checkTag(mapping.tag.description, allowed: ["tag:yaml.org,2002:map"], at: offset)
            result = map(mapping, offset: offset, depth: depth)
        case .alias:
            // Made by the wrapper's encoder only.
            result = empty(at: offset)
        }
        if let anchor = node.anchor { anchors[anchor.rawValue] = result }
        return result
    }

    private func empty(at offset: Int) -> YAMLNode {
        let scalar = YAMLScalar(text: "", style: .plain, value: .null)
        return YAMLNode(content: .scalar(scalar), offset: offset, isFlow: false, size: 1, height: 0, isBroken: true)
    }

    /// Counts `size` nodes at `depth` with `height` levels below; false if that is too much.
    private mutating func admit(_ size: Int, depth: Int, height: Int, at offset: Int) -> Bool {
        guard !isFull else { return false }
        count += size
        if depth + height > YAMLDocument.Limit.depth {
            isFull = true
            report(offset, "nested deeper than \(YAMLDocument.Limit.depth) levels")
        } else if count > YAMLDocument.Limit.nodes {
            isFull = true
            report(offset, "more than \(YAMLDocument.Limit.nodes) values, counting what aliases repeat")
        }
        return !isFull
    }

    private mutating func report(_ offset: Int, _ message: String, hint: String? = nil) {
        diagnostics.append(Diagnostic(at: index.location(offset), message, hint: hint))
    }

    private mutating func list(_ sequence: Node.Sequence, offset: Int, depth: Int) -> YAMLNode {
        var elements: [YAMLNode] = []
        let isFlow = startsFlow(at: offset, with: "[")
        if isFlow { flowDepth += 1 }
        defer { if isFlow { flowDepth -= 1 } }
        if admit(1, depth: depth, height: 0, at: offset) {
            for element in sequence where !isFull { elements.append(node(element, depth: depth + 1)) }
        }
        return YAMLNode(
            content: .list(elements), offset: offset, isFlow: isFlow,
            size: elements.reduce(1) { $0 + $1.size }, height: (elements.map(\.height).max() ?? -1) + 1
        )
    }

    private mutating func map(_ mapping: Node.Mapping, offset: Int, depth: Int) -> YAMLNode {
        var entries: [YAMLEntry] = []
        var isBroken = false
        var seen: [String: Int] = [:]
        let isFlow = startsFlow(at: offset, with: "{")
        if isFlow { flowDepth += 1 }
        defer { if isFlow { flowDepth -= 1 } }
        if admit(1, depth: depth, height: 0, at: offset) {
            for (key, value) in mapping where !isFull {
                let keyNode = node(key, depth: depth + 1)
                let valueNode = node(value, depth: depth + 1)
                guard let name = keyNode.scalar?.text else {
                    isBroken = true
                    reportComplexKey(keyNode, in: offset, isFlow: isFlow)
                    continue
                }
                if name == "<<" {
                    report(
                        keyNode.offset, "merge keys (`<<`) are no part of YAML 1.2",
                        hint: "what several steps share belongs in `defaults`")
                } else if let first = seen.updateValue(keyNode.offset, forKey: name) {
                    seen[name] = first
                    let place = index.location(first)
                    let isSameLine = place.line == index.location(keyNode.offset).line
                    report(
                        keyNode.offset,
                        "the key `\(name)` stands twice in this map: here and at"
                            + (isSameLine ? " column \(place.column)" : " line \(place.line)"),
                        hint: "remove one of the two")
                } else {
                    entries.append(YAMLEntry(name: name, key: keyNode, value: valueNode))
                }
            }
        }
        return YAMLNode(
            content: .map(entries), offset: offset, isFlow: isFlow,
            size: entries.reduce(1) { $0 + $1.value.size + 1 }, height: (entries.map(\.value.height).max() ?? -1) + 1,
            isBroken: isBroken && entries.isEmpty
        )
    }

    /// Whether the collection at `offset` is written in brackets. The wrapper notes the style of the closing event,
    /// which has none; the text tells.
    private func startsFlow(at offset: Int, with bracket: Unicode.Scalar) -> Bool {
        var index = offset
        // Past an anchor or a tag.
        while index < self.index.scalars.count, self.index.scalars[index] == "&" || self.index.scalars[index] == "!" {
            while index < self.index.scalars.count, self.index.scalars[index] != " " { index += 1 }
            while index < self.index.scalars.count, self.index.scalars[index] == " " { index += 1 }
        }
        return index < self.index.scalars.count && self.index.scalars[index] == bracket
    }

    private mutating func reportComplexKey(_ key: YAMLNode, in offset: Int, isFlow: Bool) {
        // The map itself is one level.
        if isFlow, let hint = YAMLTrap.unquotedHole(at: offset, isInsideFlow: flowDepth > 1, in: index) {
            report(offset, "`{{` at the start of a value is a YAML map, not a hole", hint: hint)
        } else {
            report(key.offset, "a key must be text, not \(key.described)")
        }
    }

    private mutating func checkTag(_ tag: String, allowed: Set<String>, at offset: Int) {
        guard !tag.isEmpty, tag != "!", !allowed.contains(tag) else { return }
        let short = tag.replacing("tag:yaml.org,2002:", with: "!!")
        report(offset, "the tag `\(short)` has no meaning here", hint: "remove it")
    }

    private mutating func scalar(_ scalar: Node.Scalar, offset: Int, depth: Int) -> YAMLNode {
        let style: YAMLScalar.Style =
            switch scalar.style {
            case .singleQuoted: .singleQuoted
            case .doubleQuoted: .doubleQuoted
            case .literal: .literal
            case .folded: .folded
            case .any, .plain: .plain
            }
        if style == .plain, scalar.string.unicodeScalars.first == disguise.alias {
            return alias(disguise.undone(scalar.string), offset: offset, depth: depth)
        }
        _ = admit(1, depth: depth, height: 0, at: offset)
        let text = disguise.undone(scalar.string)
        let core = "tag:yaml.org,2002:"
        let tag = scalar.tag.description
        let value: Value
        switch tag {
        case "" where style == .plain, core + "int", core + "float", core + "bool", core + "null":
            value = CoreSchema.value(of: text)
        default:
            checkTag(tag, allowed: [core + "str"], at: offset)
            value = .string(text)
        }
        return YAMLNode(
            content: .scalar(YAMLScalar(text: text, style: style, value: value)), offset: offset, isFlow: false,
            size: 1, height: 0)
    }

    private mutating func alias(_ text: String, offset: Int, depth: Int) -> YAMLNode {
        let name = String(text.dropFirst())
        guard !name.isEmpty, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
        else {
            report(
                offset, "a value that starts with `*` names an alias, and this is no name",
                hint: "quote it: \(YAMLTrap.quoted(text))")
            return empty(at: offset)
        }
        guard let target = anchors[name] else {
            report(
                offset, "no anchor `&\(name)` stands before this alias",
                hint: NearestName.suggestion(for: name, among: anchors.keys.sorted()).map { "did you mean `*\($0)`?" }
                    ?? "if it is text, quote it: \(YAMLTrap.quoted(text))")
            return empty(at: offset)
        }
        guard admit(target.size, depth: depth, height: target.height, at: offset) else { return empty(at: offset) }
        return target
    }
}
