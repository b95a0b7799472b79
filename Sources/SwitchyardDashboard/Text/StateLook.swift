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
        case .waiting(.timer): StateLook("○", "timer", .waiting)
        case .waiting(.approval): StateLook("◇", "approval", .held)
        case .waiting(.call(let wait)):
            switch wait.reason {
            case .retry: StateLook("↻", "retry", .retry)
            case .rateLimit: StateLook("○", "rate limit", .held)
            case .breaker: StateLook("╱", "breaker", .held)
            case .budget: StateLook("‖", "budget", .held)
            }
        case .succeeded: StateLook("✓", "done", .ok)
        case .failed: StateLook("✗", "failed", .failed)
        case .skipped: StateLook("⊘", "skipped", .skipped)
        case .cancelled: StateLook("⊘", "cancelled", .skipped)
        case .outcomeUnknown: StateLook("◇", "unknown", .held)
        }
    }
}

extension StepSnapshot {
    /// The look of the step in `state`: a result that was taken from a record, and a breakpoint ahead, are told apart.
    func look(_ state: StepState, in snapshot: RunSnapshot) -> StateLook {
        switch state {
        case .succeeded where source != nil: StateLook("◆", "replayed", .ok)
        case .pending, .ready:
            snapshot.breakpoints.isEmpty || isPastBreakpoint
                || !breakpoints.contains(where: snapshot.breakpoints.contains)
                ? state.look : StateLook("‖", "break", .paused)
        case .running, .waiting, .succeeded, .failed, .skipped, .cancelled, .outcomeUnknown: state.look
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
