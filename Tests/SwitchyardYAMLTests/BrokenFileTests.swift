import Foundation
import SwitchyardYAML
import Testing

/// Every file in `Fixtures/broken` gives exactly the diagnostics beside it, all at once.
///
/// With `SWITCHYARD_RECORD=1` the expectations are written instead; read the difference before it is committed.
struct BrokenFileTests {
    @Test(arguments: Fixtures.names(in: "broken"))
    func `prints every problem of`(_ name: String) throws {
        let text = try Fixtures.text("broken/\(name)")
        let result = PipelineReader.read(text: text, file: name, tools: StubTools())
        let expected = "broken/\(name.dropLast(5)).expected"
        if ProcessInfo.processInfo.environment["SWITCHYARD_RECORD"] == "1" {
            try result.text.write(toFile: Fixtures.path(expected), atomically: true, encoding: .utf8)
        }
        #expect(result.pipeline == nil)
        #expect(result.text == (try Fixtures.text(expected)))
    }

    @Test func `there are enough of them`() {
        #expect(Fixtures.names(in: "broken").count >= 30)
    }
}
