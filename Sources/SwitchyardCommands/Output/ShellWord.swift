/// Words of commands that a person may paste into a shell.
enum ShellWord {
    /// `text` as one word: as it is where no shell sees more in it, otherwise in single quotes.
    static func quoted(_ text: String) -> String {
        let hasSpecial = text.contains { character in
            let isWord = character.isASCII && (character.isLetter || character.isWholeNumber)
            return !isWord && !"_-./,:+@%=~".contains(character)
        }
        let isPlain = !text.isEmpty && text.first != "-" && text.first != "~" && !hasSpecial
        return isPlain ? text : "'\(text.replacing("'", with: "'\\''"))'"
    }
}
