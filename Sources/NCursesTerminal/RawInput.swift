import CNCurses
import TerminalUI

extension NCursesTerminal {
    /// The next piece of input, nil when there is none at present; keys without a name are skipped.
    static func readInput() -> RawInput? {
        while true {
            let input = cn_read()
            switch Int(input.kind) {
            case CN_CHARACTER: return .character(input.value)
            case CN_PASTE_BEGIN: return .pasteBegin
            case CN_PASTE_END: return .pasteEnd
            case CN_MOUSE: return .mouse(mouseEvent(input))
            case CN_KEY:
                guard let name = cn_key_name(Int32(bitPattern: input.value)) else { continue }
                return .key(String(cString: name))
            default: return nil
            }
        }
    }

    private static func mouseEvent(_ input: cn_input) -> MouseEvent {
        let kind: MouseEvent.Kind =
            switch Int(input.value) {
            case CN_PRESS: .press
            case CN_RELEASE: .release
            case CN_SCROLL_UP: .scrollUp
            case CN_SCROLL_DOWN: .scrollDown
            default: .drag
            }
        return MouseEvent(kind, column: Int(input.column), row: Int(input.row))
    }
}
