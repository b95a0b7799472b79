import OrderedCollections
import SwitchyardCore

// Steps that hold other steps: `foreach` and groups.

extension RunMachine {
    mutating func expand(_ unit: UnitID, _ foreach: Foreach, cause: Int, actor: Actor?) {
        let path = path(unit)
        let expansion: MapExpansion
        do throws(StepFailure) {
            expansion = try definition.expansion(of: step(unit), foreach, at: path, in: snapshot)
        } catch {
            failWithoutAttempt(unit, error, cause: cause)
            return
        }
        beginHolding(unit, cause: cause, actor: actor)
        let seq = emit(.mapExpanded(expansion), step: path)
        let items = expansion.keys.map { path.item($0) }
        inside[unit] = open(
            Frame(items: items, of: unit, node: node(unit), window: foreach.maxParallel ?? Int.max), cause: seq)
    }

    mutating func openGroup(_ unit: UnitID, cause: Int, actor: Actor?) {
        let seq = beginHolding(unit, cause: cause, actor: actor)
        if let limit = step(unit).timeout.startToClose {
            instructions.append(.setTimer(.timeout(AttemptID(path(unit), 0)), after: limit))
        }
        openBody(unit, iteration: step(unit).until == nil ? nil : 1, cause: seq)
    }

    /// Records that `unit` is under way. Returns the event's `seq`.
    @discardableResult
    private mutating func beginHolding(_ unit: UnitID, cause: Int, actor: Actor?) -> Int {
        frames[unit.frame].steps[unit.index].open()
        frames[unit.frame].began(unit.index)
        let started = StepStarted(
            key: definition.idempotencyKey(of: path(unit)), input: .null, inputHash: Value.null.hash, effect: .pure)
        return emit(.stepStarted(started), step: path(unit), cause: cause, actor: actor)
    }

    private mutating func openBody(_ unit: UnitID, iteration: Int?, cause: Int) {
        guard let body = node(unit).body else { preconditionFailure("\(path(unit)) is no group") }
        var instance = path(unit)
        var cause = cause
        if let iteration {
            cause = emit(.loopIterated(iteration), step: instance)
            instance = instance.iteration(iteration)
        }
        inside[unit] = open(
            Frame(.body(of: unit, iteration: iteration), list: body, prefix: instance.rawValue + "/"), cause: cause)
    }

    /// Every step of `frame` has ended: so does the step it is inside of, or its next iteration begins.
    mutating func frameEnded(_ number: Int, cause: Int) {
        let frame = frames[number]
        guard let owner = frame.owner, inside[owner] == number else { return }
        inside[owner] = nil
        for path in frame.paths { units[path] = nil }
        frames[number].release()
        switch frame.kind {
        case .main, .finally, .compensation: preconditionFailure("\(frame.kind) is inside of nothing")
        case .items: itemsEnded(frame, of: owner, cause: cause)
        case .body(_, let iteration): bodyEnded(frame, of: owner, iteration: iteration, cause: cause)
        }
    }

    private mutating func itemsEnded(_ frame: Frame, of owner: UnitID, cause: Int) {
        guard !endWithFrame(frame, of: owner, noun: "item", cause: cause) else { return }
        let outputs = frame.paths.map { snapshot.steps[$0]?.output ?? .null }
        succeed(
            owner, .array(outputs), summary: "\(outputs.count) \(outputs.count == 1 ? "item" : "items")", cause: cause)
    }

