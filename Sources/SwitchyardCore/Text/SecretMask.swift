import OrderedCollections

/// Hides secrets in whatever is shown or kept: each occurrence becomes `***`.
///
/// A secret is found as it is, and as programs commonly write it: percent-encoded, in base64 (also inside a longer
/// encoded text, as in `Authorization: Basic`, except for its first and last few bits), escaped in JSON, quoted for a
/// shell, and, as logs come by the line, each longer line of it alone. Space around a secret is not part of it.
///
/// Text must come in pieces that do not cut a secret in two, such as lines.
package struct SecretMask: Sendable {
    package static let replacement = "***"
    /// The shortest secret that is masked, in characters. Shorter ones stand by chance in almost every text: masking them
    /// would make it unreadable, and show by its gaps what they are.
    package static let minimumLength = 3
    /// Whether a secret is long enough to be hidden.
    package static func canHide(_ secret: String) -> Bool { trimmed(secret).unicodeScalars.count >= minimumLength }

    /// The shortest line of a longer secret that is masked alone: `}` or `-----` would be everywhere.
    private static let minimumLineLength = 8
    /// The shortest base64 text that is searched for, in characters.
    private static let minimumEncodedLength = 4

    private let patterns: SecretForms

    package init(_ secrets: some Sequence<String>) {
        var forms: Set<[UInt8]> = []
        for secret in secrets { forms.formUnion(Self.forms(of: secret)) }
        patterns = SecretForms(forms)
    }

    /// Whether there is nothing to mask.
    package var isEmpty: Bool { patterns.isEmpty }

    /// The length of the longest text that is searched for, in bytes.
    package var longestForm: Int { patterns.longest }

    /// The place at or before `place` where `bytes` can be cut without cutting an occurrence in two.
    package func cut(_ bytes: [UInt8], before place: Int) -> Int {
        let ranges = bytes.withUnsafeBufferPointer { patterns.ranges(in: $0) }
        return ranges.first { $0.lowerBound < place && $0.upperBound > place }?.lowerBound ?? place
    }

    /// `text` with every occurrence masked. Occurrences that overlap are masked as one.
    package func masking(_ text: String) -> String {
        guard !isEmpty else { return text }
        let bytes = Array(text.utf8)
        let masked = masking(bytes)
        return masked.count == bytes.count && masked == bytes ? text : String(decoding: masked, as: UTF8.self)
    }

    /// `bytes`, UTF-8 or not, with every occurrence masked.
    package func masking(_ bytes: [UInt8]) -> [UInt8] {
        let ranges = bytes.withUnsafeBufferPointer { patterns.ranges(in: $0) }
        guard !ranges.isEmpty else { return bytes }
        var masked: [UInt8] = []
        var start = 0
        for range in ranges {
            masked += bytes[start..<range.lowerBound]
            masked += Self.replacement.utf8
            start = range.upperBound
        }
        return masked + bytes[start...]
    }

    /// `value` with every text and every name of a member masked, and every number that is a secret.
    package func masking(_ value: Value) -> Value {
        guard !isEmpty else { return value }
        switch value {
        case .null, .bool: return value
        case .int, .double: return masking(value.rendered) == Self.replacement ? .string(Self.replacement) : value
        case .string(let text): return .string(masking(text))
        case .array(let elements): return .array(elements.map(masking))
        case .object(let members):
            var masked = OrderedDictionary<String, Value>(minimumCapacity: members.count)
            for (name, member) in members {
                let name = masking(name)
                var unique = name
                var number = masked.count
                // Members whose names differ only in a secret must not replace each other.
                while masked[unique] != nil {
                    number += 1
                    unique = "\(name) (\(number))"
                }
                masked[unique] = masking(member)
            }
            return .object(masked)
        }
    }

    // MARK: Forms

    private static func forms(of secret: String) -> [[UInt8]] {
        let secret = trimmed(secret)
        guard secret.unicodeScalars.count >= minimumLength else { return [] }
        var forms = [secret, secret.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")]
        forms += jsonForms(secret)
        // What programs leave as it is when they encode, and whether a space becomes `+`.
        for (unescaped, space) in [("", nil), ("/", nil), ("!*'()", nil), ("", "+"), ("/", "+"), ("*", "+")] {
            for digits in ["0123456789ABCDEF", "0123456789abcdef"] {
                forms.append(percentEncoded(secret, keeping: unescaped, space: space, digits: Array(digits.utf8)))
            }
        }
        let lines = secret.split { $0.isNewline }.map { trimmed(String($0)) }
        if lines.count > 1 {
            for line in lines where line.unicodeScalars.count >= minimumLineLength { forms += [line] + jsonForms(line) }
        }
        return forms.map { Array($0.utf8) } + base64Forms(Array(secret.utf8))
    }

    private static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        let start = scalars.firstIndex { !$0.properties.isWhitespace } ?? scalars.endIndex
        let end = scalars[start...].lastIndex { !$0.properties.isWhitespace }.map(scalars.index(after:)) ?? start
        return String(scalars[start..<end])
    }

    /// As this program writes it, and as those do that write only ASCII.
    private static func jsonForms(_ text: String) -> [String] {
        let json = String(JSON.text(of: .string(text)).dropFirst().dropLast())
        var ascii = ""
        for scalar in json.unicodeScalars {
            if scalar.isASCII {
                ascii.unicodeScalars.append(scalar)
            } else {
                for unit in UTF16.encode(scalar) ?? .init() {
                    let digits = String(unit, radix: 16)
                    ascii += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
                }
            }
        }
        return [json, ascii]
    }

    private static func percentEncoded(
        _ text: String, keeping unescaped: String, space: String?, digits: [UInt8]
    ) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            case _ where unescaped.utf8.contains(byte): bytes.append(byte)
            case UInt8(ascii: " ") where space != nil: bytes += (space ?? "").utf8
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The characters that the secret alone decides, for each of the three places it can have in a group of three bytes,
    /// in both alphabets.
    private static func base64Forms(_ secret: [UInt8]) -> [[UInt8]] {
        ["+/", "-_"].flatMap { special -> [[UInt8]] in
            let alphabet = Array(
                ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + special).utf8)
            return (0..<3).compactMap { lead in
                let bytes = [UInt8](repeating: 0, count: lead) + secret
                let whole = bytes.count * 8 / 6
                let foreign = (lead * 8 + 5) / 6
                guard whole - foreign >= minimumEncodedLength else { return nil }
                return (foreign..<whole).map { index in
                    let bit = index * 6
                    let pair = UInt16(bytes[bit / 8]) << 8 | UInt16(bit / 8 + 1 < bytes.count ? bytes[bit / 8 + 1] : 0)
                    return alphabet[Int(pair >> UInt16(10 - bit % 8) & 63)]
                }
            }
        }
    }
}

