import OrderedCollections

/// The bounds of what an expression may make.
enum ExpressionLimits {
    /// The longest text, in bytes of UTF-8.
    static let textBytes = 16 << 20
    /// The longest array that `+`, `split` and `lines` may make.
    static let elements = 1 << 20
    /// How many bytes one evaluation may read and make in all. Each text and array is bounded, but a long expression
    /// could make thousands of them.
    static let workBytes = 256 << 20
    /// What an element of an array takes, without the text it may have.
    static let elementBytes = MemoryLayout<Value>.stride
    /// Among how many names the nearest to an unknown one is looked for.
    static let namesCompared = 1000

    static func check(textBytes bytes: Int) throws(ValueError) {
        guard bytes <= textBytes else { throw ValueError("the text would be longer than 16 MiB") }
    }

    static func check(elements count: Int) throws(ValueError) {
        guard count <= elements else { throw ValueError("the array would have more than \(elements) elements") }
    }
}

/// What one evaluation may still read and make.
///
/// Every operator and filter spends on what it reads and what it makes, so that the time and the memory of an evaluation
/// are bounded whatever the values in its scope are.
final class EvaluationBudget {
    private let limit: Int
    private var bytes: Int

    init(bytes: Int = ExpressionLimits.workBytes) {
        limit = bytes
        self.bytes = bytes
    }

    func spend(_ count: Int) throws(ValueError) {
        bytes -= min(count, bytes + 1)
        guard bytes >= 0 else {
            throw ValueError("the expression works through more than \(limit >> 20) MiB")
        }
    }

    /// Spends what a new array of `count` elements takes, of which each is already there.
    func spend(elements count: Int) throws(ValueError) {
        try spend(ExpressionLimits.elementBytes * count)
    }

    /// Spends about what `value` takes in memory.
    func spend(on value: Value) throws(ValueError) {
        try spend(value.footprint(atMost: bytes + 1))
    }
}

extension Value {
    /// ``rendered``, or an error if that is longer than an expression may make.
    func boundedRendering() throws(ValueError) -> String {
        try boundedText { $0.rendered }
    }

    /// The compact or canonical JSON, or an error if that is longer than an expression may make.
    func boundedJSON(_ layout: JSON.Layout = .compact) throws(ValueError) -> String {
        try boundedText { JSON.text(of: $0, layout: layout) }
    }

    private func boundedText(_ text: (Value) -> String) throws(ValueError) -> String {
        // A few operands that each hold much can make a value far larger than memory, because they share it.
        var budget = ExpressionLimits.textBytes
        spend(&budget)
        if budget < 0 { try ExpressionLimits.check(textBytes: .max) }
        let text = text(self)
        try ExpressionLimits.check(textBytes: text.utf8.count)
        return text
    }

    /// Takes the least size of the value's JSON from `budget`, and stops when it is used up.
    private func spend(_ budget: inout Int) {
        guard budget >= 0 else { return }
        switch self {
        case .null, .bool, .int, .double: budget -= 1
        case .string(let string): budget -= string.utf8.count
        case .array(let array):
            budget -= array.count + 1
            for element in array where budget >= 0 { element.spend(&budget) }
        case .object(let object):
            budget -= object.count + 1
            for (key, element) in object where budget >= 0 {
                budget -= key.utf8.count
                element.spend(&budget)
            }
        }
    }

    /// About how many bytes of memory the value takes, counted no further than `limit`. What is shared counts each time.
    fileprivate func footprint(atMost limit: Int) -> Int {
        var bytes = ExpressionLimits.elementBytes
        switch self {
        case .null, .bool, .int, .double: break
        case .string(let string): bytes += string.utf8.count
        case .array(let array):
            for element in array where bytes < limit { bytes += element.footprint(atMost: limit - bytes) }
        case .object(let object):
            for (key, element) in object where bytes < limit {
                bytes += ExpressionLimits.elementBytes + key.utf8.count + element.footprint(atMost: limit - bytes)
            }
        }
        return bytes
    }
}
