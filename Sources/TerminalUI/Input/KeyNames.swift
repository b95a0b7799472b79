extension KeyPress: CustomStringConvertible {
    /// The key as help shows it and keymaps write it: `x`, `^R`, `Enter`, `S-Tab`, `F5`, `M-x`.
    package var description: String {
        switch self {
        case .character(" "): return "Space"
        case .character(let character): return String(character)
        case .ctrl(let character): return "^" + character.uppercased()
        case .alt(let character): return "M-" + (character == " " ? "Space" : String(character))
        case .function(let number): return "F\(number)"
        case .enter, .escape, .tab, .backtab, .backspace, .delete, .insert, .up, .down, .left, .right, .home, .end,
            .pageUp, .pageDown:
            return Self.names.first { $0.key == self }?.name ?? ""
        }
    }

    /// The key a keymap names, as `description` writes it; names of keys in any case. Nil for anything else.
    package init?(_ description: String) {
        if description.count == 1, let character = description.first {
            self = .character(character)
            return
        }
        let lowercased = description.lowercased()
        if let named = Self.names.first(where: { $0.name.lowercased() == lowercased }) {
            self = named.key
        } else if lowercased == "space" {
            self = .character(" ")
        } else if lowercased.hasPrefix("f"), let number = Int(lowercased.dropFirst()), (1...63).contains(number) {
            self = .function(number)
        } else if lowercased.hasPrefix("m-"), let key = KeyPress(String(description.dropFirst(2))),
            case .character(let character) = key
        {
            self = .alt(character)
        } else if description.first == "^", description.count == 2, let character = lowercased.last,
            ("a"..."z").contains(character) || "@[\\]^_".contains(character)
        {
            self = .ctrl(character)
        } else {
            return nil
        }
    }

    private static let names: [(key: KeyPress, name: String)] = [
        (.enter, "Enter"), (.escape, "Esc"), (.tab, "Tab"), (.backtab, "S-Tab"), (.backspace, "Backspace"),
        (.delete, "Del"), (.insert, "Ins"), (.up, "Up"), (.down, "Down"), (.left, "Left"), (.right, "Right"),
        (.home, "Home"), (.end, "End"), (.pageUp, "PgUp"), (.pageDown, "PgDn"),
    ]
}
