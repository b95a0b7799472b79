import SwitchyardCore

/// Puts together tool calls that come in pieces, whatever the server makes of ids and indexes.
///
/// In the wild ids are missing or repeated, and indexes are missing, all 0 or counted from 1.
struct ToolCallAssembly {
    private struct Call {
        var id: String?
        var index: Int?
        var name = ""
        var arguments = ""
    }

    private var calls: [Call] = []
    /// The call that the last piece belonged to.
    private var current: Int?

    var isEmpty: Bool { calls.allSatisfy { $0.name.isEmpty } }

    /// Takes a piece; gives the name of the call that it opens.
    ///
    /// A known id wins over the index; a new id opens a call, also on an index that is in use; without an id the
    /// latest call of the index goes on; without either the one that was open last.
    mutating func receive(index: Int?, id: String?, name: String?, arguments: String?) -> String? {
        let id = id.flatMap { $0.isEmpty ? nil : $0 }
        let name = name.flatMap { $0.isEmpty ? nil : $0 }
        let place = place(index: index, id: id, name: name, arguments: arguments ?? "") ?? open(index: index)
        current = place
        if calls[place].id == nil { calls[place].id = id }
        calls[place].arguments += arguments ?? ""
        guard let name, calls[place].name.isEmpty else { return nil }
        calls[place].name = name
        return name
    }

    /// The calls, their arguments parsed; ids are made of `seed` where the server gave none. What never got a name is
    /// no call.
    func finish(seed: String) -> [ToolCall] {
        calls.enumerated().compactMap { number, call in
            guard !call.name.isEmpty else { return nil }
            return ToolCall(
                id: call.id ?? ToolCall.madeUpID(number, seed: seed), name: call.name,
                arguments: ToolCall.Arguments(parsing: call.arguments))
        }
    }

    private func place(index: Int?, id: String?, name: String?, arguments: String) -> Int? {
        if let id {
            if let known = calls.lastIndex(where: { $0.id == id }) { return known }
            // A call that began without its id may get it later, with no name of its own.
            guard name == nil, let open = sameIndex(index), calls[open].id == nil else { return nil }
            return open
        }
        guard let open = index == nil ? current : sameIndex(index) else { return nil }
        // Without ids, whole calls follow each other on one index.
        if let name, !calls[open].name.isEmpty, !arguments.isEmpty || name != calls[open].name,
            (try? JSON.parse(calls[open].arguments)) != nil
        {
            return nil
        }
        return open
    }

    private func sameIndex(_ index: Int?) -> Int? {
        index.flatMap { index in calls.lastIndex { $0.index == index } }
    }

    private mutating func open(index: Int?) -> Int {
        calls.append(Call(index: index))
        return calls.count - 1
    }
}

extension ToolCall {
    /// An id for the call `number` of an answer whose provider gives none.
    static func madeUpID(_ number: Int, seed: String) -> String { "call_\(seed)_\(number + 1)" }
}

extension ToolCall.Arguments {
    /// What a model wrote as a call's arguments. Nothing at all means none.
    init(parsing text: String) {
        if text.utf8.allSatisfy({ $0 <= 0x20 }) {
            self = .object([:])
        } else if let value = try? JSON.parse(text), value.objectValue != nil {
            self = .object(value)
        } else {
            self = .malformed(text)
        }
    }

    /// The arguments as an object, for formats that have nothing else.
    var wireObject: Value {
        switch self {
        case .object(let value): value
        case .malformed(let text): ["malformed_arguments": .string(text)]
        }
    }

    /// The arguments as a text, for formats that have nothing else.
    var wireText: String {
        switch self {
        case .object(let value): JSON.text(of: value)
        case .malformed(let text): text
        }
    }
}
