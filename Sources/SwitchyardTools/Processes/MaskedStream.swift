import SwitchyardCore

/// Hides secrets in a stream of bytes that comes in pieces.
///
/// A secret may come in two pieces, so that bytes are held back until their line has ended, or is very long.
struct MaskedStream {
    /// The longest line that is held back whole. Of a longer one, what may be the beginning of a secret is.
    private static let longestLine = 1 << 16

    private let mask: SecretMask
    private var held: [UInt8] = []

    init(_ mask: SecretMask) {
        self.mask = mask
    }

    /// Takes a piece. Returns what can be shown of it and of those before.
    mutating func take(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        held += bytes
        let end = held.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let isLong = held.count - end > Self.longestLine
        let place = isLong ? max(end, mask.cut(held, before: held.count - mask.longestForm)) : end
        let ready = Array(held[..<place])
        held.removeFirst(ready.count)
        return mask.masking(ready)
    }

    /// Ends the stream. Returns the rest.
    mutating func finish() -> [UInt8] {
        defer { held = [] }
        return mask.masking(held)
    }
}
