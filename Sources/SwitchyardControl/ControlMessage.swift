import SwitchyardCore

// What goes over the socket: one line of JSON each way.

/// What another process asks of a run.
struct ControlRequest: Hashable, Sendable {
    var command: RunCommand
    var actor: Actor

    init(_ command: RunCommand, by actor: Actor) {
        self.command = command
        self.actor = actor
    }

    var json: Value { ["command": command.json, "actor": .string(actor.name)] }

    init?(json: Value) {
        guard let command = RunCommand(json: json["command"]), let actor = json["actor"].stringValue else { return nil }
        self.init(command, by: Actor(actor))
    }
}

extension RunCommand {
    /// The command as an object: `{"type": "cancel_step", "step": "parse"}`.
    var json: Value {
        switch self {
        case .pause: ["type": "pause"]
        case .resume: ["type": "resume"]
        case .step: ["type": "step"]
        case .stepGroup: ["type": "step_group"]
        case .cancel: ["type": "cancel"]
        case .cancelStep(let step): ["type": "cancel_step", "step": .string(step.rawValue)]
        case .skipStep(let step): ["type": "skip_step", "step": .string(step.rawValue)]
        case .retryStep(let step): ["type": "retry_step", "step": .string(step.rawValue)]
        case .answerApproval(let step, let isApproved):
            ["type": "answer_approval", "step": .string(step.rawValue), "approved": .bool(isApproved)]
        case .resolve(let step, let resolution):
            ["type": "resolve", "step": .string(step.rawValue), "as": .string(resolution.rawValue)]
        case .setBreakpoint(let breakpoint): Self.json("set_breakpoint", breakpoint)
        case .clearBreakpoint(let breakpoint): Self.json("clear_breakpoint", breakpoint)
        case .setBudget(let step, let budget):
            [
                "type": "set_budget", "step": Value(step?.rawValue),
                "microdollars": Value(budget.microdollars.map { Int($0) }), "tokens": Value(budget.tokens),
                "on_exceed": .string(budget.onExceed.rawValue),
            ]
        case .forceBreaker(let breaker, let force):
            [
                "type": "force_breaker", "provider": .string(breaker.provider), "tier": Value(breaker.tier?.rawValue),
                "force": .string(force.rawValue),
            ]
        case .rate(let step, let isUp): ["type": "rate", "step": .string(step.rawValue), "up": .bool(isUp)]
        }
    }

    private static func json(_ type: String, _ breakpoint: Breakpoint) -> Value {
        switch breakpoint {
        case .step(let step): ["type": .string(type), "step": .string(step.rawValue)]
        case .condition(let text): ["type": .string(type), "condition": .string(text)]
        }
    }

    /// Nil for what is no command.
    init?(json: Value) {
        let step = json["step"].stringValue.map { StepPath($0) }
        let breakpoint = json["condition"].stringValue.map { Breakpoint.condition($0) } ?? step.map { .step($0) }
        let command: RunCommand? =
            switch json["type"].stringValue {
            case "pause": .pause
            case "resume": .resume
            case "step": .step
            case "step_group": .stepGroup
            case "cancel": .cancel
            case "cancel_step": step.map { .cancelStep($0) }
            case "skip_step": step.map { .skipStep($0) }
            case "retry_step": step.map { .retryStep($0) }
            case "answer_approval":
                step.flatMap { step in json["approved"].boolValue.map { .answerApproval(step, isApproved: $0) } }
            case "resolve":
                step.flatMap { step in
                    json["as"].stringValue.flatMap(Resolution.init).map { .resolve(step, $0) }
                }
            case "set_breakpoint": breakpoint.map { .setBreakpoint($0) }
            case "clear_breakpoint": breakpoint.map { .clearBreakpoint($0) }
            case "set_budget":
                json["on_exceed"].stringValue.flatMap(Budget.OnExceed.init).map { onExceed in
                    .setBudget(
                        step: step,
                        Budget(
                            microdollars: json["microdollars"].intValue.map { Int64($0) },
                            tokens: json["tokens"].intValue, onExceed: onExceed))
                }
            case "force_breaker":
                json["provider"].stringValue.flatMap { provider in
                    json["force"].stringValue.flatMap(CircuitBreaker.Force.init).map {
                        .forceBreaker(
                            BreakerID(provider, json["tier"].stringValue.flatMap(ModelTier.init)), $0)
                    }
                }
            case "rate": step.flatMap { step in json["up"].boolValue.map { .rate(step, isUp: $0) } }
            default: nil
            }
        guard let command else { return nil }
        self = command
    }
}

/// What became of a command.
package enum ControlAnswer: Hashable, Sendable {
    /// It is recorded.
    case done
    /// It changed nothing: one sentence.
    case refused(String)

    var json: Value {
        switch self {
        case .done: ["done": true]
        case .refused(let sentence): ["done": false, "refusal": .string(sentence)]
        }
    }

    init?(json: Value) {
        switch json["done"].boolValue {
        case true?: self = .done
        case false?: self = .refused(json["refusal"].stringValue ?? "")
        case nil: return nil
        }
    }
}
