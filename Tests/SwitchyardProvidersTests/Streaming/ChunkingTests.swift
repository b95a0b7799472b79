import SwitchyardCore
import Testing

@testable import SwitchyardProviders

/// Streams in any pieces, and streams that were damaged: nothing crashes, and pieces make no difference.
@Suite struct ChunkingTests {
    /// Random lengths of pieces that `count` bytes come in; some are 0.
    static func cut(_ count: Int, _ generator: inout SplitMix64) -> [Int] {
        var lengths: [Int] = []
        var left = count
        let longest = UInt64([2, 9, 40, 400].randomElement(using: &generator) ?? 1)
        while left > 0 {
            let length = min(Int(generator.next() % (longest + 1)), left)
            lengths.append(length)
            left -= length
        }
        return lengths
    }

    static func damage(_ bytes: inout [UInt8], _ generator: inout SplitMix64) {
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            guard !bytes.isEmpty else { return }
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            let length = min(Int.random(in: 1...12, using: &generator), bytes.count - place)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes.removeSubrange(place..<(place + length))
            case 2: bytes.insert(contentsOf: bytes[place..<(place + length)], at: place)
            case 3:
                bytes.insert(
                    contentsOf: [0x0D, 0x0A, 0x7B, 0x22, 0x5B][..<Int.random(in: 1...5, using: &generator)], at: place)
            case 4: bytes.removeSubrange(place...)
            default: bytes[place] = Array("\"{}[],:\\ue0-9\n\r".utf8).randomElement(using: &generator) ?? 0
            }
        }
    }

    /// Short streams with everything in them, so that many can be tried.
    static let seeds: [Dialect: [String]] = [
        .compatible: [
            "data: {\"choices\":[{\"delta\":{\"content\":\"hé\"}}]}\n\ndata: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n",
            "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}]}}]}\r\n\r\n{\"error\":\n{}}\n",
        ],
        .responses: [
            "data: {\"type\":\"response.output_text.delta\",\"delta\":\"é\"}\n\nevent: x\ndata: {\"type\":\"response.completed\",\ndata: \"response\":{\"status\":\"completed\",\"output\":[]}}\n\n"
        ],
        .anthropic: [
            "data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"tool_use\",\"name\":\"f\"}}\n\n"
                + "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{}\"}}\n\ndata: {\"type\":\"message_stop\"}\n\n"
        ],
        .gemini: [
            "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"é\"}]},\"finishReason\":\"STOP\"}]}\n\n{\"error\":{\n\"code\":503}}\n"
        ],
        .ollama: [
            "{\"message\":{\"content\":\"é\",\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":{}}}]}}\n{\"done\":true,\"eval_count\":1}\n"
        ],
    ]

    @Test(arguments: Array(seeds.keys).sorted { $0.rawValue < $1.rawValue }, 0..<4)
    func piecesMakeNoDifference(dialect: Dialect, part: Int) async {
        var generator = SplitMix64(state: UInt64(part) &* 1000 &+ UInt64(dialect.rawValue.utf8.count))
        let streams = (Self.seeds[dialect] ?? []).map { Array($0.utf8) }
        // 5 formats, 4 parts: 100,000 in all.
        for round in 0..<5000 {
            // Other tests measure time, on the same few threads.
            if round % 20 == 0 { await Task.yield() }
            var bytes = streams[round % streams.count]
            if round % 8 != 0 { Self.damage(&bytes, &generator) }
            let whole = dialect.decode(bytes)
            let lengths = Self.cut(bytes.count, &generator)
            let cut = dialect.decode(bytes, in: lengths)
            if cut != whole { Issue.record("round \(round): \(String(decoding: bytes, as: UTF8.self)) in \(lengths)") }
        }
    }

    @Test(arguments: Dialect.allCases, ["text", "tools", "parallel", "broken"])
    func recordedStreams(dialect: Dialect, name: String) throws {
        var generator = SplitMix64(state: 7)
        let bytes = try dialect.stream(name)
        let whole = dialect.decode(bytes)
        for _ in 0..<10 { #expect(dialect.decode(bytes, in: Self.cut(bytes.count, &generator)) == whole) }
        #expect(dialect.decode(bytes, in: bytes.map { _ in 1 }) == whole)
    }
}
