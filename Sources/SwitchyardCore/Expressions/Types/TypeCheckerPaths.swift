import OrderedCollections

/// Where paths lead.
extension TypeChecker {
    /// - Parameter isDefaulted: whether `default` stands next to the path and speaks for what is missing.
    mutating func path(of syntax: ExpressionSyntax, isDefaulted: Bool) -> ExpressionType {
        switch syntax.kind {
        case .reference(let root, let path):
            do throws(NameProblem) {
                let base = try base(of: root, path.map(\.element))
                return follow(path, from: base.length, of: base.type, named: root.rawValue, isDefaulted)
            } catch {
                let offset = path.indices.contains(error.index) ? path[error.index].offset : syntax.offset
                report(
                    .fails, error.message, hint: error.hint, at: offset, isUndeclaredName: error.isUndeclaredName)
                return .any
            }
        case .access(let operand, let path):
            return follow(path, from: 0, of: type(of: operand), named: "(…)", isDefaulted)
        case .literal, .list, .object, .filtered, .status, .negated, .not, .and, .or, .comparison, .concatenation,
            .arithmetic, .conditional:
            return type(of: syntax)
        }
    }

    private mutating func follow(
        _ path: [PathStep], from start: Int, of type: ExpressionType, named name: String, _ isDefaulted: Bool
    ) -> ExpressionType {
        var type = type
        var mayBeMissing = false
        for (index, element) in path.enumerated().dropFirst(start) {
            let step = type.step(element.element)
            if type.isEmpty || !(step.isLost || step.isNullOnly) {
                type = step.found
                mayBeMissing = mayBeMissing || step.mayMiss
                continue
            }
            let place = name + Reference.text(of: path[..<index].map(\.element))
            let isNamed = Reference.Root(rawValue: name) != nil
            let problem = TypeProblem.lostPath("`\(place)`", isNamed ? place : nil, type, element.element)
            if !isDefaulted || !step.mayMiss {
                // Where `default` spoke for what was missing before, it never came to this.
                let isSure = step.isLost && !(isDefaulted && mayBeMissing)
                report(isSure ? .fails : .failsUnlessEmpty, problem.message, hint: problem.hint, at: element.offset)
            } else if !step.mayFail {
                report(
                    .neverMatters, problem.message + ", so only `default` answers", hint: problem.hint,
                    at: element.offset)
            }
            return isDefaulted && step.mayMiss ? .null : .any
        }
        return type
    }

    // MARK: Names

    private struct NameProblem: Error {
        var message: String
        var hint: String?
        /// Which element of the path it is about; beyond its end, the root.
        var index: Int
        var isUndeclaredName = true
    }

    private struct Base {
        var type: ExpressionType
        /// How many elements of the path led here.
        var length: Int
    }

    private func base(
        of root: Reference.Root, _ path: [Reference.PathElement]
    ) throws(NameProblem) -> Base {
        switch root {
        case .inputs: return try declared("input", in: environment.inputs, root, path)
        case .env: return try declared("environment variable", in: Self.strings(environment.env), root, path)
        case .secrets: return try declared("secret", in: Self.strings(environment.secrets), root, path)
        case .run: return try declared("field of a run", in: environment.run, root, path)
        case .steps: return try step(path)
        case .item: return try present(environment.item, root, "a `foreach`", path)
        case .index: return try present(environment.hasIndex ? .integer : nil, root, "a `foreach`", path)
        case .loop:
            let loop = try present(environment.loop, root, "an `until`", path)
            return try declared("field of a loop", in: loop.type, root, path)
        case .shared: return try present(environment.shared, root, "a run with shared spaces", path)
        }
    }

    private static func strings(_ names: [String]?) -> ExpressionType {
        guard let names else { return .anyObject }
        return .record(OrderedDictionary(names.map { ($0, .string()) }, uniquingKeysWith: { first, _ in first }))
    }

    private func present(
        _ type: ExpressionType?, _ root: Reference.Root, _ place: String, _ path: [Reference.PathElement]
    ) throws(NameProblem) -> Base {
        guard let type else {
            throw NameProblem(message: "`\(root.rawValue)` has a value only inside \(place)", index: path.count)
        }
        return Base(type: type, length: 0)
    }

    /// Names that somebody declares must exist, whatever `default` says.
    private func declared(
        _ noun: String, in type: ExpressionType, _ root: Reference.Root, _ path: [Reference.PathElement]
    ) throws(NameProblem) -> Base {
        guard let first = path.first else { return Base(type: type, length: 0) }
        guard case .member(let name) = first else { throw Self.numbered(root) }
        guard case .object(let members) = type, !members.isOpen else {
            return Base(type: type.step(first).found, length: 1)
        }
        guard let member = members.types[name] else {
            throw NameProblem(
                message: "unknown \(noun) `\(name)`", hint: Self.known(name, among: members.types.keys), index: 0)
        }
        return Base(type: member, length: 1)
    }

