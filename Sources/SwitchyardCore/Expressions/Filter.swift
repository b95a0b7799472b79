/// A filter: what stands behind `|` in an expression.
package struct Filter: Sendable {
    package var name: String
    /// How it is written: `replace(old, new)`.
    package var usage: String
    /// One sentence for documentation.
    package var summary: String
    package var argumentCount: ClosedRange<Int>
    let signature: FilterSignature
    let apply: @Sendable (Value, [Value]) throws(ValueError) -> Value

    /// - Parameter optional: how many of the last arguments may be left out.
    init(
        _ usage: String, _ signature: FilterSignature, optional: Int = 0, _ summary: String,
        apply: @escaping @Sendable (Value, [Value]) throws(ValueError) -> Value
    ) {
        name = String(usage.prefix { $0 != "(" })
        self.usage = usage
        self.summary = summary
        argumentCount = (signature.arguments.count - optional)...signature.arguments.count
        self.signature = signature
        self.apply = apply
    }

    /// `no argument`, `1 argument`, `0 or 1 arguments`.
    var argumentCountText: String {
        switch (argumentCount.lowerBound, argumentCount.upperBound) {
        case (0, 0): "no argument"
        case (1, 1): "1 argument"
        case (let lower, let upper) where lower == upper: "\(lower) arguments"
        case (let lower, let upper): "\(lower) or \(upper) arguments"
        }
    }
}
