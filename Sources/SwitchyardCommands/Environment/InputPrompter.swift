import Glibc
import SwitchyardCore

/// The person wants none of it.
struct PromptCancelled: Error, Equatable {
    /// What asked the process to end; SIGINT for ^C, and for ^D as well.
    var signal: Int32
}

/// Asks a person for the inputs that are missing.
struct InputPrompter {
    let terminal: any PromptTerminal

    /// Asks until nothing is missing, each question again with the objection while the answer does not fit.
    func ask(_ resolution: inout InputResolution) throws(PromptCancelled) {
        guard !resolution.missing.isEmpty else { return }
        terminal.show(InputQuestion.head(resolution.missing.count, of: resolution.pipeline.file))
        while let missing = resolution.missing.first {
            terminal.show("\n" + InputQuestion.text(of: missing))
            try ask(for: missing, &resolution)
        }
        terminal.show("\n")
    }

    private func ask(for missing: MissingInput, _ resolution: inout InputResolution) throws(PromptCancelled) {
        while true {
            terminal.show(InputQuestion.prompt(for: missing))
            let objection: String
            switch terminal.readLine(isHidden: missing.definition.kind == .secret) {
            case .end: throw cancelled(by: SIGINT)
            case .signal(let number): throw cancelled(by: number)
            case .noText: objection = "wants text in UTF-8"
            case .tooLong: objection = "is longer than a line may be; give it as a file, after ^C"
            // Most likely a slip of the finger; an empty text can be given by option.
            case .line(""): objection = "wants an answer; ^C cancels"
            case .line(let text):
                guard let problem = resolution.answer(text, to: missing.name) else { return }
                objection = problem
            }
            terminal.show(InputQuestion.objection(objection, to: missing))
        }
    }

    private func cancelled(by signal: Int32) -> PromptCancelled {
        terminal.show("\nswitchyard: cancelled, nothing was run\n")
        return PromptCancelled(signal: signal)
    }
}

/// From what a person gives to the inputs of a run.
enum InputIntake {
    /// The inputs; without `terminal`, what is missing is an error like any other.
    static func inputs(
        _ given: GivenInputs, for pipeline: Pipeline, in surroundings: InputSurroundings,
        asking terminal: (any PromptTerminal)?
    ) throws(CommandFailure) -> ResolvedInputs {
        var resolution = InputResolution(given, for: pipeline, in: surroundings)
        if let terminal, resolution.problems.isEmpty {
            do throws(PromptCancelled) {
                try InputPrompter(terminal: terminal).ask(&resolution)
            } catch {
                throw error.signal == SIGINT ? .exit(.cancelled) : .endedBySignal(error.signal)
            }
        }
        switch resolution.outcome {
        case .valid(let inputs): return inputs
        case .invalid(let diagnostics): throw .invalid(diagnostics, source: pipeline.source)
        }
    }
}
