/// Why there is no screen to draw on; callers then print plain lines.
package enum TerminalUnavailable: Error, Hashable, Sendable {
    /// Standard output is not a terminal, or there is none to read keys from.
    case notATerminal
    /// `TERM` names a terminal that terminfo does not know, or none.
    case unknownTerminal(String)
    /// The terminal cannot place its cursor, as `dumb` cannot.
    case noCursorAddressing(String)
    /// Another `NCursesTerminal` is open.
    case alreadyOpen
    /// The system refused a descriptor or curses would not start.
    case failed
}
