/// The filters that compute.
enum NumberFilters {
    static func sum(_ value: Value, _: [Value]) throws(ValueError) -> Value {
        var sum = Value.int(0)
        for element in try FilterInput("sum", value).array() {
            guard element.doubleValue != nil else {
                throw ValueError("`sum` adds numbers, not \(element.typeWithArticle)")
            }
            sum = try ValueOperators.arithmetic(.add, sum, element)
        }
        return sum
    }

    static func round(_ value: Value, _ arguments: [Value]) throws(ValueError) -> Value {
        let input = FilterInput("round", value)
        let digits = try arguments.first.map { argument throws(ValueError) in
            try input.integer(argument: argument, in: 0...15)
        }
        switch value {
        case .int: return value
        case .double(let double):
            guard let digits else {
                guard let int = Int(exactly: double.rounded()) else {
                    throw ValueError("the result of `round` does not fit 64 bits")
                }
                return .int(int)
            }
            let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
            let scaled = (double * scale).rounded()
            guard double.isFinite else { throw input.error(expecting: "a finite number") }
            // A number this large has no decimals to lose.
            return scaled.isFinite ? .double(scaled / scale) : value
        case .null, .bool, .string, .array, .object: throw input.error(expecting: "a number")
        }
    }
}
