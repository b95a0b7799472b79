import SwitchyardCore
import SwitchyardTools
import SwitchyardYAML
import Testing

@testable import SwitchyardCommands

/// Every sample validates and every theme decodes.
@Suite struct ShippedFilesTests {
    static let repository = String(#filePath.split(separator: "/Tests/", maxSplits: 1)[0])
    static let samples = yamlFiles(in: "sample-pipelines")
    static let themes = yamlFiles(in: "themes")

    private static func yamlFiles(in folder: String) -> [String] {
        TextFile.names(in: "\(repository)/\(folder)").filter { $0.hasSuffix(".yaml") }.map { "\(folder)/\($0)" }
    }

    @Test func thereAreSamplesAndThemes() {
        #expect(Self.samples.contains("sample-pipelines/repo-health.yaml"))
        #expect(!Self.themes.isEmpty)
    }

    @Test(arguments: samples) func aSampleValidates(file: String) throws {
        let reading = PipelineReader.read(path: "\(Self.repository)/\(file)", tools: ToolRegistry())
        #expect(reading.diagnostics.map { $0.text(source: reading.source) } == [])
        let pipeline = try #require(reading.pipeline)
        #expect(throws: Never.self) { try PipelineGraph.build(pipeline) }
    }

    @Test(arguments: themes) func aThemeDecodes(file: String) throws {
        let folders = ThemeFiles(environment: .current())
        #expect(throws: Never.self) { try folders.scheme(at: "\(Self.repository)/\(file)") }
    }

    @Test func repositoryHealthHasAFanOutAndAJoin() throws {
        let reading = PipelineReader.read(
            path: "\(Self.repository)/sample-pipelines/repo-health.yaml", tools: ToolRegistry()
        )
        let graph = try PipelineGraph.build(#require(reading.pipeline))
        #expect(graph.main.nodes.count >= 12)
        #expect(graph.main.strategy == .dag)
        #expect(graph.main.nodes.contains { $0.dependents.count >= 5 })
        #expect(graph.main.nodes.contains { $0.needs.count >= 5 })
    }
}
