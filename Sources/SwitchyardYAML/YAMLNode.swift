import OrderedCollections
import SwitchyardCore

/// A node of a YAML document, its aliases replaced by what they stand for.
struct YAMLNode: Sendable {
    enum Content: Sendable {
        case scalar(YAMLScalar)
        case list([YAMLNode])
        /// In the file's order; keys that stand twice are kept once.
        case map([YAMLEntry])
    }

    var content: Content
    /// Where it starts in the text, in scalars.
    var offset: Int
    /// It was written in brackets or braces.
    var isFlow: Bool
    /// How many nodes there are in it, itself included.
    var size: Int
    /// How many levels there are below it.
    var height: Int
    /// It was reported already, and what it holds is not what its author meant.
    var isBroken = false
}

struct YAMLEntry: Sendable {
    var name: String
    var key: YAMLNode
    var value: YAMLNode
}

struct YAMLScalar: Sendable {
    enum Style: Sendable {
        case plain, singleQuoted, doubleQuoted, literal, folded
    }

    /// The text, without quotes and escapes.
    var text: String
    var style: Style
    /// What it means: plain text is a number, a boolean or null where it looks like one.
    var value: Value

    /// Nothing stands there at all.
    var isEmpty: Bool { style == .plain && text.isEmpty }
}

extension YAMLNode {
    var scalar: YAMLScalar? {
        if case .scalar(let scalar) = content { scalar } else { nil }
    }

    var list: [YAMLNode]? {
        if case .list(let elements) = content { elements } else { nil }
    }

    var map: [YAMLEntry]? {
        if case .map(let entries) = content { entries } else { nil }
    }

    /// The value of the key `name` of a map.
    subscript(name: String) -> YAMLNode? { map?.first { $0.name == name }?.value }

    /// What it is, as a message says it: `a string`, `a list`, `empty`.
    var described: String {
        switch content {
        case .list: "a list"
        case .map: "a map"
        case .scalar(let scalar):
            switch scalar.value {
            case .null: scalar.isEmpty ? "nothing" : "null"
            case .bool: "a boolean"
            case .int: "an integer"
            case .double: "a number"
            case .string, .array, .object: "a string"
            }
        }
    }

    /// The node as a value, every scalar typed.
    var value: Value {
        switch content {
        case .scalar(let scalar): scalar.value
        case .list(let elements): .array(elements.map(\.value))
        case .map(let entries):
            .object(.init(entries.map { ($0.name, $0.value.value) }, uniquingKeysWith: { first, _ in first }))
        }
    }
}
