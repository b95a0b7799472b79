package import OrderedCollections

/// What is known before a run about a value that an expression will see.
///
/// A type says what a value may be, never what it must be: a checker reports only what fails for everything the type
/// admits, so a type that admits too much hides problems and one that admits too little invents them.
package indirect enum ExpressionType: Hashable, Sendable {
    /// Nothing is known.
    case any
    case null
    case boolean
    case integer
    /// With or without decimals.
    case number
    /// One of these texts; nil for any text.
    case string(oneOf: [String]? = nil)
    case array(of: ExpressionType)
    case object(Members)
    /// Values of several kinds, made by ``union(_:)``: at most one type of each kind, in the order of this list with
    /// `null` last, and none of them a union. Empty for what has no value, such as the elements of `[]`.
    case union([ExpressionType])

    /// What is known about the members of an object.
    package struct Members: Hashable, Sendable {
        /// The type of each member that is known. The object need not have it.
        package var types: OrderedDictionary<String, ExpressionType>
        /// Whether it may have members that are not in `types`.
        package var isOpen: Bool

        package init(_ types: OrderedDictionary<String, ExpressionType>, isOpen: Bool = false) {
            self.types = types
            self.isOpen = isOpen
        }

        package static func == (left: Members, right: Members) -> Bool {
            left.isOpen == right.isOpen && left.types.count == right.types.count
                && left.types.allSatisfy { right.types[$0.key] == $0.value }
        }

        package func hash(into hasher: inout Hasher) {
            hasher.combine(isOpen)
            hasher.combine(Set(types.keys))
        }
    }
}

extension ExpressionType {
    /// An object of which no member is known.
    package static let anyObject = ExpressionType.object(Members([:], isOpen: true))
    package static let anyArray = ExpressionType.array(of: .any)

    /// An object with these members and no others.
    package static func record(_ members: OrderedDictionary<String, ExpressionType>) -> ExpressionType {
        .object(Members(members))
    }

    /// The type, or `null`.
    package var orNull: ExpressionType { union(.null) }

    /// The type without `null`.
    package var withoutNull: ExpressionType {
        ExpressionType.union(of: alternatives.filter { $0 != .null })
    }

    /// The types that make it up, each of another kind: itself, unless it is a union.
    package var alternatives: [ExpressionType] {
        if case .union(let types) = self { types } else { [self] }
    }

    /// The most texts and members that a type names; with more, it admits all.
    static let maximumNames = 256

    /// What admits everything that one of `types` admits; `union([])` for none.
    package static func union(of types: some Sequence<ExpressionType>) -> ExpressionType {
        types.reduce(.union([])) { $0.union($1) }
    }

    /// What admits everything that this type or `other` admits.
    package func union(_ other: ExpressionType) -> ExpressionType {
        if self == other { return self }
        var merged = alternatives
        for type in other.alternatives {
            if let index = merged.firstIndex(where: { $0.rank == type.rank }) {
                merged[index] = merged[index].merged(with: type)
            } else {
                merged.append(type)
            }
        }
        if merged.contains(.any) { return .any }
        merged.sort { $0.rank < $1.rank }
        return merged.count == 1 ? merged[0] : .union(merged)
    }

    /// Equal for types of one kind.
    private var rank: Int {
        switch self {
        case .any: 0
        case .boolean: 1
        case .integer, .number: 2
        case .string: 3
        case .array: 4
        case .object: 5
        case .null: 6
        case .union: preconditionFailure("a union stands in a union")
        }
    }

    /// The union with another type of the same kind.
    private func merged(with other: ExpressionType) -> ExpressionType {
        switch (self, other) {
        case (.string(let ours?), .string(let theirs?)):
            let texts = ours + theirs.filter { !ours.contains($0) }
            return .string(oneOf: texts.count > Self.maximumNames ? nil : texts)
        case (.string, .string): return .string()
        case (.array(let ours), .array(let theirs)): return .array(of: ours.union(theirs))
        case (.object(let ours), .object(let theirs)): return .object(ours.merged(with: theirs))
        case (.integer, .number): return .number
        case (.any, _), (.null, _), (.boolean, _), (.integer, _), (.number, _), (.string, _), (.array, _),
            (.object, _), (.union, _):
            return self
        }
    }
}

extension ExpressionType.Members {
    fileprivate func merged(with other: ExpressionType.Members) -> ExpressionType.Members {
        var merged = ExpressionType.Members([:], isOpen: isOpen || other.isOpen)
        for (name, type) in types {
            // An open object may have the member with any value.
            merged.types[name] = other.types[name].map(type.union) ?? (other.isOpen ? .any : type)
        }
        for (name, type) in other.types where types[name] == nil { merged.types[name] = isOpen ? .any : type }
        return merged.types.count > ExpressionType.maximumNames ? ExpressionType.Members([:], isOpen: true) : merged
    }
}
