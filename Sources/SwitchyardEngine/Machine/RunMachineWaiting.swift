import OrderedCollections
import SwitchyardCore

// Steps that wait: for a moment, for a person.

extension RunMachine {
    mutating func beginWait(_ unit: UnitID, _ wait: WaitStep, cause: Int, actor: Actor?) {
        let input: Value
        let until: Timestamp
        do throws(StepFailure) {
            (input, until) = try due(wait, of: unit)
        } catch {
            failWithoutAttempt(unit, error, cause: cause)
            return
        }
        guard !takeRecorded(unit, input: input, cause: cause) else { return }
        beginWaiting(unit, input: input, cause: cause, actor: actor)
        emit(.timerSet(until: until), step: path(unit), durability: .disk)
        instructions.append(.setTimer(.wait(path(unit)), after: max(.zero, until.since(now))))
    }

    private func due(_ wait: WaitStep, of unit: UnitID) throws(StepFailure) -> (input: Value, until: Timestamp) {
        switch wait {
        case .duration(let template):
            let text = try text(of: template, unit)
            guard let duration = DurationText.parse(text) else {
                throw StepFailure(.invalidInput, "`wait.for` wants a duration such as 30s, not \(text)")
            }
            return (["for": .string(text)], now.advanced(by: duration))
        case .until(let template):
            let text = try text(of: template, unit)
            guard let moment = Timestamp(iso8601: text) else {
                throw StepFailure(
                    .invalidInput, "`wait.until` wants a moment such as 2026-01-31T18:00:00Z, not \(text)")
            }
            return (["until": .string(text)], moment)
        case .event:
            throw StepFailure(.notFound, "this version of Switchyard does not wait for events")
        }
    }

    private func text(of template: Template, _ unit: UnitID) throws(StepFailure) -> String {
        do throws(EvaluationError) {
            return try template.text(in: definition.scopes.scope(of: step(unit), at: path(unit), in: snapshot))
        } catch {
            throw StepFailure(.invalidInput, error.message)
        }
    }

    mutating func ask(_ unit: UnitID, _ approval: ApprovalStep, cause: Int, actor: Actor?) {
        let message: String
        do throws(StepFailure) {
            message = try text(of: approval.message, unit)
        } catch {
            failWithoutAttempt(unit, error, cause: cause)
            return
        }
        let input: Value = ["message": .string(message)]
        guard !takeRecorded(unit, input: input, cause: cause) else { return }
        beginWaiting(unit, input: input, cause: cause, actor: actor)
        let until = approval.timeout.map { now.advanced(by: $0) }
        emit(
            .approvalRequested(ApprovalRequest(message: message, until: until)), step: path(unit), durability: .disk)
        if let limit = approval.timeout { instructions.append(.setTimer(.wait(path(unit)), after: limit)) }
    }

    private mutating func beginWaiting(_ unit: UnitID, input: Value, cause: Int, actor: Actor?) {
        frames[unit.frame].steps[unit.index].wait()
        frames[unit.frame].began(unit.index)
        let started = StepStarted(
            key: definition.idempotencyKey(of: path(unit)), input: input, inputHash: input.hash, effect: .pure)
        // Another process may have begun to wait and recorded no more than that.
        let number = (snapshot.steps[path(unit)]?.attempts.last?.number ?? 0) + 1
        emit(.stepStarted(started), step: path(unit), attempt: number, cause: cause, actor: actor)
    }

    /// The attempt of a step that waits.
    private func waitingAttempt(of path: StepPath) -> Int {
        snapshot.steps[path]?.attempts.last?.number ?? 1
    }

    /// The moment has come, or nobody answered in time.
    mutating func waitEnded(_ path: StepPath) {
        guard let unit = units[path], case .waiting = state(unit) else { return }
        if case .approval(let approval) = step(unit).kind {
            let isApproved = approval.onTimeout == .approve
            emit(.approvalExpired(isApproved: isApproved), step: path, attempt: waitingAttempt(of: path))
            answered(unit, isApproved: isApproved, by: nil)
        } else {
            emit(.timerFired, step: path, attempt: waitingAttempt(of: path))
            endWaiting(unit, .null, summary: nil)
        }
    }

    mutating func answerApproval(_ path: StepPath, _ isApproved: Bool, by actor: Actor) throws(CommandRefusal) {
        guard let unit = units[path] else {
            throw snapshot.steps[path] == nil ? .unknownStep(path) : .stepHasEnded(path)
        }
        guard case .waiting = state(unit), case .approval(let approval) = step(unit).kind else {
            throw .notAsking(path)
        }
        emit(.approvalAnswered(isApproved: isApproved), step: path, attempt: waitingAttempt(of: path), actor: actor)
        if approval.timeout != nil { instructions.append(.cancelTimer(.wait(path))) }
        answered(unit, isApproved: isApproved, by: actor)
    }

    private mutating func answered(_ unit: UnitID, isApproved: Bool, by actor: Actor?) {
        let output: Value = [
            "approved": .bool(isApproved), "by": Value(actor?.name), "at": .string(now.iso8601),
        ]
        endWaiting(unit, output, summary: isApproved ? "approved" : "rejected")
    }

    private mutating func endWaiting(_ unit: UnitID, _ output: Value, summary: String?) {
        frames[unit.frame].steps[unit.index].end()
        left(unit)
        endSucceeded(
            unit, ToolOutput(output, summary: summary), attempt: waitingAttempt(of: path(unit)), durability: .disk)
    }
}
