package import TerminalUI

/// A terminal that keeps the frames it is given and sends the input a test writes.
@MainActor
package final class RecordingTerminal: Terminal {
    package private(set) var size: Size
    package let capabilities: TerminalCapabilities
    package var onInput: (@MainActor (InputEvent) -> Void)?
    package var isBusy = false

    /// Every frame that differed from the one before it.
    package private(set) var frames: [Frame] = []

    /// What was asked of it besides frames, in order.
    package private(set) var calls: [Call] = []

    /// What can be asked of a terminal besides showing frames.
    package enum Call: Hashable, Sendable {
        case redraw
        case suspend
        case leave, comeBack
        case close
    }

    /// A terminal of a size, by default with every capability.
    package init(
        size: Size = Size(columns: 80, rows: 24),
        capabilities: TerminalCapabilities = TerminalCapabilities(colorDepth: .direct, isUnicode: true)
    ) {
        self.size = size
        self.capabilities = capabilities
    }

    /// The last frame.
    package var frame: Frame? { frames.last }

    /// Sends input; a resize changes the size first, as on a real terminal.
    package func send(_ events: InputEvent...) {
        for event in events {
            if case .resize(let size) = event { self.size = size }
            onInput?(event)
        }
    }

    /// Presses keys, given by name: `press("j", "^D", "Enter")`; names of no key are typed letter by letter.
    package func press(_ names: String...) {
        for name in names {
            if let key = KeyPress(name) {
                send(.key(key))
            } else {
                for character in name { send(.key(.character(character))) }
            }
        }
    }

    package func present(_ frame: Frame) {
        if frame != frames.last { frames.append(frame) }
    }

    package func redraw() { calls.append(.redraw) }

    package func suspend() {
        calls.append(.suspend)
        send(.resumed)
    }

    package func leave() { calls.append(.leave) }

    package func comeBack() { calls.append(.comeBack) }

    package func close() { calls.append(.close) }
}
