/// Bytes to text, and sizes to words.
enum Text {
    /// `bytes` as text, invalid UTF-8 repaired.
    ///
    /// For bytes that were cut: `droppingPartialEnd` and `droppingPartialStart` leave out the half of a character
    /// that the cut left there.
    static func repaired(
        _ bytes: some BidirectionalCollection<UInt8>, droppingPartialStart: Bool = false,
        droppingPartialEnd: Bool = false
    ) -> String {
        var bytes = bytes[...]
        if droppingPartialStart {
            var dropped = 0
            while dropped < 3, let first = bytes.first, first & 0xC0 == 0x80 {
                bytes = bytes.dropFirst()
                dropped += 1
            }
        }
        if droppingPartialEnd {
            let tail = Array(bytes.suffix(3))
            // The first byte of a character says how many bytes it has.
            if let lead = tail.lastIndex(where: { $0 & 0xC0 != 0x80 }) {
                let length = tail[lead] >= 0xF0 ? 4 : tail[lead] >= 0xE0 ? 3 : tail[lead] >= 0xC0 ? 2 : 1
                if length > tail.count - lead { bytes = bytes.dropLast(tail.count - lead) }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The beginning of `bytes` as text of at most `limit` bytes, invalid UTF-8 repaired, which makes it longer.
    static func repaired(_ bytes: some BidirectionalCollection<UInt8>, limit: Int) -> String {
        let text = repaired(bytes.prefix(limit), droppingPartialEnd: bytes.count > limit)
        return text.utf8.count <= limit ? text : repaired(text.utf8.prefix(limit), droppingPartialEnd: true)
    }

    /// `812 B`, `3.1 KiB`, `1.0 MiB`.
    static func size(_ bytes: Int) -> String {
        if bytes < 1024 { return "\(bytes) B" }
        var tenths = bytes * 10 / 1024
        var unit = 0
        let units = ["KiB", "MiB", "GiB", "TiB"]
        while tenths >= 10_240, unit + 1 < units.count {
            tenths /= 1024
            unit += 1
        }
        return "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }

    /// `1 row`, `24 rows`.
    static func count(_ number: Int, _ noun: String, _ plural: String? = nil) -> String {
        number == 1 ? "1 \(noun)" : "\(number) \(plural ?? noun + "s")"
    }
}