    private static func known(_ name: String, among names: some Collection<String>) -> String? {
        TypeProblem.nearest(name, among: names)
            ?? (names.isEmpty ? nil : "known are \(ExpressionType.names(names))")
    }

    private static func numbered(_ root: Reference.Root) -> NameProblem {
        NameProblem(
            message: "`\(root.rawValue)` has names, not numbers", hint: "write `\(root.rawValue).NAME`", index: 0,
            isUndeclaredName: false)
    }

    private func step(_ path: [Reference.PathElement]) throws(NameProblem) -> Base {
        guard let first = path.first else {
            guard let steps = environment.steps else { return Base(type: .anyObject, length: 0) }
            return Base(type: .record(steps.mapValues(\.type)), length: 0)
        }
        guard case .member(let id) = first else { throw Self.numbered(.steps) }
        guard let shape = environment.steps == nil ? StepShape() : environment.steps?[id] else {
            throw NameProblem(
                message: "unknown step `\(id)`",
                hint: environment.steps.flatMap { Self.known(id, among: $0.keys) }, index: 0)
        }
        guard path.count > 1 else { return Base(type: shape.type, length: 1) }
        let fields: OrderedDictionary = ["status": shape.status, "output": shape.output, "error": shape.error]
        guard case .member(let field) = path[1] else {
            throw NameProblem(
                message: "a step has no field `\(path[1].text)`", hint: "what it returned is under `output`", index: 1,
                isUndeclaredName: false)
        }
        // Only a step whose output is not whole has this field.
        if field == "output_bytes_cut" { return Base(type: .integer, length: 2) }
        guard let type = fields[field] else {
            throw NameProblem(
                message: "a step has no field `\(field)`",
                hint: NearestName.suggestion(for: field, among: fields.keys).map { "did you mean `\($0)`?" }
                    ?? "what it returned is under `output`: `steps\(first.text).output\(path[1].text)`",
                index: 1, isUndeclaredName: false)
        }
        return Base(type: type, length: 2)
    }
}

extension TypeProblem {
    /// What to say about a path that leads nowhere from a value of `type`.
    ///
    /// - Parameters:
    ///   - value: what messages call the value.
    ///   - place: how an expression spells it; nil for what it cannot name.
    static func lostPath(
        _ value: String, _ place: String?, _ type: ExpressionType, _ element: Reference.PathElement
    ) -> (message: String, hint: String?) {
        let type = type.withoutNull
        switch (type, element) {
        case (.object(let members), .member(let key)):
            let names = members.types.keys
            return (
                "\(value) has no member `\(key)`",
                minus(key, among: names) ?? nearest(key, among: names)
                    ?? (names.isEmpty ? nil : "it has \(ExpressionType.names(names))")
            )
        case (.object(let members), .element(let index)):
            let names = members.types.keys
            return (
                "\(value) is an object, which has no element [\(index)]",
                names.isEmpty ? nil : "name a member: it has \(ExpressionType.names(names))"
            )
        case (.array, .member(let key)):
            let path = SourceText.quoted(key)
            return (
                "\(value) is an array, which has no member `\(key)`",
                place.map { "pick an element, such as `\($0)[0]`, or write `\($0) | map(\(path))`" }
            )
        case (.array, .element(let index)): return ("\(value) is empty: it has no element [\(index)]", nil)
        case (.string, _):
            return (
                "\(value) is a string, which has no `\(element.text)`",
                place.map { "if it holds JSON, read it: `(\($0) | from_json)\(element.text)`" }
            )
        case (.any, _), (.null, _), (.boolean, _), (.integer, _), (.number, _), (.union, _):
            return ("\(value) is \(type.phrase), which has no `\(element.text)`", nil)
        }
    }

    static func nearest(_ name: String, among names: some Sequence<String>) -> String? {
        let names = names.prefix(ExpressionLimits.namesCompared)
        return NearestName.suggestion(for: name, among: names).map { "did you mean `\($0)`?" }
    }

    /// `steps.a.output.n-1` reads the member `n-1`.
    private static func minus(_ key: String, among names: some Collection<String>) -> String? {
        guard let minus = key.firstIndex(of: "-"), names.contains(String(key[..<minus])) else { return nil }
        return "a minus needs spaces around it"
    }
}
