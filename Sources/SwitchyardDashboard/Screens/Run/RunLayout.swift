import TerminalUI

/// Where the parts of the run's screen stand. The same for live view and replay.
struct RunLayout: Hashable {
    enum Form: Hashable {
        /// One status line.
        case line
        /// Header, the pane with the focus, keys.
        case list
        /// Steps, inspector and one more pane, one below the other, between rules.
        case compact
        /// Four panes in boxes.
        case wide
    }

    let form: Form
    var header = Rect(column: 0, row: 0, width: 0, height: 0)
    /// Panes with their borders or rules; empty where there is no room.
    var steps = Rect(column: 0, row: 0, width: 0, height: 0)
    var inspector = Rect(column: 0, row: 0, width: 0, height: 0)
    var events = Rect(column: 0, row: 0, width: 0, height: 0)
    var logs = Rect(column: 0, row: 0, width: 0, height: 0)
    /// Keys and status, or the scrubber and keys.
    var footer = Rect(column: 0, row: 0, width: 0, height: 0)

    static func form(of size: Size) -> Form {
        if size.columns < 40 || size.rows < 10 { return .line }
        if size.columns < 60 || size.rows < 16 { return .list }
        return size.columns >= 100 && size.rows >= 24 ? .wide : .compact
    }

    /// - Parameter hasModels: whether a third row of the header, where there is room, is for breakers.
    init(size: Size, rowCount: Int, focus: Pane, bottomPane: Pane, hasModels: Bool = false) {
        form = Self.form(of: size)
        let screen = Rect(size)
        switch form {
        case .line: footer = screen.line(0)
        case .list:
            let (top, rest) = screen.splitTop(1)
            header = top
            let (body, bottom) = rest.splitBottom(1)
            footer = bottom
            switch focus {
            case .steps: steps = body
            case .inspector: inspector = body
            case .events: events = body
            case .logs: logs = body
            }
        case .compact:
            let (top, rest) = screen.splitTop(2)
            header = top
            let (body, bottom) = rest.splitBottom(2)
            footer = bottom
            stack(body, rowCount: rowCount, focus: focus, bottomPane: bottomPane)
        case .wide:
            let (top, rest) = screen.splitTop(hasModels ? 3 : 2)
            header = top
            let (body, bottom) = rest.splitBottom(2)
            footer = bottom
            box(body, rowCount: rowCount)
        }
    }

    /// The pane with the focus gets what the others can spare; the first row of steps never moves.
    private mutating func stack(_ body: Rect, rowCount: Int, focus: Pane, bottomPane: Pane) {
        let room = body.height - 3
        let least = room >= 16 ? 3 : 2
        let listed: Int
        let inspected: Int
        switch focus {
        case .steps:
            let spare = max(0, room - 2 * least - max(3, rowCount))
            listed = room - 2 * least - spare
            inspected = least + spare / 2
        case .inspector:
            listed = max(3, min(rowCount, room * 3 / 10))
            inspected = room - listed - 2
        case .events, .logs:
            listed = max(3, min(rowCount, room * 3 / 10))
            inspected = 2
        }
        let (top, rest) = body.splitTop(listed + 1)
        let (middle, bottom) = rest.splitTop(inspected + 1)
        steps = top
        inspector = middle
        if bottomPane == .logs { logs = bottom } else { events = bottom }
    }

    private mutating func box(_ body: Rect, rowCount: Int) {
        let lowest = max(8, body.height / 3)
        let upper = min(max(rowCount + 3, body.height * 2 / 5), body.height - lowest)
        let (top, bottom) = body.splitTop(upper)
        (steps, inspector) = top.splitRight(min(max(40, body.width * 34 / 100), 70))
        (events, logs) = bottom.splitLeft(body.width * 54 / 100)
    }

    /// How many rows a pane has for its content.
    func contentRows(of pane: Pane) -> Int {
        content(of: pane).height
    }

    /// Where a pane's content stands.
    func content(of pane: Pane) -> Rect {
        let rect = rect(of: pane)
        switch form {
        case .line: return rect
        case .list: return rect.inset(top: 1)
        case .compact: return rect.inset(top: 1)
        // The steps' first row inside the box names the columns.
        case .wide: return pane == .steps ? rect.inset(left: 1, top: 2, right: 1, bottom: 1) : rect.inset()
        }
    }

    func rect(of pane: Pane) -> Rect {
        switch pane {
        case .steps: steps
        case .inspector: inspector
        case .events: events
        case .logs: logs
        }
    }
}
