import OrderedCollections
import SwitchyardCore

extension RunDefinition {
    /// The most items that one `foreach` may have.
    static let maximumItems = 100_000

    /// The items of the `foreach` step at `path`.
    func expansion(
        of step: Step, _ foreach: Foreach, at path: StepPath, in snapshot: RunSnapshot
    ) throws(StepFailure) -> MapExpansion {
        let items: [Value]
        do throws(EvaluationError) {
            let scope = scopes.scope(of: path, in: snapshot)
            switch foreach.elements {
            case .items(let template):
                items = try Self.array(template.evaluate(in: scope), "foreach.items")
            case .matrix(let axes):
                items = try Self.combinations(of: axes, in: scope)
            }
        } catch {
            throw StepFailure(.invalidInput, "`foreach`: \(error.message)")
        }
        guard items.count <= Self.maximumItems else {
            throw StepFailure(
                .invalidInput, "`foreach` has \(items.count) items, and \(Self.maximumItems) is the most there may be")
        }
        return MapExpansion(items: items, keys: try keys(of: items, foreach, at: path, in: snapshot))
    }

    /// An array as it is; `null`, which an optional input or a skipped step gives, as an empty one.
    private static func array(_ value: Value, _ name: String) throws(EvaluationError) -> [Value] {
        if value.isNull { return [] }
        guard let array = value.arrayValue else {
            throw EvaluationError(
                "`\(name)` wants an array, not a value of type \(value.typeName)", expression: name, offset: 0)
        }
        return array
    }

    private static func combinations(
        of axes: OrderedDictionary<String, ValueTemplate>, in scope: Scope
    ) throws(EvaluationError) -> [Value] {
        var combinations: [OrderedDictionary<String, Value>] = [[:]]
        for (name, template) in axes {
            let values = try array(template.evaluate(in: scope), "foreach.matrix.\(name)")
            // One beyond the limit is enough to be refused.
            guard combinations.count * values.count <= maximumItems else {
                throw EvaluationError(
                    "the matrix has more than \(maximumItems) combinations", expression: name, offset: 0)
            }
            combinations = combinations.flatMap { combination in
                values.map { value in
                    var combination = combination
                    combination[name] = value
                    return combination
                }
            }
        }
        return combinations.map(Value.object)
    }

    /// What tells the combinations of a matrix apart: their values, such as `linux,3.11`. Nil for other items, and where
    /// a value has no short text or two combinations would be called the same.
    private static func matrixKeys(of items: [Value], _ foreach: Foreach) -> [String]? {
        guard case .matrix = foreach.elements else { return nil }
        var keys: OrderedSet<String> = []
        for item in items {
            let values = (item.objectValue ?? [:]).values
            guard !values.isEmpty, values.allSatisfy({ $0.arrayValue == nil && $0.objectValue == nil }) else {
                return nil
            }
            let key = values.map { $0.stringValue ?? JSON.text(of: $0) }.joined(separator: ",")
            guard keys.append(key).inserted else { return nil }
        }
        return Array(keys)
    }

    private func keys(
        of items: [Value], _ foreach: Foreach, at path: StepPath, in snapshot: RunSnapshot
    ) throws(StepFailure) -> [String] {
        guard let template = foreach.key else {
            return Self.matrixKeys(of: items, foreach).map { $0.map { mask.masking($0) } }
                ?? items.indices.map(String.init)
        }
        var scope = scopes.scope(of: path, in: snapshot)
        var keys: OrderedSet<String> = []
        for (index, item) in items.enumerated() {
            scope.item = item
            scope.index = index
            let key: String
            do throws(EvaluationError) {
                // A key stands in paths, and with them in every event.
                key = mask.masking(try template.text(in: scope))
            } catch {
                throw StepFailure(.invalidInput, "`foreach.key` of item \(index): \(error.message)")
            }
            guard !key.isEmpty else {
                throw StepFailure(.invalidInput, "`foreach.key` of item \(index) is empty")
            }
            let (isNew, first) = keys.append(key)
            guard isNew else {
                throw StepFailure(
                    .invalidInput, "the items \(first) and \(index) have the same `foreach.key`, \(key)")
            }
        }
        return Array(keys)
    }
}