    private mutating func bodyEnded(_ frame: Frame, of owner: UnitID, iteration: Int?, cause: Int) {
        guard !endWithFrame(frame, of: owner, noun: "step", cause: cause) else { return }
        let instance = iteration.map { path(owner).iteration($0) } ?? path(owner)
        let output = definition.scopes.output(ofGroup: instance, in: snapshot)
        guard let until = step(owner).until, let iteration else {
            succeed(owner, output, summary: nil, cause: cause)
            return
        }
        let isDone: Bool
        do throws(EvaluationError) {
            isDone = try until.condition.evaluate(in: definition.scopes.scope(inside: instance, in: snapshot)).isTruthy
        } catch {
            fail(owner, StepFailure(.invalidInput, "`until`: \(error.message)"), cause: cause)
            return
        }
        if isDone {
            succeed(
                owner, output, summary: "\(iteration) \(iteration == 1 ? "iteration" : "iterations")", cause: cause)
        } else if frames[owner.frame].stop != nil {
            leave(owner)
            endCancelled(owner, cause: cause, failsFrame: false)
        } else if iteration < until.maxIterations {
            openBody(owner, iteration: iteration + 1, cause: cause)
        } else {
            let message = "`until` was still false after \(iteration) iterations"
            fail(owner, StepFailure(.exhausted, message), cause: cause)
        }
    }

    /// Ends `owner` if what is inside of it failed, or was stopped. Returns whether it did.
    private mutating func endWithFrame(_ frame: Frame, of owner: UnitID, noun: String, cause: Int) -> Bool {
        switch state(owner) {
        case .open(.cancel?):
            leave(owner)
            endCancelled(owner, cause: cause, failsFrame: frames[owner.frame].stop != .cancelled)
            return true
        case .open(.skip?):
            leave(owner)
            endSkipped(owner, cause: cause)
            return true
        case .open(.timeout(let limit, let duration)?):
            fail(owner, limit.failure(after: duration), cause: cause)
            return true
        case .open(nil): break
        case .blocked, .ready, .running, .awaitingRetry, .waiting, .unknown, .ended:
            preconditionFailure("\(path(owner)) is \(state(owner))")
        }
        if let first = frame.failures.first {
            let reason = snapshot.steps[first]?.failure.map { ": \($0.message)" } ?? " was cancelled"
            let others = frame.failures.count > 1 ? ", and \(frame.failures.count - 1) more" : ""
            fail(owner, StepFailure(.part, "\(noun) \(first)\(reason)\(others)"), cause: cause)
            return true
        }
        // What all the same came to its end was not stopped.
        guard frame.stop != nil, frame.wasCut else { return false }
        leave(owner)
        endCancelled(owner, cause: cause, failsFrame: false)
        return true
    }

    private mutating func succeed(_ unit: UnitID, _ output: Value, summary: String?, cause: Int) {
        guard output.nests(atMost: JSON.maximumRecordedDepth) else {
            let message = "the result nests deeper than \(JSON.maximumRecordedDepth) levels"
            return fail(unit, StepFailure(.invalidOutput, message), cause: cause)
        }
        leave(unit)
        endSucceeded(unit, ToolOutput(output, summary: summary), cause: cause, durability: .process)
    }

    private mutating func fail(_ unit: UnitID, _ failure: StepFailure, cause: Int) {
        leave(unit)
        endFailed(unit, failure, cause: cause)
    }

    /// `unit`, which held other steps, ends.
    private mutating func leave(_ unit: UnitID) {
        frames[unit.frame].steps[unit.index].end()
        left(unit)
        if node(unit).body != nil, step(unit).foreach == nil || frames[unit.frame].isItems,
            step(unit).timeout.startToClose != nil
        {
            instructions.append(.cancelTimer(.timeout(AttemptID(path(unit), 0))))
        }
    }

    /// A group has taken as long as it may: what is inside of it ends, and it fails.
    ///
    /// - Parameter isRecorded: whether the record says so already.
    mutating func groupTimedOut(_ unit: UnitID, isRecorded: Bool = false) {
        guard let limit = step(unit).timeout.startToClose,
            frames[unit.frame].steps[unit.index].timeOutOpen(limit)
        else { return }
        let cause = isRecorded ? snapshot.lastSeq : emit(.stepTimedOut(after: limit), step: path(unit))
        if let inside = inside[unit] { stop(inside, .cancelled, cause: cause) }
    }
}
