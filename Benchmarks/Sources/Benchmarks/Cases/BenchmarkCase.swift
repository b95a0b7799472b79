/// Something to measure.
protocol BenchmarkCase: Sendable {
    /// How the command line names it.
    var name: String { get }
    /// Measures in `rounds` rounds, or in as many as it can bear.
    func figures(rounds: Int) async throws -> [Figure]
}

/// Every case, in the order of the report.
enum BenchmarkCases {
    // Processes first: starting one takes the longer the more memory this one has.
    static let all: [any BenchmarkCase] = [
        ShellStepsCase(), SteadinessCase(), CancelCase(), WaitingCase(), SchedulingCase(), StoredFanCase(),
        StoredChainCase(), ResumeCase(), LogSizeCase(), ModelCallsCase(),
    ]
}
