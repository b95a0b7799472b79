import OrderedCollections
import SwitchyardCore

// Where a run pauses by itself.

extension RunMachine {
    mutating func set(_ breakpoint: Breakpoint, by actor: Actor) throws(CommandRefusal) {
        guard !snapshot.breakpoints.contains(breakpoint) else { throw .breakpointIsSet(breakpoint) }
        switch breakpoint {
        case .step(let path): guard knows(path) else { throw .unknownStep(path) }
        case .condition(let text):
            do throws(ExpressionError) {
                // Evaluated once, so that a name that does not exist is told to the person and not to nobody.
                if try value(of: text) { trueConditions.insert(text) }
            } catch {
                throw .invalidCondition(text, reason: error.message)
            }
        }
        emit(.breakpointSet(breakpoint), actor: actor)
    }

    mutating func clear(_ breakpoint: Breakpoint, by actor: Actor) throws(CommandRefusal) {
        guard snapshot.breakpoints.contains(breakpoint) else { throw .noBreakpoint(breakpoint) }
        if case .condition(let text) = breakpoint { trueConditions.remove(text) }
        emit(.breakpointCleared(breakpoint), actor: actor)
    }

    /// Whether there is such a step, or will be: instances come to be while the run goes on.
    private func knows(_ path: StepPath) -> Bool {
        snapshot.steps[path] != nil || definition.steps[path.planned] != nil
    }

    /// Pauses the run if it is not to go on from here to `unit` by itself. Returns whether it did.
    mutating func pauses(before unit: UnitID) -> Bool {
        guard !snapshot.breakpoints.isEmpty else { return false }
        let path = path(unit)
        guard let step = snapshot.steps[path], !step.isPastBreakpoint,
            let breakpoint = step.breakpoints.first(where: snapshot.breakpoints.contains)
        else { return false }
        pause(at: breakpoint, step: path)
        return true
    }

    /// Pauses the run if a condition became true.
    mutating func hitConditions() {
        for case .condition(let text) in snapshot.breakpoints {
            let isTrue = isTrue(text)
            let wasTrue = trueConditions.contains(text)
            if isTrue, !wasTrue {
                trueConditions.insert(text)
                pause(at: .condition(text), step: nil)
            } else if !isTrue, wasTrue {
                trueConditions.remove(text)
            }
        }
    }

    private mutating func pause(at breakpoint: Breakpoint, step: StepPath?) {
        let cause = emit(.breakpointHit(breakpoint), step: step)
        guard !isPaused else { return }
        isPaused = true
        emit(.runPaused, cause: cause)
        passOn(.pause, by: Actor("run:\(definition.run)"))
    }

    /// Whether a condition holds. One that cannot be computed now, because a step has no such output yet, does not.
    func isTrue(_ condition: String) -> Bool {
        (try? value(of: condition)) ?? false
    }

    private func value(of condition: String) throws(ExpressionError) -> Bool {
        let expression = try Expression.parse(condition)
        do throws(EvaluationError) {
            return try expression.evaluate(in: definition.scopes.watchScope(at: now, in: snapshot)).isTruthy
        } catch {
            throw ExpressionError(error.message, offset: error.offset)
        }
    }
}
