import ArgumentParser
import OrderedCollections
import SwitchyardCore
import SwitchyardEngine

/// What a person answers before a run asks.
struct AnswerOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Approve a step when it asks; may be repeated.", valueName: "step"))
    var approve: [String] = []

    @Option(name: .long, help: ArgumentHelp("Reject a step when it asks; may be repeated.", valueName: "step"))
    var reject: [String] = []

    mutating func validate() throws {
        if let both = approve.first(where: reject.contains) {
            throw ValidationError("--approve and --reject both name \(both).")
        }
    }

    var answers: RunAnswers { RunAnswers(approve: Set(approve), reject: Set(reject)) }
}

/// Answers to the questions of a run, given before they are asked. A step of the file stands for every item and
/// iteration of it.
struct RunAnswers {
    var approve: Set<String> = []
    var reject: Set<String> = []
    /// What became of steps whose outcome is unknown.
    var resolutions: [String: Resolution] = [:]

    /// The answer to what `step` asks, if it asks and there is one.
    func command(for step: StepSnapshot) -> SwitchyardCore.RunCommand? {
        let names = [step.path.rawValue, step.path.planned.rawValue]
        switch step.state {
        case .waiting(.approval):
            if names.contains(where: approve.contains) { return .answerApproval(step.path, isApproved: true) }
            if names.contains(where: reject.contains) { return .answerApproval(step.path, isApproved: false) }
            return nil
        case .outcomeUnknown:
            return names.compactMap { resolutions[$0] }.first.map { .resolve(step.path, $0) }
        case .pending, .ready, .running, .waiting(.retry), .waiting(.timer), .waiting(.call), .succeeded, .failed,
            .skipped, .cancelled:
            return nil
        }
    }

    /// Refuses answers for steps that the pipeline does not have, or that ask nothing.
    func check(against pipeline: Pipeline) throws(CommandFailure) {
        for name in (approve.union(reject)).sorted() {
            let step = try Self.step(name, of: pipeline)
            guard case .approval = step.kind else {
                throw .usage("the step \(name) asks nothing: it is no `approval`")
            }
        }
        for name in resolutions.keys.sorted() { _ = try Self.step(name, of: pipeline) }
    }

    private static func step(_ name: String, of pipeline: Pipeline) throws(CommandFailure) -> Step {
        if let step = pipeline.step(at: StepPath(name)) { return step }
        let nearest = NearestName.suggestion(for: name, among: pipeline.steps.map(\.id))
        throw .usage("the pipeline has no step \(name)", hint: nearest.map { "did you mean \($0)?" })
    }

    /// Answers every question of `run` until it ends.
    func give(to run: RunID, of engine: Engine, by actor: Actor) async {
        guard !approve.isEmpty || !reject.isEmpty || !resolutions.isEmpty else { return }
        var snapshot = RunSnapshot(run: run)
        for await batch in engine.events(of: run) {
            for event in batch.events { snapshot.apply(event) }
            for event in batch.events {
                guard let step = event.step.flatMap({ snapshot.steps[$0] }), let command = command(for: step) else {
                    continue
                }
                // Refused where the question was answered meanwhile; and where the run waits for its turn, whose coming
                // no event tells.
                while await engine.send(command, to: run, by: actor) == .isQueued {
                    try? await Task.sleep(for: .milliseconds(50))
                }
            }
        }
    }
}

extension RunSnapshot {
    /// The steps that only a person can help, if nothing else of the run is under way or due by itself.
    var stepsThatNeedAPerson: [StepSnapshot] {
        guard !status.isFinal else { return [] }
        var asking: [StepSnapshot] = []
        for step in steps.values {
            switch step.state {
            case .waiting(.approval(let request)) where request.until == nil: asking.append(step)
            case .outcomeUnknown: asking.append(step)
            case .running where !step.attempts.isEmpty: return []
            case .waiting, .ready: return []
            case .pending, .running, .succeeded, .failed, .skipped, .cancelled: break
            }
        }
        return asking
    }
}
