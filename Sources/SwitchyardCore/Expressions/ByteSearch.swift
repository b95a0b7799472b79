/// Finds text in text, byte by byte.
///
/// Swift compares characters, so that `\n` is not found in `\r\n` and an accent may or may not match: right for
/// people's names, wrong for programs' output.
struct ByteSearch {
    private let bytes: [UInt8]

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// Where `part`, which is not empty, occurs, from left to right, without overlaps.
    func ranges(of part: String, atMost limit: Int = .max) -> [Range<Int>] {
        let part = Array(part.utf8)
        guard let first = part.first, part.count <= bytes.count else { return [] }
        // Knuth, Morris, Pratt: linear also for `aaaa…ab` in `aaaa…`.
        var borders = [0]
        var border = 0
        for byte in part.dropFirst() {
            while border > 0, part[border] != byte { border = borders[border - 1] }
            if part[border] == byte { border += 1 }
            borders.append(border)
        }
        var found: [Range<Int>] = []
        var matched = 0
        for (index, byte) in bytes.enumerated() where matched > 0 || byte == first {
            while matched > 0, part[matched] != byte { matched = borders[matched - 1] }
            if part[matched] == byte { matched += 1 }
            if matched == part.count {
                found.append((index + 1 - matched)..<(index + 1))
                matched = 0
                if found.count == limit { break }
            }
        }
        return found
    }

    /// The text between the occurrences of `separator`, which is not empty; no more than the first `limit` parts.
    func split(by separator: String, atMost limit: Int = .max) -> [String] {
        var parts: [String] = []
        var start = 0
        for range in ranges(of: separator, atMost: limit) {
            parts.append(text(start..<range.lowerBound))
            start = range.upperBound
        }
        if parts.count < limit { parts.append(text(start..<bytes.count)) }
        return parts
    }

    /// The lines, which end in `\n` or `\r\n`; the last need not end. No more than the first `limit`.
    func lines(atMost limit: Int = .max) -> [String] {
        var lines: [String] = []
        var start = 0
        for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
            let end = index > start && bytes[index - 1] == UInt8(ascii: "\r") ? index - 1 : index
            lines.append(text(start..<end))
            start = index + 1
            if lines.count == limit { return lines }
        }
        if start < bytes.count { lines.append(text(start..<bytes.count)) }
        return lines
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}
