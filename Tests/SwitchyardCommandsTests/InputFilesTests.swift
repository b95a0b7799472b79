import Glibc
import SwitchyardCore
import Testing

@testable import SwitchyardCommands

@Suite struct InputFilesTests {
    private let folder = TemporaryFolder()

    private func read(_ name: String, limit: Int = 1 << 16) -> Result<
        InputSurroundings.File, InputSurroundings.FileProblem
    > {
        InputFile.read("\(folder.path)/\(name)", limit: limit)
    }

    @Test func `a file's text, and whether others may read it`() {
        folder.write("s3cret\n", to: "mine")
        folder.write("s3cret\n", to: "everyone", mode: 0o644)
        folder.write("s3cret\n", to: "group", mode: 0o640)
        #expect(read("mine") == .success(.init(text: "s3cret\n")))
        #expect(read("everyone") == .success(.init(text: "s3cret\n", isExposed: true)))
        #expect(read("group") == .success(.init(text: "s3cret\n", isExposed: true)))
    }

    @Test func `what cannot be read`() {
        folder.write("12345", to: "five")
        folder.write("a\0b", to: "nul")
        #expect(read("five", limit: 5) == .success(.init(text: "12345")))
        folder.write(String(repeating: "x", count: 1025), to: "large")
        #expect(read("large", limit: 1024) == .failure(.init("is larger than 1 KiB")))
        #expect(read("nul") == .failure(.init("is no UTF-8 text")))
        #expect(read("gone") == .failure(.init("is not there", isMissing: true)))
        #expect(read("five/x") == .failure(.init("is not there", isMissing: true)))
        #expect(read(".") == .failure(.init("is a folder")))
        #expect(InputFile.read("/dev/zero", limit: 1024) == .failure(.init("is larger than 1 KiB")))
    }

    @Test func `an input that is a file`() {
        folder.write("", to: "empty")
        #expect(InputFile.objection(to: "\(folder.path)/empty") == nil)
        #expect(InputFile.objection(to: "\(folder.path)/gone") == "is not there")
        #expect(InputFile.objection(to: folder.path) == "is a folder")
    }

    @Test func `a tilde is the home folder`() {
        #expect(InputFile.expanded("~/.token", home: "/home/ada") == "/home/ada/.token")
        #expect(InputFile.expanded("~ada/.token", home: "/home/ada") == "~ada/.token")
        #expect(InputFile.expanded("a/~/b", home: "/home/ada") == "a/~/b")
        #expect(InputFile.expanded("~/x", home: nil) == "~/x")
        folder.write("s3cret", to: "token")
        let environment = ProcessEnvironment(
            variables: ["HOME": folder.path], workingDirectory: "/", userName: "ada")
        #expect(InputSurroundings.system(environment).read("~/token", 100) == .success(.init(text: "s3cret")))
    }

    @Test func `options become what was given`() throws {
        let given = try InputOptions.given(
            texts: ["host=a=b", "note="], files: ["list=l.json"], documents: ["in.yaml"], secrets: ["token=env:TOKEN"]
        ) { path throws(CommandFailure) in .string(path) }
        #expect(given.texts == [.init("host", "a=b"), .init("note", "")])
        #expect(given.files == [.init("list", "l.json")])
        #expect(given.documents == [.init(path: "in.yaml", value: "in.yaml")])
        #expect(given.secrets == [.init("token", "env:TOKEN")])
    }

    @Test(arguments: [
        ("--input", "host"), ("--input", "=x"), ("--input-file", "list="), ("--input-file", "x"),
        ("--secret", "s3cret"), ("--secret", "=s3cret"),
    ])
    func `options that name nothing`(_ option: String, _ text: String) {
        let failure = #expect(throws: CommandFailure.self) {
            try InputOptions.given(
                texts: option == "--input" ? [text] : [], files: option == "--input-file" ? [text] : [],
                secrets: option == "--secret" ? [text] : []
            ) { _ throws(CommandFailure) in .null }
        }
        guard case .usage(let sentence, let hint?)? = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(!sentence.contains("s3cret"))
        #expect(hint.hasPrefix("write \(option) name="))
    }
}
