package import OrderedCollections

/// Runs a step once for each element of a list.
package struct Foreach: Hashable, Sendable {
    /// What it goes over.
    package enum Elements: Hashable, Sendable {
        /// The elements of an array.
        case items(ValueTemplate)
        /// Every combination of one element of each array, the last array's changing fastest; an item is an object
        /// with a member for each.
        case matrix(OrderedDictionary<String, ValueTemplate>)
    }

    package var elements: Elements
    /// What an item is called in the step's path, different for each; nil is its number, from 0.
    package var key: Template?
    /// How many items may be under way at once; nil is as many as there are slots.
    package var maxParallel: Int?
    /// Whether the first item that fails keeps the rest from starting. Items under way end by themselves.
    package var failFast: Bool

    package init(elements: Elements, key: Template? = nil, maxParallel: Int? = nil, failFast: Bool = true) {
        self.elements = elements
        self.key = key
        self.maxParallel = maxParallel
        self.failFast = failFast
    }
}

/// Repeats a group.
package struct Until: Hashable, Sendable {
    package static let defaultMaxIterations = 100

    /// Read after each iteration, inside the group: true ends the loop.
    package var condition: Expression
    /// At least 1; the step fails when the condition is still false after as many.
    package var maxIterations: Int

    package init(_ condition: Expression, maxIterations: Int = Until.defaultMaxIterations) {
        self.condition = condition
        self.maxIterations = maxIterations
    }
}
