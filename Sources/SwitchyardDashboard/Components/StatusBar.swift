import SwitchyardCore
import TerminalUI

/// The two rows at the bottom: which keys there are, and what there is to say.
enum StatusBar {
    /// As many keys as fit: ` s step  p pause … ? help  q back`.
    ///
    /// Help and the way back are always there; those before them go first when room is short. Keys that a run refuses
    /// now, because it is or is not over, asks nothing or is not short of money, are left out; those that answer a
    /// question stand first.
    static func keys(
        of view: KeyView, width: Int, isOver: Bool, isAsked: Bool = false, isShort: Bool = false, pen: Pen
    ) -> StyledText {
        let known = Keymap.bindings(of: view).filter { binding in
            guard binding.label != nil else { return false }
            if case .steer(let steering) = binding.command {
                return !isOver && (steering == .raiseBudget ? isShort : !steering.isAnswer || isAsked)
            }
            let needsEnd = binding.command == .editAndRetry || binding.command == .retry && view != .runs
            return isOver || !needsEnd
        }
        let first: (Binding) -> Bool = { $0.isAnswer || $0.command == .steer(.raiseBudget) }
        let bindings = known.filter(first) + known.filter { !first($0) }
        let isLast: (Binding) -> Bool = { $0.command == .help || $0.command == .back || $0.command == .quit }
        let entries = bindings.filter { !isLast($0) }.map { entry($0, pen) }
        let last = StyledText.joined(bindings.filter(isLast).map { entry($0, pen) }, gap: 2)
        var shown: [StyledText] = []
        var room = width - 1 - last.width
        for text in entries where text.width + 2 <= room {
            shown.append(text)
            room -= text.width + 2
        }
        return StyledText(" ") + StyledText.joined(shown + [last], gap: 2)
    }

    private static func entry(_ binding: Binding, _ pen: Pen) -> StyledText {
        let key = binding.keyNames.split(separator: " ").first.map(String.init) ?? ""
        return StyledText(cleaning: binding.barKeys ?? key, pen.style(.accent))
            + StyledText(cleaning: " " + (binding.label ?? ""), pen.style(.dim))
    }

    /// The message a person should read now, if there is one.
    static func toast(_ state: DashboardState, pen: Pen) -> StyledText? {
        state.toast.map { toast in
            switch toast.kind {
            case .note: StyledText(cleaning: toast.text, pen.style(.text))
            case .refusal: StyledText(cleaning: toast.text, pen.style(.paused))
            }
        }
    }

    /// ` LIVE  message                              right `.
    static func draw(_ word: StyledText, _ message: StyledText, trailing: StyledText, row: Rect, in frame: inout Frame)
    {
        guard !row.isEmpty else { return }
        let left = StyledText.joined([StyledText(" ") + word, message], gap: 2)
        let room = row.width - 1
        let showsTrailing = left.width + trailing.width + 3 <= room
        frame.write(left, column: row.column, row: row.row, maxWidth: room)
        if showsTrailing { frame.writeTrailing(trailing, in: row.inset(right: 1)) }
    }
}
