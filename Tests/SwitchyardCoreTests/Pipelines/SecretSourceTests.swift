import SwitchyardCore
import Testing

struct SecretSourceTests {
    @Test(arguments: [
        ("env:GITHUB_TOKEN", SecretSource.environment("GITHUB_TOKEN")), ("env:_x1", .environment("_x1")),
        ("file:~/.token", .file("~/.token")), ("file:/run/secrets/a b", .file("/run/secrets/a b")),
        ("file:env:X", .file("env:X")),
    ])
    func places(_ text: String, _ source: SecretSource) throws {
        #expect(try SecretSource(parsing: text) == source)
        #expect(source.text == text)
        #expect(SecretSource(recorded: text) == source)
    }

    @Test(arguments: [
        ("env:", "wants the name of an environment variable behind `env:`"),
        ("env:1X", "wants the name of an environment variable behind `env:`"),
        ("env:A-B", "wants the name of an environment variable behind `env:`"),
        ("file:", "wants a path behind `file:`"), ("file:a\0b", "wants a path behind `file:`"),
        ("prompt", "wants the place of the secret, `env:VARIABLE` or `file:PATH`, never the secret"),
        ("ghp_0123", "wants the place of the secret, `env:VARIABLE` or `file:PATH`, never the secret"),
        ("", "wants the place of the secret, `env:VARIABLE` or `file:PATH`, never the secret"),
    ])
    func `no places`(_ text: String, _ message: String) {
        let problem = #expect(throws: SecretSource.Problem.self) { try SecretSource(parsing: text) }
        #expect(problem?.message == message)
    }

    @Test func `what was typed is recorded as that`() {
        #expect(SecretSource(recorded: SecretSource.prompt.text) == .prompt)
        #expect(SecretSource(recorded: "ghp_0123") == nil)
    }

    @Test func `the variable that is always looked at`() {
        #expect(SecretSource.variable(for: "api-key_2") == "SWITCHYARD_SECRET_API_KEY_2")
    }
}
