/// Logarithm and exponential from the four operations alone, so that a choice comes out the same on every machine:
/// C libraries differ in the last digit.
enum Elementary {
    static let ln2 = 0.693_147_180_559_945_3

    /// The natural logarithm of a number above 0, to about 15 digits; minus infinity for 0 and below.
    static func log(_ x: Double) -> Double {
        guard x > 0 else { return -.infinity }
        guard x.isFinite else { return x }
        var exponent = Double(x.exponent)
        var mantissa = x.significand
        if mantissa > 1.414_213_562_373_095 {
            mantissa /= 2
            exponent += 1
        }
        // ln m = 2 artanh((m - 1) / (m + 1)); the ratio is at most 0.172, and its 25th power is beyond the last digit.
        let ratio = (mantissa - 1) / (mantissa + 1)
        let square = ratio * ratio
        var power = ratio
        var sum = 0.0
        var odd = 1.0
        while odd <= 23 {
            sum += power / odd
            power *= square
            odd += 2
        }
        return exponent * ln2 + 2 * sum
    }

    /// e to the power of `x`, to about 15 digits.
    static func exp(_ x: Double) -> Double {
        guard x > -700 else { return 0 }
        guard x < 700 else { return .infinity }
        let exponent = (x / ln2).rounded()
        let rest = x - exponent * ln2
        var term = 1.0
        var sum = 1.0
        for index in 1...17 {
            term *= rest / Double(index)
            sum += term
        }
        return Double(sign: .plus, exponent: Int(exponent), significand: sum)
    }

    /// What is left of something that halves `halvings` times.
    static func half(_ halvings: Double) -> Double { exp(-halvings * ln2) }
}
