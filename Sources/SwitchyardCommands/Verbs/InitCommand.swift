import ArgumentParser
import SwitchyardCore

/// `switchyard init`: a pipeline to start from.
struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write a commented pipeline to start from.",
        discussion: """
            It runs as it is, without a network and without keys. Nothing is ever overwritten.

              switchyard init
              switchyard init pipelines/deploy.yaml
            """
    )

    @Argument(help: ArgumentHelp("The file to write.", valueName: "file"))
    var file = "pipeline.yaml"

    @MainActor
    mutating func run() async throws {
        StandardStream.output.write(try Self.write(file))
    }

    /// Writes the file and returns what to say about it.
    static func write(_ file: String) throws(CommandFailure) -> String {
        guard !file.isEmpty, !file.hasSuffix("/"), !file.utf8.contains(0) else {
            throw .usage("\(file) is no name for a file", hint: "switchyard init pipeline.yaml")
        }
        let word = ShellWord.quoted(file)
        // A name may hold line ends, which would leave the comment.
        let named = word.allSatisfy { !$0.isNewline } ? word : "FILE"
        let text = StarterPipeline.text(id: StarterPipeline.id(for: file), file: named)
        switch NewFile.write(text, to: file) {
        case .success: break
        case .failure(.exists):
            let free = NewFile.freeName(like: file).map { "switchyard init \(ShellWord.quoted($0))" }
            throw .usage("\(file) is there already, and nothing is overwritten", hint: free)
        case .failure(.noFolder):
            let folder = file.lastIndex(of: "/").map { String(file[..<$0]) } ?? file
            throw .usage("the folder of \(file) is not there", hint: "mkdir -p \(ShellWord.quoted(folder))")
        case .failure(.failed(let reason)):
            throw .usage("\(file) cannot be written: \(reason)")
        }
        let commands = [("validate", "check it"), ("plan", "see what waits for what"), ("run", "run it")]
        let width = Cleaned.line(word).count + "switchyard validate ".count
        return "wrote \(Cleaned.line(file)). Next:\n"
            + commands.map { verb, purpose in
                let command = "switchyard \(verb) \(Cleaned.line(word))"
                return "  \(command)\(String(repeating: " ", count: max(0, width - command.count) + 3))\(purpose)\n"
            }.joined()
    }
}
