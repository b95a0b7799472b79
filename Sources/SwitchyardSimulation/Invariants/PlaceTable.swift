import SwitchyardCore

/// The steps of runs of one pipeline, numbered, with where they stand: read from their paths and the definition, never
/// from the engine. It grows as paths are met, and serves every simulated run of its pipeline.
final class PlaceTable {
    struct Place {
        var path: StepPath
        /// Its number among the facts.
        var facts: Int
        var list: Int
        /// The places it waits for.
        var needs: [Int]
        /// Whether it is an item of a `foreach`.
        var isItem: Bool
        /// Whether its items stand for it.
        var holdsItems: Bool
    }

    /// Steps that stand beside each other.
    struct List {
        enum Kind {
            case main, finally, compensation
            /// Of a group.
            case body
            /// Of a `foreach`.
            case items
        }

        var kind: Kind
        /// The place of the step around it.
        var owner: Int?
    }

    let facts: [StepFacts]
    private(set) var places: [Place] = []
    private(set) var lists: [List] = [List(kind: .main), List(kind: .finally), List(kind: .compensation)]
    private var factNumbers: [StepPath: Int] = [:]
    private var numbers: [StepPath: Int] = [:]
    private var listNumbers: [String: Int] = [:]

    static let main = 0
    static let finally = 1
    static let compensation = 2

    init(_ graph: PipelineGraph) {
        facts = StepFacts.all(of: graph)
        for (number, step) in facts.enumerated() { factNumbers[step.path] = number }
    }

    func facts(of place: Int) -> StepFacts { facts[places[place].facts] }

    /// The number of the step at `path`; nil if the file has none that could be there.
    func number(of path: StepPath) -> Int? {
        if let number = numbers[path] { return number }
        guard let fact = factNumbers[path.planned] else { return nil }
        let text = path.rawValue
        let isItem = text.hasSuffix("]")
        guard let list = list(around: text, isCompensation: path.isCompensation, isItem: isItem) else { return nil }
        let prefix = text.lastIndex(of: "/").map { String(text[...$0]) } ?? ""
        let needs = isItem ? [] : facts[fact].needs.compactMap { self.number(of: StepPath(prefix + $0)) }
        numbers[path] = places.count
        places.append(
            Place(
                path: path, facts: fact, list: list, needs: needs, isItem: isItem,
                holdsItems: facts[fact].hasItems && !isItem))
        return places.count - 1
    }

    private func list(around path: String, isCompensation: Bool, isItem: Bool) -> Int? {
        if isCompensation { return Self.compensation }
        if isItem {
            guard let bracket = path.lastIndex(of: "[") else { return nil }
            return list(String(path[..<bracket]), of: .items)
        }
        guard let slash = path.lastIndex(of: "/") else { return Self.main }
        let owner = path[..<slash]
        return owner == "finally" ? Self.finally : list(String(owner), of: .body)
    }

    private func list(_ name: String, of kind: List.Kind) -> Int? {
        let key = kind == .items ? name + "[]" : name
        if let number = listNumbers[key] { return number }
        // An iteration's steps stand in a list of their own, inside of the same group.
        var owner = name
        if let at = name.lastIndex(of: "@"), !name[at...].contains("/") { owner = String(name[..<at]) }
        guard let place = number(of: StepPath(owner)) else { return nil }
        listNumbers[key] = lists.count
        lists.append(List(kind: kind, owner: place))
        return lists.count - 1
    }
}
