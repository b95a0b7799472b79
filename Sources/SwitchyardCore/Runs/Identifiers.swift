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

    /// The identifier of a run created at `time` that is told from others of that second by `number`, of which the low
    /// 40 bits count.
    package init(time: Timestamp, number: UInt64) {
        let seconds = UInt64(max(0, time.microseconds / 1_000_000))
        rawValue = Self.digits(of: seconds) + Self.digits(of: number & (1 << 40 - 1))
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
///
/// What repeats a step stands behind its id: the item's key in brackets, the iteration behind `@`:
/// `search[eu]`, `refine@2/draft`, `sites[a]@1/fetch`. The step that undoes another stands behind it:
/// `restart/:compensate`.
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

    /// The id as the file writes it: the part after the last `/`, without what repeats it.
    package var id: String { Self.id(of: rawValue.split(separator: "/").last ?? "") }

    /// The ids of the groups around the step, the outermost first.
    package var groups: [String] {
        let parts = rawValue.split(separator: "/").dropLast().map(Self.id)
        return isFinally ? Array(parts.dropFirst()) : parts
    }

    /// The instance of the group that the step stands in; nil for a step of the pipeline's own lists.
    package var parent: StepPath? {
        let rest = isFinally ? rawValue.dropFirst(Self.finallyPrefix.count) : rawValue[...]
        guard let slash = rest.lastIndex(of: "/") else { return nil }
        return StepPath(String(rawValue[..<slash]))
    }

    /// Of an iteration: its group, and its number from 1.
    package var splitIteration: (group: StepPath, number: Int)? {
        guard let at = rawValue.lastIndex(of: "@"), let number = Int(rawValue[rawValue.index(after: at)...]) else {
            return nil
        }
        return (StepPath(String(rawValue[..<at])), number)
    }

    /// Whether the step stands in the pipeline's own lists, and in no group, item or iteration.
    package var isListed: Bool {
        let rest = isFinally ? rawValue.dropFirst(Self.finallyPrefix.count) : rawValue[...]
        return !rest.utf8.contains { [UInt8(ascii: "/"), UInt8(ascii: "["), UInt8(ascii: "@")].contains($0) }
    }

    /// The step in the file, whatever repeats it: `sites/fetch` for `sites[a]@1/fetch`.
    package var planned: StepPath {
        guard rawValue.utf8.contains(where: { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "@") }) else { return self }
        return StepPath(rawValue.split(separator: "/").map(Self.id).joined(separator: "/"))
    }

    /// The instance of this step for the item called `key`. Characters that paths have another use for are
    /// percent-encoded, and a long key is cut and told apart by its hash.
    package func item(_ key: String) -> StepPath {
        StepPath("\(rawValue)[\(Self.encoded(key))]")
    }

    /// The instance of this group for iteration `number`, from 1.
    package func iteration(_ number: Int) -> StepPath { StepPath("\(rawValue)@\(number)") }

    /// The step that undoes this one.
    package var compensation: StepPath { StepPath(rawValue + Self.compensationSuffix) }

    /// Whether the step undoes another.
    package var isCompensation: Bool { rawValue.hasSuffix(Self.compensationSuffix) }

    /// The step that this one undoes; the step itself if it undoes none.
    package var compensated: StepPath {
        isCompensation ? StepPath(String(rawValue.dropLast(Self.compensationSuffix.count))) : self
    }

    private static let compensationSuffix = "/:compensate"

    /// The step `id` of this group.
    package func child(_ id: String) -> StepPath { StepPath("\(rawValue)/\(id)") }

    package var description: String { rawValue }

    private static func id(of part: Substring) -> String {
        String(part.prefix { $0 != "[" && $0 != "@" })
    }

    private static let longestKey = 64

    private static func encoded(_ key: String) -> String {
        var result = ""
        for byte in key.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: ","), UInt8(ascii: "="), UInt8(ascii: ":"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        guard result.utf8.count > longestKey else { return result }
        return "\(result.prefix(longestKey - 9))~\(SHA256.hexDigest(of: key).prefix(8))"
    }
}

extension StepPath: Comparable {
    package static func < (left: StepPath, right: StepPath) -> Bool { left.rawValue < right.rawValue }
}
