import OrderedCollections

/// What a filter takes and gives, as far as types tell.
struct FilterSignature: Sendable {
    /// An argument: its type, and its value where that is the same in every run.
    struct Argument {
        var type: ExpressionType
        var constant: Value?
    }

    enum Outcome {
        case gives(ExpressionType)
        /// It fails for every value but an empty one.
        case failsUnlessEmpty(ExpressionType, message: String, hint: String?)
    }

    /// What it can be applied to, by kind.
    var takes: ExpressionType
    /// What its arguments can be, by kind.
    var arguments: [ExpressionType]
    /// What comes of a value of one alternative of `takes`, or of `any`, if the arguments are right.
    var gives: @Sendable (ExpressionType, [Argument]) -> Outcome

    init(
        takes: ExpressionType, arguments: [ExpressionType] = [],
        gives: @escaping @Sendable (ExpressionType, [Argument]) -> Outcome
    ) {
        self.takes = takes
        self.arguments = arguments
        self.gives = gives
    }

    /// For a filter that gives the same type for everything it takes.
    init(takes: ExpressionType, arguments: [ExpressionType] = [], gives type: ExpressionType) {
        self.init(takes: takes, arguments: arguments) { _, _ in .gives(type) }
    }

    /// A value with which only wrong arguments make the filter fail.
    var probe: Value {
        switch takes.alternatives[0] {
        case .any, .null, .union: .null
        case .boolean: false
        case .integer, .number: 0
        case .string: ""
        case .array: []
        case .object: [:]
        }
    }
}

extension ExpressionType {
    /// Whether a value of this type may be of a kind that `other` has.
    func sharesKind(with other: ExpressionType) -> Bool {
        alternatives.contains { ours in
            other.alternatives.contains { theirs in
                switch (ours, theirs) {
                case (.any, _), (_, .any), (.null, .null), (.boolean, .boolean), (.integer, .integer),
                    (.integer, .number), (.number, .integer), (.number, .number), (.string, .string), (.array, .array),
                    (.object, .object):
                    true
                case (.null, _), (.boolean, _), (.integer, _), (.number, _), (.string, _), (.array, _), (.object, _),
                    (.union, _):
                    false
                }
            }
        }
    }

    /// The type of the elements of an array; `any` for what is none.
    var element: ExpressionType {
        if case .array(let element) = self { element } else { .any }
    }

    /// Whether there is no value of this type.
    var isEmpty: Bool { self == .union([]) }
}

/// What the filters give whose result depends on what they are applied to.
extension FilterSignature {
    /// An element, or `null` where there is none.
    static let element = FilterSignature(takes: .anyArray) { input, _ in .gives(input.element.orNull) }

    /// The elements, or some of them.
    static let elements = FilterSignature(takes: .anyArray) { input, _ in .gives(.array(of: input.element)) }

    static let keys = FilterSignature(takes: .anyObject) { input, _ in
        guard case .object(let members) = input, !members.isOpen else { return .gives(.array(of: .string())) }
        let names = ExpressionType.union(of: members.types.keys.map { .string(oneOf: [$0]) })
        return .gives(.array(of: names))
    }

    static let values = FilterSignature(takes: .anyObject) { input, _ in
        guard case .object(let members) = input, !members.isOpen else { return .gives(.anyArray) }
        return .gives(.array(of: .union(of: members.types.values)))
    }

    static let map = FilterSignature(takes: .anyArray, arguments: [.string()]) { input, arguments in
        guard let text = arguments[0].constant?.stringValue, let path = PathText.parse(text) else {
            return .gives(.anyArray)
        }
        var type = input.element
        if type.isEmpty { return .gives(input) }
        for (index, element) in path.enumerated() {
            let step = type.step(element)
            if step.isLost {
                let way = index == 0 ? "an element" : "`\(Reference.text(of: path[..<index]))` of an element"
                let problem = TypeProblem.lostPath(way, nil, type, element)
                return .failsUnlessEmpty(.anyArray, message: problem.message, hint: problem.hint)
            }
            type = step.found
        }
        return .gives(.array(of: type))
    }

    static let `where` = FilterSignature(takes: .anyArray, arguments: [.string(), .any]) { input, _ in
        .gives(.array(of: input.element))
    }

    /// For filters that compare: only numbers and strings have an order.
    static func ordered(
        _ filter: String, gives: @escaping @Sendable (ExpressionType) -> ExpressionType
    ) -> FilterSignature {
        FilterSignature(takes: .anyArray) { input, _ in
            let element = input.element
            if element.isEmpty { return .gives(gives(element)) }
            let comparable = ExpressionType.union(
                of: element.alternatives.filter { $0.sharesKind(with: .union([.number, .string()])) })
            guard comparable.isEmpty else { return .gives(gives(comparable)) }
            return .failsUnlessEmpty(
                gives(.any), message: "`\(filter)` compares numbers or strings, but an element is \(element.phrase)",
                hint: nil)
        }
    }

    static let sum = FilterSignature(takes: .anyArray) { input, _ in
        let element = input.element
        if element.isEmpty || element == .integer { return .gives(.integer) }
        if element.sharesKind(with: .number) { return .gives(.number) }
        return .failsUnlessEmpty(
            .number, message: "`sum` adds numbers, but an element is \(element.phrase)", hint: nil)
    }

    static let round = FilterSignature(takes: .number, arguments: [.number]) { input, arguments in
        .gives(arguments.isEmpty || input == .integer ? .integer : .number)
    }

    static let truncate = FilterSignature(
        takes: .union([.string(), .anyArray]), arguments: [.number]
    ) { input, _ in
        switch input {
        case .string: .gives(.string())
        case .array, .any, .null, .boolean, .integer, .number, .object, .union: .gives(input)
        }
    }

    /// For `default`, which the checker reads by itself, and `raw`.
    static let unchanged = FilterSignature(takes: .any) { input, _ in .gives(input) }
}
