import SwitchyardCore

/// What the promises ask of a step of the file, read from the definition alone.
struct StepFacts {
    /// The place in the file.
    var path: StepPath
    /// The ids, in its list, of what it waits for.
    var needs: [String]
    var isSerial: Bool
    var onFailure: OnFailure
    var callsTool: Bool
    /// Whether it is one of a list of steps that stand for it, with the most under way at once; nil window is any.
    var hasItems: Bool
    var window: Int?
    var failFast: Bool
    var isGroup: Bool
    var retry: RetryPolicy
    /// How many attempts there may be of a step whose result is not good enough; 1 where that is not tried again.
    var judgedAttempts: Int
    var timeout: StepTimeout
    /// How its question answers itself; nil for a step that asks nobody, or asks for ever.
    var timeoutAnswer: ApprovalStep.TimeoutAnswer?
    var canBeUndone: Bool

    fileprivate init(_ step: Step, at path: StepPath, needs: [String]) {
        self.path = path
        self.needs = needs
        isSerial = step.executionMode == .serial
        onFailure = step.onFailure
        // A run of another pipeline is an attempt like a call of a tool.
        callsTool = if case .pipeline = step.kind { true } else { step.kind.usesModel || step.kind.toolName != nil }
        hasItems = step.foreach != nil
        window = step.foreach?.maxParallel
        failFast = step.foreach?.failFast ?? false
        isGroup = step.kind.body != nil
        retry = step.retry
        judgedAttempts = step.quality?.onLow == .retry ? max(2, step.retry.maxAttempts) : 1
        timeout = step.timeout
        if case .approval(let approval) = step.kind, approval.timeout != nil { timeoutAnswer = approval.onTimeout }
        canBeUndone = !step.compensate.isEmpty
    }

    /// Those of every step of `graph`, what undoes others among them.
    static func all(of graph: PipelineGraph) -> [StepFacts] {
        var facts: [StepFacts] = []
        collect(graph.main, into: &facts)
        collect(graph.finally, into: &facts)
        return facts
    }

    private static func collect(_ graph: StepGraph, into facts: inout [StepFacts]) {
        for node in graph.nodes {
            facts.append(StepFacts(node.step, at: node.path, needs: node.needs.map { graph.nodes[$0.node].step.id }))
            for undo in node.step.compensate {
                facts.append(StepFacts(undo, at: node.path.compensation, needs: []))
            }
            if let body = node.body { collect(body, into: &facts) }
        }
    }
}
