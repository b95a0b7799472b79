import OrderedCollections

@testable import SwitchyardCore

/// Random expressions, and scopes they can be evaluated in with the types that describe them.
struct RandomExpressions {
    var generator: SeededGenerator

    /// A few scopes, and what is known about all of them.
    struct World {
        var scopes: [Scope]
        var environment: TypeEnvironment
    }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }

    private mutating func pick<Element>(_ elements: [Element]) -> Element { elements.randomElement(using: &generator)! }

    // MARK: Worlds

    private static let texts = ["a", "b", "", "succeeded", "1", "[1, 2]", "x y", "2026-01-02", "é"]

    /// What the inputs are called, and which of the cases of ``value(depth:cases:)`` their values are.
    private static let inputs: KeyValuePairs<String, ClosedRange<Int>> = [
        "n": 2...4, "s": 5...5, "l": 6...7, "o": 8...9, "x": 0...9, "y": 0...9,
    ]

    private mutating func value(depth: Int = 3, cases: ClosedRange<Int> = 0...9) -> Value {
        switch Int.random(in: depth > 0 ? cases : 0...5, using: &generator) {
        case 0: return .null
        case 1: return .bool(chance(50))
        case 2, 3: return .int(Int.random(in: -2...3, using: &generator))
        case 4: return .double(pick([0, -0.5, 2.5, 1e300]))
        case 5: return .string(pick(Self.texts))
        case 6, 7:
            let sample = value(depth: depth - 1)
            let isUniform = chance(70)
            return .array(
                (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                    isUniform ? sample : value(depth: depth - 1)
                })
        default:
            var object = OrderedDictionary<String, Value>()
            for name in ["a", "b", "n", "rows"] where chance(50) { object[name] = value(depth: depth - 1) }
            return .object(object)
        }
    }

    /// Values for each of the scopes, and a type that admits them: exact, or wider.
    private mutating func values(
        _ count: Int, _ cases: ClosedRange<Int> = 0...9
    ) -> (values: [Value], type: ExpressionType) {
        let pool = (0..<Int.random(in: 1...3, using: &generator)).map { _ in value(cases: cases) }
        let type = ExpressionType.union(of: pool.map { ExpressionType(of: $0) })
        let chosen = (0..<count).map { _ in pick(pool) }
        return (chosen, chance(40) ? widened(type) : type)
    }

    /// A type that admits at least what `type` admits.
    private mutating func widened(_ type: ExpressionType) -> ExpressionType {
        if chance(15) { return .any }
        if chance(15) { return type.orNull }
        switch type {
        case .any, .null, .boolean, .number: return type
        case .integer: return chance(50) ? .number : type
        case .string: return chance(50) ? .string() : type
        case .array(let element): return .array(of: widened(element))
        case .object(var members):
            members.isOpen = chance(50)
            for (name, type) in members.types {
                members.types[name] = members.isOpen && chance(30) ? nil : widened(type)
            }
            return .object(members)
        case .union(let types):
            var wide: [ExpressionType] = []
            for type in types { wide.append(widened(type)) }
            return .union(of: wide)
        }
    }

    mutating func world() -> World {
        let count = 3
        var scopes = Array(repeating: Scope(run: ["id": "r", "started_at": nil]), count: count)
        var environment = TypeEnvironment()
        var inputs = OrderedDictionary<String, ExpressionType>()
        for (name, cases) in Self.inputs {
            let (values, type) = values(count, cases)
            inputs[name] = type
            for index in scopes.indices {
                var members = scopes[index].inputs.objectValue ?? [:]
                members[name] = values[index]
                scopes[index].inputs = .object(members)
            }
        }
        environment.inputs = .record(inputs)
        var shapes = OrderedDictionary<String, StepShape>()
        var results = Array(repeating: [String: StepResult](), count: count)
        for id in ["p", "q-1"] {
            let (values, type) = values(count)
            shapes[id] = StepShape(output: type)
            for index in scopes.indices {
                results[index][id] = StepResult(
                    status: pick(["succeeded", "failed", "skipped"]), output: values[index])
            }
        }
        environment.steps = shapes
        let (items, itemType) = values(count)
        environment.item = itemType
        environment.hasIndex = true
        let (previous, previousType) = values(count)
        environment.loop = TypeEnvironment.loop(previous: previousType)
        environment.env = ["HOME"]
        environment.secrets = []
        for index in scopes.indices {
            scopes[index].steps = results[index]
            scopes[index].item = items[index]
            scopes[index].index = index
            scopes[index].loop = ["index": .int(index), "previous": previous[index]]
            scopes[index].env = ["HOME": "/"]
        }
        return World(scopes: scopes, environment: environment)
    }

    // MARK: Expressions

    private mutating func reference() -> String {
        let root = pick([
            "inputs.n", "inputs.s", "inputs.l", "inputs.o", "inputs.x", "inputs.y", "steps.p.output",
            "steps.q-1.output", "item", "loop.previous",
        ])
        switch Int.random(in: 0..<20, using: &generator) {
        case 0: return "steps.p.status"
        case 1: return "index"
        case 2: return pick(["loop.index", "run.id", "run.started_at", "env.HOME", "steps.q-1.error"])
        case 3:
            return pick(["inputs.z", "steps.r.output", "steps.p.rows", "run.name", "env.X", "secrets.S", "shared.s"])
        case 4...12: return root
        default: return root + path()
        }
    }

    private mutating func path() -> String {
        (0..<Int.random(in: 1...2, using: &generator))
            .map { _ in pick([".a", ".b", ".n", ".rows", "[0]", "[-1]", "['a']", ".nope"]) }.joined()
    }

    private mutating func literal() -> String {
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: "null"
        case 1: pick(["true", "false"])
        case 2, 3, 4: pick(["0", "1", "2", "-1", "2.5", "7"])
        default: SourceText.quoted(pick(Self.texts))
        }
    }

    mutating func expression(depth: Int = 3) -> String {
        if depth == 0 { return chance(60) ? reference() : literal() }
        func part(_ generator: inout RandomExpressions) -> String {
            let part = generator.expression(depth: depth - 1)
            return part.contains(" ") || part.hasPrefix("-") ? "(\(part))" : part
        }
        func number(_ generator: inout RandomExpressions) -> String {
            generator.pick(["inputs.n", "1", "2", "0.5", "index", "(inputs.l | length)", part(&generator)])
        }
        switch Int.random(in: 0..<21, using: &generator) {
        case 0: return part(&self) + " " + pick(["+", "-", "*", "/", "%"]) + " " + part(&self)
        case 1, 2: return number(&self) + " " + pick(["+", "-", "*", "/", "%", "<", ">="]) + " " + number(&self)
        case 3, 4: return part(&self) + " " + pick(["==", "!="]) + " " + part(&self)
        case 5: return part(&self) + " " + pick(["<", "<=", ">", ">="]) + " " + part(&self)
        case 6: return part(&self) + " " + pick(["in", "not in"]) + " " + part(&self)
        case 7: return part(&self) + " " + pick(["and", "or"]) + " " + part(&self)
        case 8: return "\(part(&self)) if \(part(&self)) else \(part(&self))"
        case 9: return chance(50) ? "not \(part(&self))" : "- \(part(&self))"
        case 10: return "\(part(&self)) ~ \(part(&self))"
        case 11: return "[\(part(&self)), \(part(&self))]"
        case 12: return "{'a': \(part(&self)), 'b': \(part(&self))}"
        case 13: return "(\(part(&self)))" + path()
        case 14: return "\(reference())\(path()) | default(\(part(&self)))"
        case 16: return "inputs.l | " + pick(["length", "first", "last", "json", "unique", "sort", "sum", "join('-')"])
        case 17: return "inputs.s | " + pick(["upper", "lines", "split(' ')", "length", "trim", "replace('a', 'b')"])
        case 18: return "inputs.o | " + pick(["keys", "values", "length", "json", "values | map('a')", "hash"])
        case 15: return reference()
        default: return "\(part(&self)) | \(filter(depth: depth))" + (chance(30) ? " | \(filter(depth: depth))" : "")
        }
    }

    private mutating func filter(depth: Int) -> String {
        let filter = pick(FilterTable.filters.filter { $0.name != FilterTable.raw })
        let count = Int.random(in: filter.argumentCount, using: &generator)
        guard count > 0 else { return filter.name }
        let arguments = (0..<count).map { number -> String in
            if chance(15) { return expression(depth: depth - 1) }
            switch filter.name {
            case "map", "where":
                return number == 0 ? pick(["'a'", "'b'", "'n'", "'[0]'", "'a.b'", "'a b'"]) : literal()
            case "date": return pick(["'%F'", "'%T'", "'%Q'", "'%'"])
            case "round", "truncate": return pick(["0", "1", "2", "-1", "16", "1.5"])
            default: return literal()
            }
        }
        return "\(filter.name)(\(arguments.joined(separator: ", ")))"
    }
}
