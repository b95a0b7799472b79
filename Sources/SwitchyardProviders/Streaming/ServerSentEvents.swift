/// Reads server-sent events, line by line, as the HTML standard has them.
///
/// Servers also put the bare JSON of an error between events, often printed over several lines: it becomes a piece of
/// its own.
struct ServerSentEvents {
    enum Piece: Hashable {
        /// An event's name, where it has one, and its data lines joined by line feeds.
        case event(name: String?, data: String)
        /// JSON that is no event.
        case bare(String)
    }

    private var name: String?
    private var data: String?
    private var bare: BareJSON?

    /// The size of what has begun and not ended, in bytes.
    var openSize: Int { (data?.utf8.count ?? 0) + (bare?.text.utf8.count ?? 0) }

    /// Takes a line without its end; gives what is whole with it.
    mutating func receive(_ line: String) -> [Piece] {
        if bare != nil { return receiveBare(line) }
        guard let first = line.utf8.first else { return dispatch() }
        // No field's name starts with a bracket.
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
            let before = dispatch()
            bare = BareJSON()
            return before + receiveBare(line)
        }
        guard first != UInt8(ascii: ":") else { return [] }
        let colon = line.utf8.firstIndex(of: UInt8(ascii: ":"))
        let field = line[..<(colon ?? line.endIndex)]
        var value = colon.map { line.utf8[line.utf8.index(after: $0)...] } ?? line.utf8[line.endIndex...]
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        switch field {
        case "data":
            if data == nil {
                data = String(Substring(value))
            } else {
                data?.append("\n")
                data?.append(contentsOf: Substring(value))
            }
        case "event": name = String(Substring(value))
        // `id` and `retry` are for clients that connect again; others are to be ignored.
        default: break
        }
        return []
    }

    /// Ends the stream. The standard drops an event that no empty line follows; servers forget that line.
    mutating func finish() -> [Piece] {
        guard let json = bare else { return dispatch() }
        bare = nil
        return [.bare(json.text)]
    }

    private mutating func dispatch() -> [Piece] {
        defer { (name, data) = (nil, nil) }
        return data.map { [.event(name: name, data: $0)] } ?? []
    }

    private mutating func receiveBare(_ line: String) -> [Piece] {
        // In its place: a copy for every line would take the square of the time.
        bare?.append(line)
        guard let json = bare, json.isWhole else { return [] }
        bare = nil
        return [.bare(json.text)]
    }
}

/// A JSON text that comes line by line; its end is where its brackets are closed.
struct BareJSON {
    private(set) var text = ""
    private var depth = 0
    private var isInString = false
    private var isEscaped = false

    /// Whether every bracket has been closed.
    var isWhole: Bool { depth <= 0 && !text.isEmpty }

    mutating func append(_ line: String) {
        text += text.isEmpty ? line : "\n" + line
        for byte in line.utf8 {
            if isEscaped {
                isEscaped = false
            } else if isInString {
                if byte == UInt8(ascii: "\\") { isEscaped = true }
                if byte == UInt8(ascii: "\"") { isInString = false }
            } else {
                switch byte {
                case UInt8(ascii: "\""): isInString = true
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
                default: break
                }
            }
        }
    }
}
