/// One pass over foreign text; see `CleanText` for the rules.
struct TextCleaner {
    /// Columns between tab stops, counted from the start of the text.
    static let tabStop = 4

    private(set) var output = ""
    private(set) var width = 0
    private(set) var replacedCount = 0
    private(set) var isCut = false
    private let limit: Int

    init(limit: Int) {
        self.limit = max(0, limit)
    }

    /// The text itself, up to the limit, if that is all printable ASCII; the usual case, and it copies nothing.
    static func printableASCII(_ text: String, limit: Int) -> (text: String, width: Int, isCut: Bool)? {
        let bytes = text.utf8
        let count = bytes.count
        let looked = min(count, max(0, limit))
        let isPlain =
            bytes.withContiguousStorageIfAvailable { buffer in
                buffer.prefix(looked).allSatisfy { $0 >= 0x20 && $0 < 0x7F }
            } ?? false
        guard isPlain else { return nil }
        return looked == count
            ? (text, count, false)
            : (String(decoding: bytes.prefix(looked), as: UTF8.self), looked, true)
    }

    /// Cleans until the text's end or the limit.
    mutating func clean(_ text: String) {
        // A cluster may be as long as the text, so that stopping between clusters alone would not bound the work.
        let (product, overflow) = limit.multipliedReportingOverflow(by: 8)
        let most = overflow ? Int.max : product + 64
        if text.utf8.count > most {
            var head = String.UnicodeScalarView()
            head.append(contentsOf: text.unicodeScalars.prefix(most))
            isCut = head.count == most
            cleanAll(String(head))
        } else {
            cleanAll(text)
        }
    }

    private mutating func cleanAll(_ text: String) {
        output.reserveCapacity(min(text.utf8.count, limit))
        for character in text where !append(character) {
            isCut = true
            return
        }
    }

    /// Adds one cluster; false if it does not fit any more.
    private mutating func append(_ character: Character) -> Bool {
        let scalars = character.unicodeScalars
        guard let base = scalars.first else { return true }
        if scalars.index(after: scalars.startIndex) == scalars.endIndex { return append(single: base) }
        // These letters have a column of their own, though Unicode counts them to the cluster before them.
        if let own = scalars.dropFirst().firstIndex(where: { $0 == "\u{E33}" || $0 == "\u{EB3}" }) {
            return append(Character(String(scalars[..<own]))) && append(Character(String(scalars[own...])))
        }
        switch DisplayWidth.widthClass(of: base) {
        case .hidden, .mark: return scalars.allSatisfy { append(single: $0) }
        case .doubtful: return appendReplacement()
        case .narrow, .wide, .space: return append(cluster: scalars, base: base)
        }
    }

    private mutating func append(cluster: Character.UnicodeScalarView, base: Unicode.Scalar) -> Bool {
        var marks: [Unicode.Scalar] = []
        var hidden: [Unicode.Scalar] = []
        for scalar in cluster.dropFirst() {
            switch DisplayWidth.widthClass(of: scalar) {
            case .mark: marks.append(scalar)
            case .hidden: hidden.append(scalar)
            case .narrow, .wide, .space, .doubtful: return appendReplacement()
            }
        }
        // Selectors and joiners change how emoji are drawn and hence their width; on letters they only hide data.
        let isEmoji = !base.isASCII && base.properties.isEmoji
        if marks.count > Glyph.maximumMarks || (isEmoji && !hidden.isEmpty) { return appendReplacement() }
        guard append(single: base) else { return false }
        for mark in marks { output.unicodeScalars.append(mark) }
        return hidden.allSatisfy { append(single: $0) }
    }

    private mutating func append(single scalar: Unicode.Scalar) -> Bool {
        switch DisplayWidth.widthClass(of: scalar) {
        case .narrow: return append(scalar, columns: 1)
        case .wide: return append(scalar, columns: 2)
        case .space: return append(" ", columns: 1)
        case .doubtful: return appendReplacement()
        // A mark with nothing to stand upon would change its neighbour.
        case .mark: return appendName(of: scalar)
        case .hidden: break
        }
        guard scalar == "\t" else { return appendName(of: scalar) }
        for _ in 0..<(Self.tabStop - width % Self.tabStop) where !append(" ", columns: 1) { return false }
        return true
    }

    private mutating func append(_ scalar: Unicode.Scalar, columns: Int) -> Bool {
        guard columns <= limit - width else { return false }
        output.unicodeScalars.append(scalar)
        width += columns
        return true
    }

    private mutating func appendReplacement() -> Bool {
        guard append(CleanText.replacement, columns: 1) else { return false }
        replacedCount += 1
        return true
    }

    private mutating func appendName(of scalar: Unicode.Scalar) -> Bool {
        let name = Self.visibleForm(of: scalar)
        // Half a name would look like text.
        guard name.unicodeScalars.count <= limit - width else { return false }
        output += name
        width += name.unicodeScalars.count
        if scalar != "\n" { replacedCount += 1 }
        return true
    }

    /// What is shown for a scalar that must not be sent; all of its scalars are narrow.
    private static func visibleForm(of scalar: Unicode.Scalar) -> String {
        switch scalar.value {
        case 0x0A: return "⏎"
        case 0x7F: return "‹DEL›"
        case 0..<0x20: return "‹\(controlNames[Int(scalar.value)])›"
        default:
            let digits = String(scalar.value, radix: 16, uppercase: true)
            return "‹U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "›"
        }
    }

    private static let controlNames = [
        "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "TAB", "LF", "VT", "FF", "CR", "SO", "SI",
        "DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC", "FS", "GS", "RS", "US",
    ]
}
