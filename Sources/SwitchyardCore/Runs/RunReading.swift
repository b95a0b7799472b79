extension EventLog {
    /// The fold of everything recorded of `run`.
    ///
    /// Only a page of events is in memory at a time: of 100,000, keeping them takes longer than reading them.
    package func snapshot(of run: RunID) async throws(EventLogError) -> RunSnapshot {
        var snapshot = RunSnapshot(run: run)
        let size = 10_000
        while true {
            let page = try await events(of: run, from: snapshot.lastSeq + 1, limit: size)
            for event in page { snapshot.apply(event) }
            if page.count < size { return snapshot }
        }
    }
}
