import OrderedCollections
import SwitchyardCore
import SwitchyardTools
import SwitchyardYAML
import Testing

@testable import SwitchyardCommands

@Suite struct StarterPipelineTests {
    private static let text = StarterPipeline.text(id: "pipeline", file: "pipeline.yaml")

    @Test func `the starter validates without a word`() throws {
        let reading = PipelineReader.read(text: Self.text, file: "pipeline.yaml", tools: ToolRegistry())
        #expect(reading.text == "")
        let pipeline = try #require(reading.pipeline)
        #expect(UnsupportedFeatures.diagnostics(for: pipeline, places: reading.places) == [])
        #expect(
            (pipeline.steps + pipeline.finally).allSatisfy { ["run", "argv", "tool"].contains($0.kind.key) })
        #expect(pipeline.inputs.values.allSatisfy { !$0.isRequired })
    }

    @Test(arguments: ["a b.yaml", "'; rm -rf ~ #", "\"{{ x }}\"", "é: - x"])
    func `it validates under any name`(file: String) {
        let text = StarterPipeline.text(id: StarterPipeline.id(for: file), file: ShellWord.quoted(file))
        let reading = PipelineReader.read(text: text, file: file, tools: ToolRegistry())
        #expect(reading.text == "")
    }

    @Test(arguments: [
        "yaml-language-server", "inputs:", "run:", "{{ inputs.", "tool:", "{{ steps.", "needs:", "when:", "retry:",
        "on_failure:", "finally:", "outputs:", "secret",
    ])
    func `it shows`(_ key: String) {
        #expect(Self.text.contains(key))
    }
}
