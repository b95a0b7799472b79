import SwitchyardCore
import SwitchyardTools
import Testing

@Suite struct WorkspaceTests {
    let folder: TemporaryFolder
    let workspace: Workspace

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("in/sub/file", "x")
        try folder.write("inside/file", "x")
        try folder.write("out/secret", "x")
        try folder.link("in/up", to: "..")
        try folder.link("in/self", to: "sub/../sub")
        try folder.link("in/absolute", to: "/etc")
        try folder.link("in/dangling", to: "../out/new")
        try folder.link("in/loop", to: "loop")
        workspace = Workspace(root: folder.path + "/in", workingDirectory: folder.path + "/in/sub")
    }

    func resolve(_ path: String) -> Result<String, StepFailure> {
        Result { () throws(StepFailure) in
            String(try workspace.resolve(path).dropFirst(folder.path.count))
        }
    }

    func kind(_ path: String) -> FailureClass? {
        if case .failure(let failure) = resolve(path) { failure.kind } else { nil }
    }

    @Test(arguments: [
        ("file", "/in/sub/file"), ("./file", "/in/sub/file"), ("../sub/file", "/in/sub/file"), ("..", "/in"),
        ("new", "/in/sub/new"), ("a/b/c", "/in/sub/a/b/c"), ("a//b/./c/", "/in/sub/a/b/c"),
        ("../self/file", "/in/sub/file"),
        ("../up/in/sub/file", "/in/sub/file"), ("...", "/in/sub/..."),
    ])
    func allows(path: String, resolved: String) {
        #expect(resolve(path) == .success(resolved))
    }

    @Test func allowsAbsolutePathsInside() {
        #expect(resolve(folder.path + "/in/sub/file") == .success("/in/sub/file"))
    }

    @Test(arguments: [
        "../../out/secret", "../up/out/secret", "../absolute/passwd", "../absolute/new", "../dangling", "/etc/passwd",
        "/", "../../inside/file", "../../in2", "nosuch/../../../out/secret", "nosuch/../file", "../dangling/x",
    ])
    func refuses(path: String) {
        #expect(kind(path) == .permission)
    }

    @Test func allowPathsWidensIt() throws {
        let wider = Workspace(
            root: folder.path + "/in", workingDirectory: folder.path + "/in/sub",
            allowed: ["../out", folder.path + "/new/file", "../gone/../.."])
        #expect(try wider.resolve("../../out/secret") == folder.path + "/out/secret")
        #expect(try wider.resolve(folder.path + "/new/file") == folder.path + "/new/file")
        #expect(throws: StepFailure.self) { try wider.resolve(folder.path + "/new/other") }
        #expect(throws: StepFailure.self) { try wider.resolve("/etc/passwd") }
        #expect(throws: StepFailure.self) { try wider.resolve("../../inside/file") }
    }

    @Test func saysWhatWasRefused() {
        guard case .failure(let failure) = resolve("/etc/passwd") else { return }
        #expect(
            failure.message
                == "/etc/passwd is outside the workspace \(folder.path)/in; `allow_paths` of the step lets it in")
    }

    @Test func refusesWhatIsNoPath() {
        #expect(kind("") == .invalidInput)
        #expect(kind("a\0b") == .invalidInput)
        #expect(kind("file/x") == .notFound)
        #expect(kind("../loop") == .permission)
    }
}
