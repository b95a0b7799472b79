import ArgumentParser
import SwitchyardCore
import SwitchyardTools

/// `switchyard init`: a pipeline to start from.
struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write a commented pipeline to start from.",
        discussion: """
            It runs as it is, without a network and without keys. Nothing is ever overwritten.

              switchyard init
              switchyard init pipelines/deploy.yaml
              switchyard init pipelines/               pipelines/pipeline.yaml
            """
    )

    @Argument(
        help: ArgumentHelp("The file to write; in a folder that is there, pipeline.yaml.", valueName: "file"))
    var file = InitCommand.defaultName

    @MainActor
    mutating func run() async throws {
        StandardStream.output.write(try Self.write(file))
    }

    private static let defaultName = "pipeline.yaml"

    /// Writes the file and returns what to say about it.
    ///
    /// - Parameter path: the file, or a folder to write it into.
    static func write(_ path: String) throws(CommandFailure) -> String {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw .usage("\(path) is no name for a file", hint: "switchyard init \(defaultName)")
        }
        let isFolder = path.hasSuffix("/") || FileStatus.of(path).status?.kind == .directory
        let file = isFolder ? path + (path.hasSuffix("/") ? "" : "/") + defaultName : path
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
