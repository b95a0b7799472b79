/// Names a run everywhere and for ever: 16 lower-case Crockford base-32 characters, the first 8 of which are the
/// second it was created in, so that runs sort by age.
package struct RunID: Hashable, Sendable, CustomStringConvertible {
    package let rawValue: String

    package init(_ rawValue: String) {
        self.rawValue = rawValue
    }

    /// A new identifier for a run created at `time`.
    package init(time: Timestamp, using generator: inout some RandomNumberGenerator) {
        let seconds = UInt64(max(0, time.microseconds / 1_000_000))
        rawValue = Self.digits(of: seconds) + Self.digits(of: generator.next(upperBound: 1 << 40))
    }

    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")

    private static func digits(of number: UInt64) -> String {
        String((0..<8).reversed().map { alphabet[Int(number >> (UInt64($0) * 5) & 31)] })
    }

    package var description: String { rawValue }
}

extension RunID: Comparable {
    package static func < (left: RunID, right: RunID) -> Bool { left.rawValue < right.rawValue }
}

/// Names a step inside its run by its place in the file, never by the order of calls: `parse`, `build/test` for a
/// step of a group, `finally/report` for one of the `finally` list.
package struct StepPath: Hashable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
    package let rawValue: String

    package init(_ rawValue: String) {
        self.rawValue = rawValue
    }

    package init(stringLiteral value: String) {
        rawValue = value
    }

    /// The prefix of the paths of `finally` steps.
    package static let finallyPrefix = "finally/"

    /// Whether the step stands in the `finally` list.
    package var isFinally: Bool { rawValue.hasPrefix(Self.finallyPrefix) }

    /// The id as the file writes it: the part after the last `/`.
    package var id: String {
        rawValue.lastIndex(of: "/").map { String(rawValue[rawValue.index(after: $0)...]) } ?? rawValue
    }

    package var description: String { rawValue }
}

extension StepPath: Comparable {
    package static func < (left: StepPath, right: StepPath) -> Bool { left.rawValue < right.rawValue }
}
