import TerminalUI

/// What curses read, before it has a meaning.
enum RawInput: Hashable, Sendable {
    case character(UInt32)
    /// A key by the name that curses gives it: codes of modified keys differ between terminals.
    case key(String)
    case pasteBegin
    case pasteEnd
    case mouse(MouseEvent)
}

/// Turns what curses read into input events.
///
/// Feed it all that can be read at once, then call `endBatch`: an Escape with nothing right behind it is the key, one
/// with a character behind it is Alt.
struct KeyDecoder {
    /// Pastes longer than this are cut, so that a file pasted by mistake cannot fill the memory.
    static let maximumPaste = 1 << 20

    private var hasEscape = false
    private var paste: String.UnicodeScalarView?

    /// The events that a piece of input completes.
    mutating func decode(_ input: RawInput) -> [InputEvent] {
        if paste != nil { return continuePaste(input) }
        switch input {
        case .character(27):
            defer { hasEscape = true }
            return endBatch()
        case .character(let value):
            guard let key = Self.key(ofCharacter: value) else { return endBatch() }
            if hasEscape, case .character(let character) = key {
                hasEscape = false
                return [.key(.alt(character))]
            }
            return endBatch() + [.key(key)]
        case .key(let name): return endBatch() + (Self.key(named: name).map { [.key($0)] } ?? [])
        case .mouse(let event): return endBatch() + [.mouse(event)]
        case .pasteEnd: return endBatch()
        case .pasteBegin:
            let events = endBatch()
            paste = String.UnicodeScalarView()
            return events
        }
    }

    /// The events that the end of what can be read completes: an Escape by itself.
    mutating func endBatch() -> [InputEvent] {
        defer { hasEscape = false }
        return hasEscape ? [.key(.escape)] : []
    }

    private mutating func continuePaste(_ input: RawInput) -> [InputEvent] {
        switch input {
        case .character(let value):
            guard let scalar = Unicode.Scalar(value), (paste?.count ?? 0) < Self.maximumPaste else { return [] }
            paste?.append(scalar == "\r" ? "\n" : scalar)
            return []
        case .key, .pasteBegin, .mouse: return []
        case .pasteEnd:
            let text = String(paste ?? String.UnicodeScalarView())
            paste = nil
            return [.paste(text)]
        }
    }

    private static func key(ofCharacter value: UInt32) -> KeyPress? {
        switch value {
        case 8, 127: return .backspace
        case 9: return .tab
        case 10, 13: return .enter
        case 0..<32:
            // Control takes the upper bits off: ^A is 1, ^_ is 31.
            guard let letter = Unicode.Scalar(value + 64) else { return nil }
            return .ctrl(Character(String(letter).lowercased()))
        default: return Unicode.Scalar(value).map { .character(Character($0)) }
        }
    }

    private static func key(named name: String) -> KeyPress? {
        if name.hasPrefix("KEY_F("), let number = Int(name.dropFirst(6).dropLast()) { return .function(number) }
        if let key = keys[name] { return key }
        // Names of modified keys end in the modifier, as kUP5 for Control.
        guard name.first == "k", let last = name.last, last.isNumber else { return nil }
        return modifiedKeys[String(name.dropLast())]
    }

    private static let keys: [String: KeyPress] = [
        "KEY_UP": .up, "KEY_DOWN": .down, "KEY_LEFT": .left, "KEY_RIGHT": .right, "KEY_SR": .up, "KEY_SF": .down,
        "KEY_SLEFT": .left, "KEY_SRIGHT": .right, "KEY_HOME": .home, "KEY_END": .end, "KEY_FIND": .home,
        "KEY_SELECT": .end, "KEY_SHOME": .home, "KEY_SEND": .end, "KEY_PPAGE": .pageUp, "KEY_NPAGE": .pageDown,
        "KEY_SPREVIOUS": .pageUp, "KEY_SNEXT": .pageDown, "KEY_A1": .home, "KEY_A3": .pageUp, "KEY_C1": .end,
        "KEY_C3": .pageDown, "KEY_DC": .delete, "KEY_SDC": .delete, "KEY_IC": .insert, "KEY_BACKSPACE": .backspace,
        "KEY_ENTER": .enter, "KEY_BTAB": .backtab,
    ]

    private static let modifiedKeys: [String: KeyPress] = [
        "kUP": .up, "kDN": .down, "kLFT": .left, "kRIT": .right, "kHOM": .home, "kEND": .end, "kPRV": .pageUp,
        "kNXT": .pageDown, "kDC": .delete, "kIC": .insert,
    ]
}
