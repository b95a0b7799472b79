import TerminalUI

/// Where the parts of the list of runs stand.
enum RunsLayout {
    /// Header, column names, keys and status.
    static let fixedRows = 4
}
