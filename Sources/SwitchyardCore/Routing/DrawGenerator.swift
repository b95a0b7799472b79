/// The random numbers of routing, from a seed that is recorded: the same on every machine, whatever its libraries
/// (SplitMix64: Steele, Lea and Flood, 2014).
package struct DrawGenerator: RandomNumberGenerator, Hashable, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return Self.mixed(state)
    }

    /// An evenly distributed number in 0..<1.
    package mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A generator whose numbers depend on both and on nothing else.
    package init(seed: UInt64, _ text: String) {
        self.init(seed: Self.mixed(seed ^ Self.hash(text)))
    }

    /// The same as of the model's description, which is not put together for it.
    init(seed: UInt64, _ model: ModelID) {
        let hash = Self.hash(model.name, Self.hash("/", Self.hash(model.provider)))
        self.init(seed: Self.mixed(seed ^ hash))
    }

    /// FNV-1a of `text` after what gave `start`.
    private static func hash(_ text: String, _ start: UInt64 = 0xcbf2_9ce4_8422_2325) -> UInt64 {
        text.utf8.reduce(start) { hash, byte in (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }

    /// A draw from the standard normal distribution (Marsaglia's polar method).
    mutating func normal() -> Double {
        while true {
            let x = 2 * unit() - 1
            let y = 2 * unit() - 1
            let square = x * x + y * y
            if square > 0, square < 1 { return x * (-2 * Elementary.log(square) / square).squareRoot() }
        }
    }

    /// A draw from the gamma distribution of scale 1 (Marsaglia and Tsang, 2000).
    ///
    /// - Parameter shape: at least 1.
    mutating func gamma(shape: Double) -> Double {
        let d = max(1, shape) - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normal()
            let root = 1 + c * x
            guard root > 0 else { continue }
            let v = root * root * root
            if Elementary.log(1 - unit()) < 0.5 * x * x + d - d * v + d * Elementary.log(v) { return d * v }
        }
    }

    /// A draw from the beta distribution.
    ///
    /// - Parameters:
    ///   - alpha: at least 1.
    ///   - beta: at least 1.
    mutating func beta(_ alpha: Double, _ beta: Double) -> Double {
        let x = gamma(shape: alpha)
        return x / (x + gamma(shape: beta))
    }

    private static func mixed(_ number: UInt64) -> UInt64 {
        var z = number
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }
}
