import OrderedCollections

/// JSON text to values and back.
///
/// Foundation's coders lose the order of members and the difference between `5` and `5.0`; both are kept here.
/// Text follows RFC 8259.
package enum JSON {
    /// What is wrong with a JSON text, and where.
    package struct ParseError: Error, Hashable, Sendable {
        package var message: String
        /// Byte offset into the UTF-8 text.
        package var offset: Int
    }

    /// How deep arrays and objects may nest before the text is refused: the parser is recursive, and a bomb of
    /// brackets must not reach the end of the stack.
    package static let maximumDepth = 512

    /// How deep a value may nest that is recorded: what is read may stand inside something else by then.
    package static let maximumRecordedDepth = 700

    /// How deep a record may nest: a recorded value inside an event, inside a line.
    package static let maximumLineDepth = 720

    /// The value that `text` spells.
    ///
    /// A member that stands twice keeps its last value. Integers beyond 64 bits become floating point.
    ///
    /// - Parameter maximumDepth: how deep it may nest.
    package static func parse(
        _ text: String, maximumDepth: Int = JSON.maximumDepth
    ) throws(ParseError) -> Value {
        var text = text
        var failure: ParseError?
        let value = text.withUTF8 { bytes -> Value in
            var parser = JSONParser(bytes: bytes, maximumDepth: maximumDepth)
            do throws(ParseError) {
                return try parser.document()
            } catch {
                failure = error
                return .null
            }
        }
        if let failure { throw failure }
        return value
    }

    /// How a value is laid out as text.
    package enum Layout: Sendable {
        /// One line, members in their order.
        case compact
        /// One line, members sorted: equal values give equal text. What hashes are taken of.
        case canonical
        /// Two spaces a level, members in their order.
        case indented
    }

    /// `value` as JSON. Numbers that JSON cannot spell (infinite, not a number) become `null`.
    package static func text(of value: Value, layout: Layout = .compact) -> String {
        var writer = JSONWriter(layout: layout)
        writer.write(value, depth: 0)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

private struct JSONWriter {
    let layout: JSON.Layout
    var bytes: [UInt8] = []

    mutating func write(_ value: Value, depth: Int) {
        switch value {
        case .null: bytes += "null".utf8
        case .bool(let bool): bytes += (bool ? "true" : "false").utf8
        case .int(let int): bytes += String(int).utf8
        case .double(let double): writeNumber(double)
        case .string(let string): writeString(string)
        case .array(let array): writeArray(array, depth: depth)
        case .object(let object): writeObject(object, depth: depth)
        }
    }

    private mutating func writeNumber(_ double: Double) {
        guard double.isFinite else {
            bytes += "null".utf8
            return
        }
        // Equal numbers give equal canonical text, whichever case holds them.
        if layout == .canonical, let int = Int(exactly: double) {
            bytes += String(int).utf8
        } else {
            bytes += double.description.utf8
        }
    }

    private mutating func writeArray(_ array: [Value], depth: Int) {
        if array.isEmpty {
            bytes += "[]".utf8
            return
        }
        bytes.append(UInt8(ascii: "["))
        for (index, element) in array.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            newLine(depth + 1)
            write(element, depth: depth + 1)
        }
        newLine(depth)
        bytes.append(UInt8(ascii: "]"))
    }

    private mutating func writeObject(_ object: OrderedDictionary<String, Value>, depth: Int) {
        if object.isEmpty {
            bytes += "{}".utf8
            return
        }
        bytes.append(UInt8(ascii: "{"))
        var isFirst = true
        func write(_ key: String, _ value: Value) {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            newLine(depth + 1)
            writeString(key)
            bytes.append(UInt8(ascii: ":"))
            if layout == .indented { bytes.append(UInt8(ascii: " ")) }
            self.write(value, depth: depth + 1)
        }
        if layout == .canonical {
            for key in object.keys.sorted() { write(key, object[key] ?? .null) }
        } else {
            for (key, value) in object { write(key, value) }
        }
        newLine(depth)
        bytes.append(UInt8(ascii: "}"))
    }

    private mutating func newLine(_ depth: Int) {
        guard layout == .indented else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth * 2))
    }

    private mutating func writeString(_ string: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = string
        let isPlain = text.withUTF8 { utf8 in
            guard utf8.allSatisfy(Self.isPlain) else { return false }
            bytes.append(contentsOf: utf8)
            return true
        }
        if !isPlain { writeScalars(of: string) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Whether the byte of a string stands for itself whatever is around it.
    private static func isPlain(_ byte: UInt8) -> Bool {
        0x20 <= byte && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    private mutating func writeScalars(of string: String) {
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": bytes += "\\\"".utf8
            case "\\": bytes += "\\\\".utf8
            case "\n": bytes += "\\n".utf8
            case "\r": bytes += "\\r".utf8
            case "\t": bytes += "\\t".utf8
            case _ where Self.isEscaped(scalar):
                let digits = String(scalar.value, radix: 16)
                bytes += "\\u".utf8
                bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 4 - digits.utf8.count))
                bytes += digits.utf8
            case _ where scalar.isASCII: bytes.append(UInt8(truncatingIfNeeded: scalar.value))
            default: bytes += String(scalar).utf8
            }
        }
    }

    /// Whether JSON holds the scalar as an escape: what RFC 8259 demands, and what a terminal would obey, so that
    /// JSON printed to one does no harm: C1 controls, DEL and bidirectional controls.
    private static func isEscaped(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
