import TerminalUI

/// One line of help.
enum HelpLine: Hashable {
    case heading(String)
    case entry(keys: String, text: String)
    case blank
}

/// Help, made from the keymap.
enum HelpText {
    static func lines(for view: KeyView) -> [HelpLine] {
        var lines: [HelpLine] = []
        let bindings = Keymap.bindings(of: view)
        for group in Binding.Group.allCases {
            let members = bindings.filter { $0.group == group }
            guard !members.isEmpty else { continue }
            if !lines.isEmpty { lines.append(.blank) }
            lines.append(.heading(group.rawValue))
            for binding in members {
                lines.append(.entry(keys: binding.keyNames, text: binding.help))
            }
        }
        lines += [.blank, .heading("Command line")]
        lines += CommandName.allCases.map { .entry(keys: $0.usage, text: $0.help) }
        return lines
    }
}

extension Binding {
    /// The keys as help and the key bar show them.
    var keyNames: String {
        keys.map { key in
            switch key {
            case .left: "←"
            case .right: "→"
            case .up: "↑"
            case .down: "↓"
            case .character, .ctrl, .alt, .enter, .escape, .tab, .backtab, .backspace, .delete, .insert, .home, .end,
                .pageUp, .pageDown, .function:
                key.description
            }
        }.joined(separator: " ")
    }
}
