import SwitchyardCore
import SwitchyardYAML
import Testing

/// Valid files with random changes: reading never crashes, and gives a pipeline or says why not.
struct MutationTests {
    /// SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return z ^ (z >> 31)
        }
    }

    private static let pieces = [
        "{", "}", "[", "]", ":", ": ", "- ", "\n", "\n  ", "\"", "'", "|", ">", "#", " #", "&a ", "*a", "!", "!!str ",
        "? ", "%",
        "@", "`", ",", "{{", "}}", "${{ ", "\\", "\\u00", "~", "\t", "\r", "\u{0}", "\u{85}", "\u{2028}", "é", "👩‍🚀",
        "---\n",
        "...\n", "<<: ", "steps.ping.output", "{primary.data}", "| raw", "$(", "<<EOF", "0", "-1", "1e999",
    ]

    @Test(arguments: [1, 2, 3, 4, 5])
    func `mutated files`(_ seed: UInt64) throws {
        var generator = Generator(state: seed)
        let files = try Fixtures.names(in: "valid").map { Array(try Fixtures.text("valid/\($0)").utf8) }
        for number in 0..<1_000 {
            var bytes = files[number % files.count]
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<5, using: &generator) {
                case 0: bytes.remove(at: place)
                case 1: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 2: bytes.insert(contentsOf: (Self.pieces.randomElement(using: &generator) ?? "").utf8, at: place)
                case 3:
                    bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...40, using: &generator)))
                default:
                    let end = min(bytes.count, place + Int.random(in: 1...60, using: &generator))
                    bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &generator))
                }
                if bytes.isEmpty { bytes = [0x61] }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            let result = PipelineReader.read(text: text, file: "p.yaml", tools: StubTools())
            #expect(
                (result.pipeline != nil) != result.diagnostics.hasErrors, "seed \(seed), mutation \(number):\n\(text)")
            // Every place can be shown.
            #expect(
                result.diagnostics.allSatisfy {
                    $0.location.line >= 1 && $0.location.column >= 1 && !$0.message.isEmpty
                })
            _ = result.text
        }
    }
}
