import SwitchyardCore
import SwitchyardYAML
import Testing

@testable import SwitchyardCommands

/// What `doctor` says of models, and whom it asks.
@Suite struct ModelChecksTests {
    private let folder = TemporaryFolder()

    /// The checks with these settings; every provider that is not named in them is at an address where nothing listens.
    private func checks(
        project: String, user: String = "", _ variables: [String: String] = [:]
    ) async -> [String: DoctorCheck] {
        for name in [".git", ".config", ".config/switchyard"] { folder.makeFolder(name) }
        folder.write(project, to: "switchyard.yaml")
        folder.write(user, to: ".config/switchyard/config.yaml")
        let environment = ProcessEnvironment(
            variables: ["HOME": folder.path, "OLLAMA_HOST": "127.0.0.1:1"].merging(variables) { _, own in own },
            workingDirectory: folder.path, userName: "ada")
        let reading = ModelProviders.settings(Assembly(environment: environment))
        #expect(reading.diagnostics == [])
        let checks = await ModelChecks(environment: environment, settings: reading.settings)
            // However busy the machine is, what does not listen is to be told from what is slow.
            .checks(local: [], timeout: .seconds(60))
        return Dictionary(checks.map { ($0.subject, $0) }) { first, _ in first }
    }

    @Test func `a key goes to no address that only the project names`() async {
        let project = "providers:\n  openai: {base_url: 'http://127.0.0.1:1/v1'}"
        let check = await checks(project: project, ["OPENAI_API_KEY": "sk-canary"])["openai"]
        #expect(check?.finding == "not asked: its address comes from \(folder.path)/switchyard.yaml:2")
        #expect(
            check?.remedy == "if your key may go to http://127.0.0.1:1/v1, write the address into "
                + "\(folder.path)/.config/switchyard/config.yaml too")
        #expect(check?.state == .doubtful)
    }

    @Test func `nor does a key whose place the project names, or a header of the person's`() async {
        folder.write("sk-canary", to: "key")
        let keyed = await checks(project: "providers: {box: {base_url: 'http://127.0.0.1:1', key: 'file:~/key'}}")
        #expect(keyed["box"]?.finding.hasPrefix("not asked: ") == true)
        let headed = await checks(
            project: "providers: {ollama: {base_url: 'http://127.0.0.1:1/x'}}",
            user: "providers: {ollama: {headers: {X-Team: tea-canary}}}")
        #expect(headed["ollama"]?.finding.hasPrefix("not asked: ") == true)
    }

    @Test(arguments: [
        ("providers: {openai: {base_url: 'http://127.0.0.1:1/v1/'}}", [:]),
        ("", ["OPENAI_BASE_URL": "http://127.0.0.1:1/v1"]),
    ])
    func `an address that the person names too is asked`(user: String, variables: [String: String]) async {
        let check = await checks(
            project: "providers:\n  openai: {base_url: 'http://127.0.0.1:1/v1'}", user: user,
            variables.merging(["OPENAI_API_KEY": "sk-canary"]) { own, _ in own })["openai"]
        #expect(
            check?.finding == "openai cannot be reached: nothing listens at 127.0.0.1:1; see "
                + "\(folder.path)/switchyard.yaml:2")
    }

    @Test func `where nothing of the person's would go, everything is asked`() async {
        let checks = await checks(project: "providers:\n  box: {base_url: 'http://127.0.0.1:1/v1', headers: {X-A: b}}")
        #expect(checks["box"]?.finding.hasPrefix("box cannot be reached: nothing listens at 127.0.0.1:1; see ") == true)
        #expect(checks["openai"]?.finding == "openai wants a key: there is none in the variable OPENAI_API_KEY")
        #expect(checks["ollama"]?.finding == "ollama cannot be reached: nothing listens at 127.0.0.1:1")
        #expect(checks["models"]?.finding.hasPrefix("no provider answers") == true)
    }
}
