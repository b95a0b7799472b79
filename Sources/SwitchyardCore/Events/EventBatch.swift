/// Everything that happened in a run since the last batch a subscriber took.
package struct EventBatch: Hashable, Sendable {
    /// Recorded events, in order and without gaps.
    package var events: [EventEnvelope]
    /// What steps printed meanwhile, the newest at most; not recorded.
    package var lines: [StepLine]
    /// How many lines were left out because the subscriber was slower than the steps.
    package var droppedLines: Int

    package init(events: [EventEnvelope] = [], lines: [StepLine] = [], droppedLines: Int = 0) {
        self.events = events
        self.lines = lines
        self.droppedLines = droppedLines
    }
}

/// A line that an attempt printed.
package struct StepLine: Hashable, Sendable {
    package var step: StepPath
    package var attempt: Int
    package var line: LogLine

    package init(step: StepPath, attempt: Int, line: LogLine) {
        self.step = step
        self.attempt = attempt
        self.line = line
    }
}
