import SwitchyardCore

/// What must hold for any text that is read as a script.
enum ShellCheck {
    private static let scope = Scope(
        inputs: ["host": "web-1", "list": [1, "a b", nil], "text": "it's \"$(x)\" `y` \\"], env: ["HOME": "/root"])

    /// What is wrong, or nil.
    static func problem(with text: String) -> String? {
        problem(with: text, shell: "bash") ?? problem(with: text, shell: "sh")
    }

    private static func problem(with text: String, shell: String) -> String? {
        let template: ShellTemplate
        do throws(ExpressionError) {
            template = try ShellTemplate.parse(text, shell: shell, allowsRaw: false)
        } catch {
            return (0...text.count).contains(error.offset) ? nil : "the error lies outside the text: \(error)"
        }
        for reference in template.references where !text.dropFirst(reference.offset).hasPrefix(reference.root.rawValue)
        {
            return "a reference lies elsewhere: \(reference)"
        }
        guard let (script, arguments) = try? template.resolve(in: scope) else { return nil }
        guard arguments.count <= template.expressions.count else { return "there are more arguments than holes" }
        guard let last = arguments.indices.last else { return nil }
        // Byte by byte: an accent behind the brace would join it to another character.
        return script.utf8.contains("${SWITCHYARD_\(last + 1)}".utf8) ? nil : "a value is not expanded"
    }
}
