import SwitchyardCore

/// What `verify` found, for people and programs.
enum VerificationText {
    /// A line for each sound run, and a table of what is wrong with the others.
    static func text(_ verifications: [RunVerification]) -> String {
        if verifications.isEmpty { return "nothing has been run yet\n" }
        var table = TextTable(["#", "event", "step", "problem", "what to do"], rightAligned: [0, 1])
        for verification in verifications {
            for problem in verification.problems { table.append(row(problem, of: verification.summary)) }
        }
        let unsound = verifications.count { !$0.problems.isEmpty }
        let events = verifications.reduce(0) { $0 + $1.eventCount }
        let total = "\(count(verifications.count, "run")), \(count(events, "event"))"
        if unsound == 0 { return "sound: \(total)\n" }
        let problems = verifications.reduce(0) { $0 + $1.problems.count }
        return table.text + "\(count(problems, "problem")) in \(count(unsound, "run")) of \(total)\n"
    }

    static func json(_ verification: RunVerification) -> Value {
        [
            "number": .int(verification.summary.number), "run": .string(verification.summary.run.rawValue),
            "events": .int(verification.eventCount),
            "problems": .array(
                verification.problems.map { problem in
                    [
                        "seq": Value(problem.seq), "step": Value(problem.step?.rawValue), "type": Value(problem.type),
                        "problem": .string(sentence(problem)), "remedy": .string(remedy(problem)),
                    ]
                }),
        ]
    }

    private static func row(_ problem: RunProblem, of summary: RunSummary) -> [String] {
        [
            String(summary.number), problem.seq.map(String.init) ?? "–", problem.step?.rawValue ?? "–",
            sentence(problem), remedy(problem),
        ]
    }

    private static func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(number == 1 ? noun : noun + "s")"
    }

    // MARK: Prose

    /// What is wrong, without a full stop.
    static func sentence(_ problem: RunProblem) -> String {
        let type = problem.type ?? "the event"
        switch problem.finding {
        case .empty: return "no event can be read"
        case .unreadable(let error): return ErrorMessage.sentence(error)
        case .outOfSequence(let expected): return "event \(expected) was due here"
        case .otherRun(let run): return "it is an event of run \(run)"
        case .timeWentBack(let difference):
            return "it is \(difference.wholeMicroseconds) µs earlier than the event before it"
        case .causeNotBefore(let cause): return "it names event \(cause) as its cause, which is not before it"
        case .payloadMissing(let member, _): return "its `\(member)`, which is kept apart, is missing"
        case .payloadChanged(let member, let hash): return "its `\(member)` is not what \(hash.prefix(12)) names"
        case .listedDifferently(let field): return "lists show another `\(field)` than its events"
        case .definitionHash: return "the definition does not have the hash recorded"
        case .inputHash: return "the input does not have the hash recorded"
        case .outputHash: return "the output does not have the hash recorded"
        case .notCreatedFirst: return "\(type) comes before the run is created"
        case .createdAgain: return "the run is created again"
        case .afterTheEnd: return "\(type) comes after the end of the run"
        case .epoch(let expected): return "process number \(expected) was due to take the run over"
        case .leftOpen(let state): return "the run has ended and the step is \(state.name)"
        case .blamedStep(let step): return "the run failed by \(step), which did not fail"
        case .stepNotNamed: return "\(type) names no step"
        case .unknownStep: return "the run has no such step"
        case .attempt(let expected): return "attempt \(expected) was due"
        case .unknownAttempt(let attempt): return "attempt \(attempt) was never started"
        case .notPossible(let state): return "\(type) cannot happen to a step that is \(state.name)"
        }
    }

    /// What to do about it.
    static func remedy(_ problem: RunProblem) -> String {
        switch problem.finding {
        case .unreadable(.newerSchema), .unreadable(.cannotOpen), .unreadable(.diskFull), .unreadable(.readOnly),
            .unreadable(.owned), .unreadable(.fenced), .unreadable(.outOfOrder), .unreadable(.ambiguous),
            .unreadable(.failed):
            return "see to that and verify again"
        case .empty, .unreadable(.corrupt), .payloadMissing, .payloadChanged, .definitionHash, .inputHash, .outputHash:
            return "restore the store from a backup, or import the run from an export; trust nothing made of it"
        case .outOfSequence, .otherRun, .listedDifferently:
            return "find out what else writes to the store, and restore it from a backup"
        case .timeWentBack: return "nothing: the clock was set back; durations across it are wrong"
        case .causeNotBefore, .notCreatedFirst, .createdAgain, .afterTheEnd, .epoch, .leftOpen, .blamedStep,
            .stepNotNamed, .unknownStep, .attempt, .unknownAttempt, .notPossible:
            return "do not resume the run; export it and report it as a fault of Switchyard"
        }
    }
}
