import OrderedCollections
import SwitchyardCore

/// What expressions ask of a value: its members, and its elements.
struct OutputShape {
    private(set) var members: OrderedDictionary<String, OutputShape> = [:]
    /// How many elements are asked of it by number.
    private var elementCount = 0
    /// One at most: that of every element. An array, because a value cannot hold itself.
    private(set) var elements: [OutputShape] = []

    /// - Parameter filters: what stands behind the path: ` | map('line') | join(', ')`.
    mutating func ask(_ path: ArraySlice<Reference.PathElement>, filters: Substring = "") {
        switch path.first {
        case nil: askFilters(filters)
        case .member(let name)?: members[name, default: OutputShape()].ask(path.dropFirst(), filters: filters)
        case .element(let index)?:
            elementCount = max(elementCount, index < 0 ? -index : index + 1)
            askElements(path.dropFirst(), filters: filters)
        }
    }

    /// Asks something of every element.
    mutating func askElements(_ path: ArraySlice<Reference.PathElement> = [], filters: Substring = "") {
        if elements.isEmpty { elements.append(OutputShape()) }
        elements[0].ask(path, filters: filters)
    }

    private mutating func askFilters(_ text: Substring) {
        let trimmed = text.drop { $0 == " " || $0 == "\n" }
        guard trimmed.first == "|" else { return }
        let call = trimmed.dropFirst().drop { $0 == " " }
        let name = call.prefix { $0.isLetter || $0 == "_" }
        let rest = call.dropFirst(name.count)
        switch name {
        case "map", "where":
            let quote = rest.dropFirst().first ?? "'"
            let argument = rest.dropFirst(2).prefix { $0 != quote }
            let path = (try? Expression.parse("item.\(argument)"))?.references.first?.path ?? []
            askElements(path[...])
        case "first", "last", "sum", "min", "max": askElements()
        case "sort", "unique":
            askElements()
            askFilters(rest)
        default: return
        }
    }

    /// A value of the shape: text where nothing is asked of it.
    func value(_ hash: UInt64) -> Value {
        if let element = elements.first {
            let count = max(elementCount, Int(hash & 3))
            return .array((0..<count).map { element.member(SplitMix64.hash(hash, $0)) })
        }
        if members.isEmpty { return Self.text(hash) }
        var object: OrderedDictionary<String, Value> = [:]
        for (name, shape) in members { object[name] = shape.member(SplitMix64.hash(hash, object.count)) }
        return .object(object)
    }

    /// A value inside of another: of any kind, where nothing is asked of it.
    private func member(_ hash: UInt64) -> Value {
        guard members.isEmpty, elements.isEmpty else { return value(hash) }
        switch hash & 7 {
        case 0: return .bool(false)
        case 1: return .bool(true)
        case 2, 3: return .int(Int(hash >> 32 & 7))
        default: return .string(Self.word(hash))
        }
    }

    /// One line, or many.
    private static func text(_ hash: UInt64) -> Value {
        let count = [1, 1, 2, 12][Int(hash & 3)]
        guard count > 1 else { return .string(word(hash)) }
        return .string((0..<count).map { word(SplitMix64.hash(hash, $0)) }.joined(separator: "\n"))
    }

    private static func word(_ hash: UInt64) -> String { String(hash >> 40, radix: 36) }
}
