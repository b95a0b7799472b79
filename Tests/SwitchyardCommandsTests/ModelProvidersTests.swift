import SwitchyardCore
import SwitchyardYAML
import Testing

@testable import SwitchyardCommands

/// Which providers a machine has, by its variables and its settings files.
@Suite struct ModelProvidersTests {
    private let folder = TemporaryFolder()

    private func assembly(_ variables: [String: String] = [:]) -> Assembly {
        Assembly(
            environment: ProcessEnvironment(
                variables: variables, workingDirectory: folder.path, userName: "ada"))
    }

    @Test func `a setting wins over a variable, the project's over the user's`() {
        for name in [".git", ".config", ".config/switchyard"] { folder.makeFolder(name) }
        folder.write(
            "providers: {openai: {base_url: http://project}, box: {limits: {concurrency: 2}}}", to: "switchyard.yaml")
        folder.write(
            "providers: {openai: {base_url: http://user}, box: {base_url: http://box}}\ncatalogue: {aliases: {a: gpt-6-sol}}",
            to: ".config/switchyard/config.yaml")
        let assembly = assembly([
            "HOME": folder.path, "OPENAI_BASE_URL": "http://variable", "ANTHROPIC_BASE_URL": "http://other/",
        ])
        let reading = ModelProviders.settings(assembly)
        #expect(reading.diagnostics == [])
        let providers = ModelProviders.settings(assembly.environment, reading.settings)
        #expect(providers.map(\.name) == ["openai", "anthropic", "google", "ollama", "box"])
        #expect(providers[0].baseURL == "http://project" && providers[0].key == .environment("OPENAI_API_KEY"))
        #expect(providers[1].baseURL == "http://other")
        #expect(providers[4].baseURL == "http://box" && providers[4].limits == RateLimits(concurrency: 2))
        #expect(reading.settings.catalogue.id(of: "a") == ModelID(provider: "openai", name: "gpt-6-sol"))
        #expect(ModelProviders.settings(assembly.environment)[0].baseURL == "http://variable")
    }

    @Test func `what cannot be read is told with its place, and the rest holds`() {
        for name in [".git", ".config", ".config/switchyard", ".config/switchyard/config.yaml"] {
            folder.makeFolder(name)
        }
        folder.write("providers: {box: {base_url: nowhere}, ollama: {base_url: http://box}}", to: "switchyard.yaml")
        let assembly = assembly(["HOME": folder.path])
        let reading = ModelProviders.settings(assembly)
        #expect(
            reading.diagnostics.map { "\($0.location.file.replacing(folder.path, with: "")): \($0.message)" } == [
                "/.config/switchyard/config.yaml: the file is a folder",
                "/switchyard.yaml: `providers.box.base_url` is no address that starts with `http://` or `https://`",
            ])
        let providers = ModelProviders.settings(assembly.environment, reading.settings)
        #expect(providers.map(\.name) == ["openai", "anthropic", "google", "ollama"])
        #expect(providers[3].baseURL == "http://box")
    }

    @Test func `a key comes from its variable or its file`() throws {
        folder.write("  from-file\n", to: "key")
        let keys = ModelProviders.keys(
            ProcessEnvironment(
                variables: ["NAME": "from-variable", "HOME": folder.path], workingDirectory: "/", userName: "ada"))
        #expect(try keys(.environment("NAME")) == "from-variable")
        #expect(try keys(.environment("OTHER")) == nil)
        #expect(try keys(.file("~/key"))?.contains("from-file") == true)
        #expect(throws: (any Error).self) { try keys(.file("~/nothing")) }
    }
}
