/// A key, as a value.
package enum KeyPress: Hashable, Sendable {
    /// A key that types something; capital letters and the space among them.
    case character(Character)
    /// A letter, in lower case, or one of `@ [ \ ] ^ _` with Control.
    case ctrl(Character)
    /// A character with Alt, or after Escape within 25 ms; terminals send the same bytes for both.
    case alt(Character)
    case enter
    case escape
    case tab
    case backtab
    case backspace
    case delete
    case insert
    case up
    case down
    case left
    case right
    case home
    case end
    case pageUp
    case pageDown
    /// F1 and so on.
    case function(Int)
}

/// Something the user did, or that befell the terminal.
package enum InputEvent: Hashable, Sendable {
    case key(KeyPress)
    /// Pasted text as it came, not cleaned; lines end in `\n`.
    case paste(String)
    case mouse(MouseEvent)
    /// The screen has another size; what was on it is void.
    case resize(Size)
    /// The program runs again after a stop; the last frame has been repainted.
    case resumed
}

/// A mouse button or wheel used at a place.
package struct MouseEvent: Hashable, Sendable {
    /// What was done with the mouse.
    package enum Kind: Hashable, Sendable {
        case press
        case release
        case drag
        case scrollUp
        case scrollDown
    }

    package let kind: Kind
    package let column: Int
    package let row: Int

    /// An event at a place, counted from zero at the upper left.
    package init(_ kind: Kind, column: Int, row: Int) {
        self.kind = kind
        self.column = column
        self.row = row
    }
}
