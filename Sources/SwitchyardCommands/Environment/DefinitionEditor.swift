import Glibc
import SwitchyardCore

/// A person's own editor, for the definition of a run.
struct DefinitionEditor {
    let environment: ProcessEnvironment

    /// `text` as the person left it; nil where nothing was changed.
    ///
    /// - Parameter name: what the file is called, for the editor's sake.
    func edit(_ text: String, name: String) throws(CommandFailure) -> String? {
        let variables = environment.variables
        let named = [variables["VISUAL"], variables["EDITOR"]].compactMap(\.self).first { !$0.isEmpty }
        let editor = named ?? "vi"
        let path = try makeFile(text, name: name)
        // As a shell command, the way git and others do it: the variable may hold arguments.
        let status = system("\(editor) \(ShellWord.quoted(path))")
        guard status == 0 else {
            throw .usage("the editor `\(editor)` failed; nothing was started", hint: "what it left is in \(path)")
        }
        switch TextFile.read(path) {
        case .failure(let failure): throw .usage("\(path) cannot be read: \(failure.reason)")
        case .success(let edited):
            unlink(path)
            return edited == text ? nil : edited
        }
    }

    private func makeFile(_ text: String, name: String) throws(CommandFailure) -> String {
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
