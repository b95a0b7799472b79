import SwitchyardCore

/// Which span of which trace something is, in the numbers of W3C Trace Context.
struct SpanIdentity: Hashable, Sendable {
    var trace: TraceID
    var span: SpanID
}

/// 16 bytes.
struct TraceID: Hashable, Sendable, CustomStringConvertible {
    var high: UInt64
    var low: UInt64

    static func random() -> TraceID {
        TraceID(high: .random(in: .min ... .max), low: .random(in: 1 ... .max))
    }

    var bytes: [UInt8] { SpanID.bytes(of: high) + SpanID.bytes(of: low) }

    /// 32 lower-case hexadecimal digits.
    var description: String { SpanID.digits(of: high) + SpanID.digits(of: low) }
}

/// 8 bytes.
struct SpanID: Hashable, Sendable, CustomStringConvertible {
    var number: UInt64

    static func random() -> SpanID { SpanID(number: .random(in: 1 ... .max)) }

    var bytes: [UInt8] { Self.bytes(of: number) }

    /// 16 lower-case hexadecimal digits.
    var description: String { Self.digits(of: number) }

    fileprivate static func bytes(of number: UInt64) -> [UInt8] {
        stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> UInt64($0)) }
    }

    fileprivate static func digits(of number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

// MARK: Of runs

// Derived from what the record says, never drawn: whoever exports a run again, from whichever process, gives the same.

extension TraceID {
    /// The trace of `run` and of the runs inside of it.
    init(of run: RunID) {
        let digest = SHA256.hexDigest(of: "switchyard trace \(run)")
        high = Self.number(digest.prefix(16))
        low = Self.number(digest.dropFirst(16).prefix(16))
    }

    fileprivate static func number(_ digits: Substring) -> UInt64 {
        guard let number = UInt64(digits, radix: 16) else { preconditionFailure("a digest is hexadecimal") }
        return number
    }
}

extension SpanID {
    /// The span of `run` that `key` names.
    init(of run: RunID, _ key: SpanKey) {
        number = TraceID.number(SHA256.hexDigest(of: "switchyard span \(run) \(key.name)").prefix(16))
    }
}
