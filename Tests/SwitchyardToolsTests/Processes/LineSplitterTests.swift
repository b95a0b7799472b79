import SwitchyardCore
import Testing

@testable import SwitchyardTools

@Suite struct LineSplitterTests {
    /// What a splitter gives for each chunk, and at the end.
    func split(_ chunks: [String]) -> (lines: [[String]], end: [String], count: Int) {
        var splitter = LineSplitter(.stdout)
        let lines = chunks.map { chunk in
            Array(chunk.utf8).withUnsafeBytes { splitter.take($0) }.map(\.text)
        }
        let count = splitter.count
        return (lines, splitter.finish().map(\.text), count)
    }

    @Test func cutsAtLineFeeds() {
        let result = split(["a\nb", "c", "\n\nd"])
        #expect(result.lines == [["a"], [], ["bc", ""]])
        #expect(result.end == ["d"])
        #expect(result.count == 4)
    }

    @Test func keepsCarriageReturns() {
        #expect(split(["10%\r20%\r\n"]).lines == [["10%\r20%\r"]])
    }

    @Test func cutsLongLines() {
        let long = String(repeating: "x", count: 3000)
        let result = split([long, long, long + "\n" + long + long + "\n"])
        #expect(result.lines[2].map(\.count) == [1024, 1024])
        #expect(result.count == 2)
        // 1024 bytes end within a character.
        let wide = split(["x" + String(repeating: "é", count: 600), "\n"]).lines[1]
        #expect(wide == ["x" + String(repeating: "é", count: 511)])
    }

    @Test(arguments: [UInt8(ascii: "x"), 0xFF])
    func boundsTheTextOfAChunk(byte: UInt8) {
        var splitter = LineSplitter(.stdout)
        var chunk: [UInt8] = []
        for number in 0..<200 {
            chunk += Array("\(number) ".utf8) + [UInt8](repeating: byte, count: 3000) + [0x0A]
        }
        let lines = chunk.withUnsafeBytes { splitter.take($0) }.map(\.text)
        #expect(lines.allSatisfy { $0.utf8.count <= 1024 })
        let size = lines.reduce(0) { $0 + $1.utf8.count }
        #expect(size > 15 << 10 && size <= 16 << 10, "\(size) bytes")
        let numbers = lines.compactMap { $0.split(separator: " ").first.flatMap { Int($0) } }
        #expect(numbers == Array((200 - lines.count)..<200))
        #expect(splitter.count == 200)
    }

    @Test(arguments: [255, 256, 257, 258, 1000])
    func showsTheLastLinesOfAChunk(number: Int) {
        let chunk = (0..<number).map { "\($0)\n" }.joined()
        let result = split([chunk])
        #expect(result.lines[0] == (max(0, number - 256)..<number).map(String.init))
        #expect(result.end == [])
        #expect(result.count == number)
    }

    @Test func repairsInvalidText() {
        var splitter = LineSplitter(.stderr)
        let lines = ([0xFF, 0x61, 0xC3, 0x0A] as [UInt8]).withUnsafeBytes { splitter.take($0) }
        #expect(lines == [LogLine(.stderr, "\u{FFFD}a\u{FFFD}")])
    }
}
