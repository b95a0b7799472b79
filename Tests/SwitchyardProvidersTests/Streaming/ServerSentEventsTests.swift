import SwitchyardCore
import Testing

@testable import SwitchyardProviders

@Suite struct ServerSentEventsTests {
    /// The pieces of `text`, fed `size` bytes at a time.
    func pieces(_ text: String, size: Int) -> [ServerSentEvents.Piece] { pieces(Array(text.utf8), size: size) }

    func pieces(_ bytes: [UInt8], size: Int) -> [ServerSentEvents.Piece] {
        var lines = LineReader(limit: 1000)
        var events = ServerSentEvents()
        var pieces: [ServerSentEvents.Piece] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            bytes[start..<min(start + size, bytes.count)].withUnsafeBytes { chunk in
                lines.feed(chunk) { pieces += events.receive($0) }
            }
        }
        if let line = lines.finish() { pieces += events.receive(line) }
        return pieces + events.finish()
    }

    @Test(arguments: [1, 2, 3, 7, 1000]) func forms(size: Int) {
        #expect(
            pieces("data: a\n\ndata:b\r\n\r\ndata:  c\r\revent: x\rdata: 1\ndata: 2\r\ndata\n\n", size: size) == [
                .event(name: nil, data: "a"), .event(name: nil, data: "b"), .event(name: nil, data: " c"),
                .event(name: "x", data: "1\n2\n"),
            ])
        #expect(
            pieces(": hello\n\nid: 1\nretry: 5\nfoo: bar\nevent: only\n\ndata: ü👋\n\n", size: size) == [
                .event(name: nil, data: "ü👋")
            ])
        #expect(pieces("\u{FEFF}data: a\n\ndata: \u{FEFF}b\n\n", size: size).count == 2)
        #expect(pieces("\u{FEFF}data: a\n\n", size: size) == [.event(name: nil, data: "a")])
        #expect(pieces("data: no empty line", size: size) == [.event(name: nil, data: "no empty line")])
    }

    @Test(arguments: [1, 2, 5, 1000]) func bareJSON(size: Int) {
        let error = "{\n  \"error\": {\n    \"message\": \"a } \\\" b\"\n  }\n}"
        #expect(
            pieces("data: 1\n\n\(error)\ndata: 2\n\n", size: size) == [
                .event(name: nil, data: "1"), .bare(error), .event(name: nil, data: "2"),
            ])
        #expect(
            pieces("data: 1\r\n[{\"error\": {}}]\r\n", size: size) == [
                .event(name: nil, data: "1"), .bare("[{\"error\": {}}]"),
            ])
        #expect(pieces("{\"error\": {", size: size) == [.bare("{\"error\": {")])
    }

    @Test func brokenTextIsRepaired() {
        #expect(
            pieces([0x64, 0x61, 0x74, 0x61, 0x3A, 0xFF, 0x0A, 0x0A], size: 3) == [.event(name: nil, data: "\u{FFFD}")])
    }

    /// Events of many lines, and JSON that is never closed, end as well.
    @Test(arguments: ["data: x", "{\"a\":"]) func longEventsEnd(line: String) {
        var stream = ReplyStream(
            Dialect.chat.codec(), for: Dialect.chat.request(), framing: .serverSentEvents, limit: 1000)
        let bytes = Array((line + "\n").utf8)
        for _ in 0..<2000 where !stream.isOver { _ = bytes.withUnsafeBytes { stream.feed($0) } }
        #expect(stream.finish().reply == .failure(WireFailure(.invalidOutput, .tooLong(1000))))
    }

    @Test(arguments: [1, 100, 5000]) func longLinesEnd(size: Int) {
        var lines = LineReader(limit: 1000)
        let bytes = Array(("data: \(String(repeating: "x", count: 2000))\n" + "next\n").utf8)
        var complete: [String] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            bytes[start..<min(start + size, bytes.count)].withUnsafeBytes { lines.feed($0) { complete.append($0) } }
        }
        #expect(lines.isOverflown)
        #expect(complete == [])
    }
}
