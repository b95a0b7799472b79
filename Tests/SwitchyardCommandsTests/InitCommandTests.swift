import Glibc
import SwitchyardCore
import Testing

@testable import SwitchyardCommands

@Suite struct InitCommandTests {
    private let folder = TemporaryFolder()

    private func failure(_ file: String) -> String {
        let failure = #expect(throws: CommandFailure.self) { try InitCommand.write(file) }
        guard case .usage(let sentence, let hint)? = failure else { return "\(String(describing: failure))" }
        return (sentence + (hint.map { " (\($0))" } ?? "")).replacing(folder.path, with: "")
    }

    @Test func `a new file, and what to do with it`() throws {
        let file = "\(folder.path)/Deploy it.yaml"
        let text = try InitCommand.write(file).replacing(folder.path, with: "")
        #expect(
            text == """
                wrote /Deploy it.yaml. Next:
                  switchyard validate '/Deploy it.yaml'   check it
                  switchyard plan '/Deploy it.yaml'       see what waits for what
                  switchyard run '/Deploy it.yaml'        run it

                """)
        let written = try TextFile.read(file).get()
        #expect(written == StarterPipeline.text(id: "deploy-it", file: "'\(file)'"))
        #expect(written.hasPrefix("# yaml-language-server: $schema="))
    }

    @Test func `nothing is overwritten`() throws {
        folder.write("mine", to: "pipeline.yaml")
        let file = "\(folder.path)/pipeline.yaml"
        #expect(
            failure(file)
                == "/pipeline.yaml is there already, and nothing is overwritten (switchyard init /pipeline-2.yaml)")
        #expect(try TextFile.read(file).get() == "mine")
        folder.write("", to: "pipeline-2.yaml")
        symlink("nowhere", "\(folder.path)/pipeline-3.yaml")
        #expect(failure(file).hasSuffix("(switchyard init /pipeline-4.yaml)"))
        #expect(failure("\(folder.path)/pipeline-3.yaml").hasPrefix("/pipeline-3.yaml is there already"))
        #expect(access("\(folder.path)/nowhere", F_OK) != 0)
    }

    @Test func `where no file can be`() {
        #expect(failure("\(folder.path)/a/b.yaml") == "the folder of /a/b.yaml is not there (mkdir -p /a)")
        #expect(failure("") == " is no name for a file (switchyard init pipeline.yaml)")
        #expect(failure("\(folder.path)/a/") == "the folder of /a/pipeline.yaml is not there (mkdir -p /a)")
    }

    @Test(arguments: ["", "/"])
    func `a folder gets the file`(_ end: String) throws {
        let text = try InitCommand.write(folder.path + end).replacing(folder.path, with: "")
        #expect(text.hasPrefix("wrote /pipeline.yaml. Next:\n  switchyard validate /pipeline.yaml "))
        #expect(try TextFile.read("\(folder.path)/pipeline.yaml").get().contains("\nid: pipeline\n"))
        #expect(failure(folder.path + end).hasPrefix("/pipeline.yaml is there already"))
    }

    @Test(arguments: [
        ("pipeline.yaml", "pipeline"), ("a/b/Deploy Web.prod.yaml", "deploy-web"), ("_x.yml", "x"),
        ("é.yaml", "pipeline"),
        (".yaml", "yaml"), ("42", "42"), ("---.yaml", "pipeline"),
    ])
    func `the id comes from the name`(_ file: String, _ id: String) {
        #expect(StarterPipeline.id(for: file) == id)
    }

    @Test(arguments: [
        ("a-b_c.yaml", "a-b_c.yaml"), ("a b", "'a b'"), ("it's", #"'it'\''s'"#), ("", "''"), ("-x", "'-x'"),
        ("~", "'~'"),
        ("$HOME", "'$HOME'"), ("é", "'é'"),
    ])
    func `words for a shell`(_ text: String, _ word: String) {
        #expect(ShellWord.quoted(text) == word)
    }
}
