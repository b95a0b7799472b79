import SwitchyardCore
import SwitchyardYAML
import Testing

/// Small files that come to much, and large ones, are refused fast.
struct LimitTests {
    /// Far more than any takes, and far less than a bomb would.
    private static let limit = Duration.seconds(60)

    private static func read(_ text: String) -> String {
        var output = ""
        let time = ContinuousClock().measure { output = diagnostics(text) }
        #expect(time < limit)
        return output
    }

    @Test func `an alias bomb`() {
        var text = "version: 1\nid: p\nx0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let aliases = repeatElement("*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "x\(level): &a\(level) [\(aliases)]\n"
        }
        let output = Self.read(text)
        #expect(output.contains("more than 300000 values, counting what aliases repeat"))
    }

    @Test func `an alias bomb as a key`() {
        var text = "version: 1\nid: p\nx0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let aliases = repeatElement("*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "x\(level): &a\(level) [\(aliases)]\n"
        }
        #expect(!Self.read(text + "? *a9\n: 1\n? [*a9, *a9]\n: 2\n").isEmpty)
    }

    @Test(arguments: [65, 900, 1200, 100_000])
    func `deep nesting`(_ depth: Int) {
        let list = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        #expect(Self.read("version: 1\nx: \(list)\n").contains("nested deeper than 64 levels"))
        let map = String(repeating: "{a: ", count: depth) + String(repeating: "}", count: depth)
        #expect(Self.read("version: 1\nx: \(map)\n").contains("nested deeper than 64 levels"))
    }

    @Test func `deep nesting by indentation`() {
        var text = ""
        for level in 0..<900 { text += String(repeating: " ", count: level) + "a:\n" }
        #expect(Self.read(text).contains("nested deeper than 64 levels"))
        #expect(Self.read(String(repeating: "- ", count: 50_000) + "x").contains("nested deeper than 64 levels"))
    }

    @Test func `a file that is too large`() {
        #expect(Self.read(String(repeating: "# 34567\n", count: 1 << 19) + " ").contains("larger than 4 MiB"))
    }

    @Test func `a large file within the limits`() {
        var text = "version: 1\nid: p\nsteps:\n"
        for number in 0..<9_000 {
            text += "  - {id: s\(number), run: 'echo {{ steps.s\(max(0, number - 1)).output }}'}\n"
        }
        #expect(Self.read(text).hasPrefix("p.yaml:4:28: error: the step `s0` reads its own result"))
    }

    @Test func `a large file of one line`() {
        let steps = (0..<9_000).map { #"{"id":"s\#($0)","argv":["é","{{ inputs.x }}"]}"# }
        let text = #"{"version":1,"id":"p","steps":["# + steps.joined(separator: ",") + "]}"
        #expect(Self.read(text).contains("8500 more problems are not shown"))
    }

    @Test func `many warnings leave a pipeline valid`() {
        let steps = (0..<600).map { "  - {id: s\($0), when: false, run: echo}\n" }.joined()
        let text = "version: 1\nid: p\nsteps:\n" + steps
        let reading = PipelineReader.read(text: text, file: "p.yaml", tools: StubTools())
        #expect(reading.pipeline?.steps.count == 600)
        #expect(reading.text.contains("warning: 100 more problems are not shown"))
        let broken = PipelineReader.read(text: text + "  - {id: s0, run: echo}\n", file: "p.yaml", tools: StubTools())
        #expect(broken.pipeline == nil)
        #expect(broken.text.contains("error:"), "the many do not hide why")
    }

    @Test func `many lists in lists at the depth allowed`() {
        let list =
            String(repeating: "[", count: 60) + String(repeating: "a,", count: 90_000)
            + String(repeating: "]", count: 60)
        #expect(Self.read("version: 1\nx: \(list)\n").contains("a pipeline has no key `x`"))
    }

    @Test func `many keys that stand twice`() {
        let text = (0..<200).map { "k\($0): 1\nk\($0): 2\n" }.joined()
        #expect(Self.read(text).contains("the file has too many keys that stand twice"))
    }
}