/// Finds many byte strings at once, in one pass over the text (Aho and Corasick, 1975).
private struct SecretForms: Sendable {
    /// A node of the tree of all patterns; the root is number 0.
    private struct Node {
        var byte: UInt8
        var depth: Int32
        var firstChild: Int32 = 0
        var nextSibling: Int32 = 0
        /// The node of the longest proper suffix that is in the tree.
        var suffix: Int32 = 0
        /// The length of the longest pattern that ends here.
        var matched: Int32 = 0
    }

    private var nodes = [Node(byte: 0, depth: 0)]
    private var roots = [Int32](repeating: 0, count: 256)
    /// A bit for every two bytes that a pattern starts with: most of a text is passed over with nothing else.
    private var starts = [UInt64](repeating: 0, count: 1024)

    var isEmpty: Bool { nodes.count == 1 }

    /// The length of the longest pattern.
    var longest: Int { Int(nodes.lazy.map(\.depth).max() ?? 0) }

    /// - Parameter patterns: of two bytes or more.
    init(_ patterns: Set<[UInt8]>) {
        for pattern in patterns {
            let pair = Int(pattern[0]) << 8 | Int(pattern[1])
            starts[pair >> 6] |= 1 << UInt64(pair & 63)
            var node: Int32 = 0
            for byte in pattern { node = child(of: node, byte) ?? addChild(of: node, byte) }
            nodes[Int(node)].matched = nodes[Int(node)].depth
        }
        linkSuffixes()
    }

    private func child(of node: Int32, _ byte: UInt8) -> Int32? {
        if node == 0 { return roots[Int(byte)] == 0 ? nil : roots[Int(byte)] }
        var child = nodes[Int(node)].firstChild
        while child != 0, nodes[Int(child)].byte != byte { child = nodes[Int(child)].nextSibling }
        return child == 0 ? nil : child
    }

    private mutating func addChild(of parent: Int32, _ byte: UInt8) -> Int32 {
        let number = Int32(nodes.count)
        var node = Node(byte: byte, depth: nodes[Int(parent)].depth + 1)
        node.nextSibling = nodes[Int(parent)].firstChild
        nodes.append(node)
        nodes[Int(parent)].firstChild = number
        if parent == 0 { roots[Int(byte)] = number }
        return number
    }

    private mutating func linkSuffixes() {
        var queue = roots.filter { $0 != 0 }
        var next = 0
        while next < queue.count {
            let node = queue[next]
            next += 1
            var child = nodes[Int(node)].firstChild
            while child != 0 {
                let suffix = step(from: nodes[Int(node)].suffix, nodes[Int(child)].byte)
                nodes[Int(child)].suffix = suffix
                if nodes[Int(child)].matched == 0 { nodes[Int(child)].matched = nodes[Int(suffix)].matched }
                queue.append(child)
                child = nodes[Int(child)].nextSibling
            }
        }
    }

    /// The node of the longest pattern's beginning that the text ends in once `byte` follows that of `node`.
    private func step(from node: Int32, _ byte: UInt8) -> Int32 {
        var node = node
        while true {
            if let child = child(of: node, byte) { return child }
            if node == 0 { return 0 }
            node = nodes[Int(node)].suffix
        }
    }

    /// What patterns cover in `text`, in order; ranges that overlap are one.
    func ranges(in text: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var node: Int32 = 0
        for (index, byte) in text.enumerated() {
            if node == 0 {
                guard index + 1 < text.count else { break }
                let pair = Int(byte) << 8 | Int(text[index + 1])
                guard starts[pair >> 6] & 1 << UInt64(pair & 63) != 0 else { continue }
            }
            node = step(from: node, byte)
            let length = Int(nodes[Int(node)].matched)
            guard length > 0 else { continue }
            var range = (index + 1 - length)..<(index + 1)
            while let last = ranges.last, range.lowerBound < last.upperBound {
                range = min(range.lowerBound, last.lowerBound)..<range.upperBound
                ranges.removeLast()
            }
            ranges.append(range)
        }
        return ranges
    }
}
