import SwitchyardCore
import Testing

extension [EventEnvelope] {
    /// The record of a run whose process died right after its first event of `type`, of `step` if that is given.
    func through(_ type: String, _ step: StepPath? = nil) throws -> [EventEnvelope] {
        let last = try #require(firstIndex { $0.event.type == type && (step == nil || $0.step == step) })
        return Array(self[...last])
    }
}
