/// A request that the simulator answered, for logs.
package struct AnsweredRequest: Hashable, Sendable {
    /// From 1.
    package var number: Int
    package var method: String
    package var path: String
    /// As rules name it; nil for a path that no provider has.
    package var provider: String?
    package var model: String?
    /// The rule that answered, by its name or as `rule 3`; nil if none fitted.
    package var rule: String?
    /// The HTTP status.
    package var status = 0

    init(number: Int, method: String, path: String) {
        self.number = number
        self.method = method
        self.path = path
    }
}
