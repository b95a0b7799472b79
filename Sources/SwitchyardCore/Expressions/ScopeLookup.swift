import OrderedCollections

/// Finds what the first elements of a reference name: an input, a step's output.
///
/// These are names that somebody declared, so one that does not exist is a slip, which `default` must not hide.
struct ScopeLookup {
    struct Failure: Error, Hashable {
        /// One sentence, without a full stop.
        var message: String
        /// Which element of the path failed; beyond its end, the root did.
        var index: Int
    }

    struct Base {
        var value: Value
        /// How many elements of the path led here.
        var length: Int
        /// The way here, for messages.
        var name: String
    }

    let scope: Scope

    func base(of root: Reference.Root, path: [Reference.PathElement]) throws(Failure) -> Base {
        switch root {
        case .inputs: return try declared("input", in: scope.inputs.objectValue ?? [:], root, path)
        case .env: return try declared("environment variable", in: Self.object(scope.env), root, path)
        case .secrets: return try declared("secret", in: Self.object(scope.secrets), root, path)
        case .run: return try declared("field of a run", in: scope.run.objectValue ?? [:], root, path)
        case .item: return try Base(value: present(scope.item, root, "a `foreach`", path), length: 0, name: "item")
        case .index:
            return try Base(
                value: present(scope.index.map(Value.int), root, "a `foreach`", path), length: 0, name: "index")
        case .loop:
            let loop = try present(scope.loop, root, "an `until`", path)
            return try declared("field of a loop", in: loop.objectValue ?? [:], root, path)
        case .shared:
            return try Base(
                value: present(scope.shared, root, "a run with shared spaces", path), length: 0, name: "shared")
        case .steps: return try step(path)
        }
    }

    private func present(
        _ value: Value?, _ root: Reference.Root, _ place: String, _ path: [Reference.PathElement]
    ) throws(Failure) -> Value {
        guard let value else {
            throw Failure(message: "`\(root.rawValue)` has a value only inside \(place)", index: path.count)
        }
        return value
    }

    private static func object(_ strings: [String: String]) -> OrderedDictionary<String, Value> {
        OrderedDictionary(uniqueKeysWithValues: strings.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
    }

    private func declared(
        _ noun: String, in object: OrderedDictionary<String, Value>, _ root: Reference.Root,
        _ path: [Reference.PathElement]
    ) throws(Failure) -> Base {
        guard let first = path.first else { return Base(value: .object(object), length: 0, name: root.rawValue) }
        guard case .member(let name) = first else { throw elements(of: root) }
        guard let value = object[name] else { throw unknown(noun, name, among: object.keys, index: 0) }
        return Base(value: value, length: 1, name: Reference(root: root, path: [first]).text)
    }

    private func elements(of root: Reference.Root) -> Failure {
        Failure(message: "`\(root.rawValue)` has names, not numbers: write `\(root.rawValue).NAME`", index: 0)
    }

    private func unknown(_ noun: String, _ name: String, among names: some Sequence<String>, index: Int) -> Failure {
        let near = NearestName.suggestion(for: name, among: names.prefix(ExpressionLimits.namesCompared))
        let suggestion = near.map { "; did you mean `\($0)`?" } ?? ""
        // A pipeline that is checked declares all its secrets: what is not there may be left out, and was.
        let message = noun == "secret" ? "no secret `\(name)` was given" : "unknown \(noun) `\(name)`"
        return Failure(message: message + suggestion, index: index)
    }

    // MARK: Steps

    private func step(_ path: [Reference.PathElement]) throws(Failure) -> Base {
        guard let first = path.first else {
            let steps = scope.steps.ids.map { ($0, Value.object(self.fields(of: scope.steps.result(of: $0)))) }
            return Base(
                value: .object(OrderedDictionary(steps, uniquingKeysWith: { first, _ in first })), length: 0,
                name: "steps")
        }
        guard case .member(let id) = first else { throw elements(of: .steps) }
        let result = scope.steps.result(of: id)
        if result == nil, !scope.steps.ids.contains(id) {
            throw unknown("step", id, among: scope.steps.ids, index: 0)
        }
        let fields = self.fields(of: result)
        let name = Reference(root: .steps, path: [first]).text
        guard path.count > 1 else { return Base(value: .object(fields), length: 1, name: name) }
        guard case .member(let field) = path[1], let value = fields[field] else {
            let field = if case .member(let field) = path[1] { field } else { path[1].text }
            let hint =
                NearestName.suggestion(for: field, among: fields.keys).map { "did you mean `\($0)`?" }
                ?? "what it returned is under `output`"
            throw Failure(message: "a step has no field `\(field)`; \(hint)", index: 1)
        }
        if field == "output", let bytes = result?.outputBytesCut {
            throw Failure(
                message: "the output of step `\(id)` has \(bytes) bytes, of which only the beginning is recorded; "
                    + "read the step's log file, or let the step write a file and print its path",
                index: 1)
        }
        return Base(value: value, length: 2, name: "\(name).\(field)")
    }

    /// `output_bytes_cut` is there only where the output is not whole, so that a report of all steps says so.
    private func fields(of result: StepResult?) -> OrderedDictionary<String, Value> {
        var fields: OrderedDictionary<String, Value> = [
            "status": .string(result?.status ?? "pending"), "output": result?.output ?? .null,
            "error": result?.error ?? .null,
        ]
        if let bytes = result?.outputBytesCut { fields["output_bytes_cut"] = .int(bytes) }
        return fields
    }
}
