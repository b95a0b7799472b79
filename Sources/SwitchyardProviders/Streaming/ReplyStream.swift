import SwitchyardCore

/// Turns the bytes of a streamed answer into deltas and, at its end, the answer. How the bytes are cut into pieces
/// makes no difference.
struct ReplyStream {
    private let codec: any WireCodec
    private let request: ModelRequest
    private var decoder: any StreamDecoder
    private let framing: StreamFraming
    private var lines: LineReader
    private var events = ServerSentEvents()
    private var failure: WireFailure?
    /// A whole answer that came where a stream was to come.
    private var whole: WireReply?
    private var hasReceived = false

    /// - Parameter limit: the longest event, in bytes.
    init(
        _ codec: any WireCodec, for request: ModelRequest, framing: StreamFraming, limit: Int = AnswerLimit().event
    ) {
        self.codec = codec
        self.request = request
        self.framing = framing
        decoder = codec.makeDecoder(for: request)
        lines = LineReader(limit: limit)
    }

    /// Whether nothing that could still come would change the answer.
    var isOver: Bool { failure != nil || whole != nil || decoder.isOver }

    /// Takes a piece of the stream, of any size; gives what can be shown of it.
    mutating func feed(_ bytes: UnsafeRawBufferPointer) -> [ModelDelta] {
        guard !isOver else { return [] }
        var complete: [String] = []
        lines.feed(bytes) { complete.append($0) }
        var deltas: [ModelDelta] = []
        for line in complete {
            guard !isOver else { break }
            deltas += receive(line, isLast: false)
        }
        if lines.isOverflown || events.openSize > lines.limit, !isOver {
            failure = WireFailure(.invalidOutput, .tooLong(lines.limit))
        }
        return deltas
    }

    /// Ends the stream: what could still be shown, and the answer.
    mutating func finish() -> (deltas: [ModelDelta], reply: Result<WireReply, WireFailure>) {
        var deltas: [ModelDelta] = []
        if !isOver, let line = lines.finish() { deltas += receive(line, isLast: true) }
        if !isOver, framing == .serverSentEvents {
            // What is cut in its middle is no event; then the decoder misses its end.
            for piece in events.finish() where !isOver { deltas += receive(piece, isLast: true) }
        }
        if let failure { return (deltas, .failure(failure)) }
        if let whole { return (deltas, .success(whole)) }
        do throws(WireFailure) {
            return (deltas, .success(try decoder.finish()))
        } catch {
            return (deltas, .failure(error))
        }
    }

    private mutating func receive(_ line: String, isLast: Bool) -> [ModelDelta] {
        switch framing {
        case .serverSentEvents:
            var deltas: [ModelDelta] = []
            for piece in events.receive(line) where !isOver { deltas += receive(piece, isLast: false) }
            return deltas
        case .lines:
            guard line.utf8.contains(where: { $0 > 0x20 }) else { return [] }
            return decode(line, isLast: isLast)
        }
    }

    private mutating func receive(_ piece: ServerSentEvents.Piece, isLast: Bool) -> [ModelDelta] {
        switch piece {
        case .event(_, let data):
            if data == "[DONE]" { return give(.done) }
            // Some servers keep connections open with empty events.
            return data.isEmpty ? [] : decode(data, isLast: isLast)
        case .bare(let text): return decodeBare(text)
        }
    }

    private mutating func decode(_ text: String, isLast: Bool) -> [ModelDelta] {
        guard let value = try? JSON.parse(text) else {
            if !isLast { failure = WireFailure(.invalidOutput, .notJSON) }
            return []
        }
        return give(.json(value))
    }

    private mutating func decodeBare(_ text: String) -> [ModelDelta] {
        guard let value = try? JSON.parse(text) else { return [] }
        if let error = codec.failure(in: value, status: nil) {
            failure = error
        } else if !hasReceived {
            do throws(WireFailure) {
                whole = try codec.reply(from: value, to: request)
            } catch {
                failure = error
            }
        }
        return whole?.deltas ?? []
    }

    private mutating func give(_ event: StreamEvent) -> [ModelDelta] {
        hasReceived = true
        do throws(WireFailure) {
            return try decoder.receive(event)
        } catch {
            failure = error
            return []
        }
    }
}
