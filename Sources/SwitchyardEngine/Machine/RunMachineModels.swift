import OrderedCollections
import SwitchyardCore

// What models do for steps.

extension RunMachine {
    /// The model of `attempt` asked, answered or called a tool. Nothing is recorded of an attempt that is over.
    mutating func modelActed(_ attempt: AttemptID, _ event: RunEvent) {
        guard let unit = units[attempt.step], frames[unit.frame].steps[unit.index].isUnderWay(attempt.number) else {
            return
        }
        emit(event, step: attempt.step, attempt: attempt.number, durability: .disk)
    }

    /// Tells the model of `unit` what a person says of the calls that nobody saw the end of: they took effect.
    mutating func settleOpenCalls(of unit: UnitID, attempt: Int, cause: Int) {
        for call in snapshot.steps[path(unit)]?.conversation.unsafeOpenCalls ?? [] {
            let returned = ModelToolReturned(
                id: call.id, turn: call.turn, tool: call.tool,
                content: "it took effect; what it gave was lost when the process ended", isError: false)
            emit(.modelToolReturned(returned), step: path(unit), attempt: attempt, cause: cause, durability: .disk)
        }
    }
}
