import SwitchyardCore
import Synchronization

/// Keeps what a tool reports and lets a test wait for it.
final class Reports: Sendable {
    private struct State {
        var reports: [ToolReport] = []
        var waiters: [(isMet: @Sendable ([ToolReport]) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    var add: @Sendable (ToolReport) -> Void {
        { report in
            let met = self.state.withLock { state in
                state.reports.append(report)
                let met = state.waiters.filter { $0.isMet(state.reports) }
                state.waiters.removeAll { $0.isMet(state.reports) }
                return met.map(\.continuation)
            }
            for continuation in met { continuation.resume() }
        }
    }

    var lines: [LogLine] {
        Self.lines(of: state.withLock { $0.reports })
    }

    var group: Int32? {
        state.withLock { $0.reports }.lazy.compactMap { report in
            if case .processStarted(let group, _) = report { group } else { nil }
        }.first
    }

    var startTime: UInt64? {
        state.withLock { $0.reports }.lazy.compactMap { report in
            if case .processStarted(_, let time) = report { time } else { nil }
        }.first
    }

    /// Waits until a line with this text has been reported.
    func line(_ text: String) async {
        await withCheckedContinuation { continuation in
            let isMet: @Sendable ([ToolReport]) -> Bool = { Self.lines(of: $0).contains { $0.text == text } }
            let isMetNow = state.withLock { state in
                if isMet(state.reports) { return true }
                state.waiters.append((isMet, continuation))
                return false
            }
            if isMetNow { continuation.resume() }
        }
    }

    private static func lines(of reports: [ToolReport]) -> [LogLine] {
        reports.flatMap { report -> [LogLine] in
            if case .lines(let lines) = report { lines } else { [] }
        }
    }
}
