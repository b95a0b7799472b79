import OrderedCollections

extension ExpressionType {
    /// How deep a type follows a value; below that it admits everything.
    private static let maximumDepth = 32
    /// How many elements of an array are looked at; with more, its elements may be anything.
    private static let maximumElements = 1000

    /// The narrowest type that admits `value`.
    package init(of value: Value) {
        self.init(of: value, depth: 0)
    }

    private init(of value: Value, depth: Int) {
        guard depth < Self.maximumDepth else {
            self = .any
            return
        }
        switch value {
        case .null: self = .null
        case .bool: self = .boolean
        case .int: self = .integer
        case .double: self = .number
        case .string(let string): self = .string(oneOf: [string])
        case .array(let elements) where elements.count > Self.maximumElements: self = .anyArray
        case .array(let elements):
            self = .array(of: .union(of: elements.lazy.map { ExpressionType(of: $0, depth: depth + 1) }))
        case .object(let members) where members.count > Self.maximumNames: self = .anyObject
        case .object(let members): self = .record(members.mapValues { ExpressionType(of: $0, depth: depth + 1) })
        }
    }

    /// Whether a value of this type may be `value`.
    package func admits(_ value: Value) -> Bool {
        switch (self, value) {
        case (.any, _), (.null, .null), (.boolean, .bool), (.integer, .int), (.number, .int), (.number, .double),
            (.string(nil), .string):
            true
        case (.string(let texts?), .string(let string)): texts.contains(string)
        case (.array(let element), .array(let elements)): elements.allSatisfy(element.admits)
        case (.object(let known), .object(let members)):
            members.allSatisfy { known.types[$0.key]?.admits($0.value) ?? known.isOpen }
        case (.union(let types), _): types.contains { $0.admits(value) }
        case (.null, _), (.boolean, _), (.integer, _), (.number, _), (.string, _), (.array, _), (.object, _): false
        }
    }

    /// Whether a value of this type and one of `other` may be equal.
    func mayEqual(_ other: ExpressionType) -> Bool {
        alternatives.contains { ours in
            other.alternatives.contains { theirs in
                switch (ours, theirs) {
                case (.any, _), (_, .any), (.null, .null), (.boolean, .boolean), (.array, .array), (.object, .object),
                    (.integer, .integer), (.integer, .number), (.number, .integer), (.number, .number):
                    true
                case (.string(let a), .string(let b)):
                    if let a, let b { !Set(a).isDisjoint(with: b) } else { true }
                case (.null, _), (.boolean, _), (.integer, _), (.number, _), (.string, _), (.array, _), (.object, _),
                    (.union, _):
                    false
                }
            }
        }
    }
}

extension ExpressionType {
    /// What one element of a path leads to.
    struct Step {
        /// The values it may lead to.
        var found: ExpressionType = .union([])
        /// Whether it may lead nowhere though it suits the value, so that `default` can speak for it.
        var mayMiss = false
        /// Whether it may not suit the value at all.
        var mayFail = false

        /// Whether it may lead somewhere from a value that is not `null`.
        var mayHit = false
        /// Whether the value may be `null`, through which access gives `null`.
        var mayBeNull = false

        /// It leads nowhere, whatever the value.
        var isLost: Bool { !mayHit && !mayBeNull }
        /// It leads somewhere only through `null`.
        var isNullOnly: Bool { !mayHit && mayBeNull && (mayMiss || mayFail) }
    }

    /// Where `element` leads from a value of this type. Access through `null` gives `null`.
    func step(_ element: Reference.PathElement) -> Step {
        var step = Step()
        for type in alternatives {
            switch (type, element) {
            case (.any, _):
                step.found = .any
                step.mayHit = true
            case (.null, _):
                step.found = step.found.union(.null)
                step.mayBeNull = true
            case (.object(let members), .member(let name)):
                if let member = members.types[name] {
                    step.found = step.found.union(member)
                    step.mayHit = true
                } else if members.isOpen {
                    step.found = .any
                    step.mayHit = true
                }
                // Also a member that is known need not be there.
                step.mayMiss = true
            case (.array(let element), .element):
                step.found = step.found.union(element)
                step.mayHit = step.mayHit || !element.isEmpty
                step.mayMiss = true
            case (.boolean, _), (.integer, _), (.number, _), (.string, _), (.array, _), (.object, _), (.union, _):
                step.mayFail = true
            }
        }
        return step
    }

    /// The type of what `path` leads to, where whatever is missing or does not suit gives `null`.
    func lenient(_ path: some Sequence<Reference.PathElement>) -> ExpressionType {
        path.reduce(self) { type, element in
            let step = type.step(element)
            return step.mayMiss || step.mayFail ? step.found.orNull : step.found
        }
    }
}
