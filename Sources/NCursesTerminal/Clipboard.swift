import FoundationEssentials
import Glibc

extension NCursesTerminal {
    /// How much text is copied at most, in bytes: terminals drop longer sequences whole.
    private static let maximumCopy = 74_994

    /// Asks the terminal to put `text` on the clipboard (OSC 52, which works over SSH and, with `set-clipboard on`,
    /// through tmux). Returns whether it was asked: what the terminal does with it cannot be known.
    ///
    /// The text travels in base64, so nothing in it reaches the terminal as bytes.
    package func copy(_ text: String) -> Bool {
        guard !isClosed, !text.isEmpty, text.utf8.count <= Self.maximumCopy else { return false }
        let sequence = "\u{1B}]52;c;\(Data(text.utf8).base64EncodedString())\u{07}"
        return Array(sequence.utf8).withUnsafeBytes { bytes in
            write(descriptor, bytes.baseAddress, bytes.count) == bytes.count
        }
    }
}
