import OrderedCollections

extension Scope {
    /// Everything an expression can see, as one object for people to read: `inputs`, `steps`, `item`, `index`, `loop`,
    /// `run`, `env`, `secrets` and `shared`, without those that have no value here.
    ///
    /// Of secrets only the names are there. Their values are masked wherever else they occur.
    ///
    /// - Parameter mask: what to mask; nil for the scope's own secrets.
    package func context(masking mask: SecretMask? = nil) -> Value {
        context(of: Reference.Root.allCases.map { Reference(root: $0, path: []) }, masking: mask)
    }

    /// The same, but only what `references` lead to: the inputs, fields of steps and variables they name.
    ///
    /// A name that does not exist is left out.
    package func context(of references: some Sequence<Reference>, masking mask: SecretMask? = nil) -> Value {
        var context = OrderedDictionary<String, Value>()
        let references = Array(references)
        for root in Reference.Root.allCases {
            let paths = references.lazy.filter { $0.root == root }.map(\.path)
            guard !paths.isEmpty else { continue }
            context[root.rawValue] = root == .secrets ? secretNames(Array(paths)) : part(of: root, Array(paths))
        }
        let mask = mask ?? SecretMask(secrets.values)
        return .object(context.mapValues { mask.masking($0) })
    }

    private func part(of root: Reference.Root, _ paths: [[Reference.PathElement]]) -> Value? {
        guard let whole = try? ScopeLookup(scope: self).base(of: root, path: []).value else { return nil }
        switch root {
        case .item, .index: return whole
        case .inputs, .loop, .run, .env, .secrets, .shared: return Self.selection(of: whole, paths, depth: 1)
        case .steps: return Self.selection(of: whole, paths, depth: 2)
        }
    }

    /// The members of `value` that `paths` begin with, to the given depth; all of them for a path that ends before it.
    private static func selection(of value: Value, _ paths: [[Reference.PathElement]], depth: Int) -> Value {
        guard depth > 0, case .object(let members) = value, paths.allSatisfy({ !$0.isEmpty }) else { return value }
        var selected = OrderedDictionary<String, Value>()
        for (name, member) in members {
            let rest = paths.filter { $0.first == .member(name) }.map { Array($0.dropFirst()) }
            if !rest.isEmpty { selected[name] = selection(of: member, rest, depth: depth - 1) }
        }
        return .object(selected)
    }

    private func secretNames(_ paths: [[Reference.PathElement]]) -> Value {
        let hidden = secrets.keys.sorted().map { ($0, Value.string(SecretMask.replacement)) }
        return Self.selection(of: .object(OrderedDictionary(uniqueKeysWithValues: hidden)), paths, depth: 1)
    }
}
