import SwitchyardCore

/// A number within the bounds of a JSON Schema.
struct NumberSample {
    private let lower: Double
    private let upper: Double
    private let step: Double?
    private let isInteger: Bool

    init(_ schema: Value, isInteger: Bool) {
        self.isInteger = isInteger
        // The next number inside of a bound that is excluded.
        let edge = isInteger ? 1 : 0.001
        let exclusiveLower = schema["exclusiveMinimum"].doubleValue.map { (isInteger ? $0.rounded(.down) : $0) + edge }
        let exclusiveUpper = schema["exclusiveMaximum"].doubleValue.map { (isInteger ? $0.rounded(.up) : $0) - edge }
        let lower = [schema["minimum"].doubleValue, exclusiveLower].compactMap(\.self).max()
        let upper = [schema["maximum"].doubleValue, exclusiveUpper].compactMap(\.self).min()
        let usual = isInteger ? 5.0 : 1.0
        // A bound alone is near the number; without any, small positive ones are usual.
        self.lower = lower ?? min(0, (upper ?? usual) - usual)
        self.upper = max(upper ?? max(usual, self.lower + usual), self.lower)
        step = schema["multipleOf"].doubleValue.flatMap { $0 > 0 ? $0 : nil }
    }

    /// - Parameter index: other numbers for other elements of a list, as long as there are some.
    func value(_ index: Int) -> Value {
        let unit = step ?? (isInteger ? 1 : 0.01)
        let first = (lower / unit).rounded(.up)
        let last = (upper / unit).rounded(.down)
        // Nothing fits on the grid: the middle, which at least is in bounds.
        guard first <= last else { return number((lower + upper) / 2) }
        // Four fifths of the way up: a good mark, a likely probability.
        let count = last - first + 1
        let start = ((last - first) * 0.8).rounded(.down)
        let place = (start + Double(index)).truncatingRemainder(dividingBy: count)
        return number(scaled(first + place, unit))
    }

    /// Hundredths are divided, not multiplied: 0.29 is what `29 * 0.01` is not.
    private func scaled(_ count: Double, _ unit: Double) -> Double {
        unit < 1 && (1 / unit).rounded() * unit == 1 ? count / (1 / unit).rounded() : count * unit
    }

    private func number(_ double: Double) -> Value {
        if isInteger, let int = Int(exactly: double.rounded()) { return .int(int) }
        return .double(double)
    }
}
