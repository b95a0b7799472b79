import Glibc
import SwitchyardCore

/// A person's own editor, for the definition of a run.
struct DefinitionEditor: Sendable {
    let environment: ProcessEnvironment
    var process = EditorProcess()

    /// `text` as the person left it; nil where nothing was changed.
    ///
    /// - Parameter name: what the file is called, for the editor's sake.
    func edit(_ text: String, name: String) throws(CommandFailure) -> String? {
        let path = try makeFile(text, name: name)
        let edited = try edit(fileAt: path, madeFrom: text)
        unlink(path)
        return edited == text ? nil : edited
    }

    /// What the person left in the file at `path`, which stays. An editor that failed leaves it only where it holds
    /// something else than `text`. Blocks.
    func edit(fileAt path: String, madeFrom text: String) throws(CommandFailure) -> String {
        let variables = environment.variables
        let named = [variables["VISUAL"], variables["EDITOR"]].compactMap(\.self).first { !$0.isEmpty }
        let editor = named ?? "vi"
        let ending = process.run(editor, on: path)
        let left = TextFile.read(path)
        if let reason = ending.reason {
            var hint: String?
            if case .success(text) = left {
                unlink(path)
            } else {
                hint = "what it left is in \(path)"
            }
            if ending == .notFound { hint = "VISUAL or EDITOR names another" }
            throw .usage("the editor `\(editor)` \(reason); nothing was started", hint: hint)
        }
        switch left {
        case .failure(let failure): throw .usage("\(path) cannot be read: \(failure.reason)")
        case .success(let edited): return edited
        }
    }

    /// A file that holds `text`, for the person alone.
    func makeFile(_ text: String, name: String) throws(CommandFailure) -> String {
        let folder = environment.variables["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        var template = Array("\(folder)/switchyard-XXXXXX-\(name)".utf8CString)
        // Made with mode 0600.
        let descriptor = mkstemps(&template, Int32(name.utf8.count + 1))
        guard descriptor >= 0 else {
            throw .usage("no file can be made in \(folder): \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        StandardStream(descriptor: descriptor).write(text)
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

extension RunCreated {
    /// What a file with the run's definition is to be called.
    var fileName: String { file.split(separator: "/").last.map(String.init) ?? "pipeline.yaml" }
}
