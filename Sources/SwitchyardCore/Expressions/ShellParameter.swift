/// What a `${…}` of a script does, as far as quoting and computing go.
struct ShellParameter: Hashable, Sendable {
    /// Scalars from the `$` to behind the operator, or to behind the name if there is no operator that is known.
    private(set) var length: Int
    /// The variable: a name, a number or a sign; empty if there is none.
    private(set) var name = ""
    /// Whether any word may stand behind the operator: `${name:-…}` and its like.
    private(set) var takesWord = false
    /// Whether it is `${name=…}` or `${name:=…}`, which gives the variable's value, and so loses the quotes of the word.
    private(set) var assigns = false
    /// Whether what stands behind the name is computed: `${name:…}`, `${name[…]}`.
    private(set) var isComputed = false
    /// Whether the variable's value is the name of another: `${!name}`.
    private(set) var isIndirect = false
    /// The array, in `${name[…]}`.
    private(set) var array: String?

    /// Reads the beginning of the `${` at the scalar `start` of `text`.
    init(_ text: SourceText, at start: Int) {
        var index = start + 2
        func isAt(_ scalars: String) -> Bool {
            index < text.scalars.count && scalars.unicodeScalars.contains(text.scalars[index])
        }
        // `${#…}` and `${!…}` are a length and an indirection. No operator behind them takes a word for sure.
        let isPrefixed = isAt("#!")
        let isReference = isAt("!")
        if isPrefixed { index += 1 }
        let nameStart = index
        while index < text.scalars.count, ShellWord.continuesName(text.scalars[index]) { index += 1 }
        if index == nameStart, !isPrefixed, isAt("@*?-$") { index += 1 }
        length = index - start
        guard index > nameStart else { return }
        name = text.text(nameStart..<index)
        // `${!name*}` and `${!name[@]}` list names and indices.
        isIndirect = isReference && !isAt("*@[")
        if isAt("[") {
            isComputed = true
            array = name
            return
        }
        let hasColon = isAt(":")
        if hasColon { index += 1 }
        if isAt("-=+?"), !isPrefixed {
            takesWord = true
            assigns = isAt("=")
            length = index + 1 - start
        } else {
            isComputed = hasColon
        }
    }
}
