import SwitchyardCore
import TerminalUI

/// A state as a glyph, a word and a role: never a colour alone.
struct StateLook: Hashable {
    let glyph: Glyph
    let word: String
    let role: Role

    init(_ glyph: Glyph, _ word: String, _ role: Role) {
        self.glyph = glyph
        self.word = word
        self.role = role
    }
}

extension StepState {
    var look: StateLook {
        switch self {
        case .pending: StateLook("○", "waiting", .waiting)
        case .ready: StateLook("○", "ready", .text)
        case .running: StateLook("●", "running", .running)
        case .waiting(.retry): StateLook("↻", "retry", .retry)
        case .succeeded: StateLook("✓", "done", .ok)
        case .failed: StateLook("✗", "failed", .failed)
        case .skipped: StateLook("⊘", "skipped", .skipped)
        case .cancelled: StateLook("⊘", "cancelled", .skipped)
        case .outcomeUnknown: StateLook("◇", "unknown", .held)
        }
    }
}

extension RunStatus {
    var look: StateLook {
        switch self {
        case .pending: StateLook("○", "pending", .waiting)
        case .running: StateLook("●", "running", .running)
        case .paused: StateLook("‖", "paused", .paused)
        case .waiting: StateLook("○", "waiting", .waiting)
        case .succeeded: StateLook("✓", "succeeded", .ok)
        case .failed: StateLook("✗", "failed", .failed)
        case .cancelled: StateLook("⊘", "cancelled", .skipped)
        case .interrupted: StateLook("✗", "interrupted", .held)
        }
    }
}
