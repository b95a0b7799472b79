import SwitchyardCore
import TerminalUI

/// The list of runs.
struct RunsState: Hashable, Sendable {
    enum Loading: Hashable, Sendable {
        case notYet
        case loaded
        case failed(String)
    }

    private(set) var loading = Loading.notYet
    private(set) var all: [RunSummary] = []
    /// The runs that match the filter.
    private(set) var shown: [RunSummary] = []
    private(set) var filter = ""
    var list = ScrollList()
    /// The run that was left last: it is selected as soon as the list has it.
    private var left: RunID?

    var selected: RunSummary? {
        shown.indices.contains(list.selection) ? shown[list.selection] : nil
    }

    /// Whether any run is under way.
    var hasMovingRun: Bool {
        all.contains { summary in
            switch summary.status {
            case .pending, .running, .waiting: true
            case .paused, .succeeded, .failed, .cancelled, .interrupted: false
            }
        }
    }

    func summary(of run: RunID) -> RunSummary? {
        all.first { $0.run == run }
    }

    mutating func load(_ result: Result<[RunSummary], DashboardFailure>) {
        switch result {
        case .success(let runs):
            loading = .loaded
            all = runs
            apply()
            if let left, select(left) { self.left = nil }
        case .failure(let failure): loading = .failed(failure.message)
        }
    }

    /// The list is shown again after `run` was looked at.
    mutating func comeBack(from run: RunID) {
        left = select(run) ? nil : run
    }

    /// Selects a run; false if it is not shown.
    private mutating func select(_ run: RunID) -> Bool {
        guard let row = shown.firstIndex(where: { $0.run == run }) else { return false }
        list.select(row)
        return true
    }

    mutating func setFilter(_ text: String) {
        filter = text
        apply()
    }

    private mutating func apply() {
        let selected = selected?.run
        let wanted = filter.lowercased()
        shown =
            wanted.isEmpty
            ? all
            : all.filter { summary in
                "#\(summary.number) \(summary.pipelineID) \(summary.status.rawValue) \(summary.run)".lowercased()
                    .contains(wanted)
            }
        list.update(count: shown.count, height: list.height)
        // The same run stays selected though others have come or gone above it.
        if let selected { _ = select(selected) }
    }
}
