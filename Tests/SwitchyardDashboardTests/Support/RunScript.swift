import OrderedCollections
import SwitchyardCore

/// Writes the events of a run by hand: `at` a time, something happens.
struct RunScript {
    static let origin = Timestamp(iso8601: "2026-11-21T09:12:00.000000Z")!

    let run: RunID
    private(set) var events: [EventEnvelope] = []
    private(set) var lines: [StepLine] = []
    private var time = Duration.zero

    init(_ id: String = "01hxrun000000001") {
        run = RunID(id)
    }

    /// Later events happen so long after the run's creation.
    mutating func at(_ seconds: Double) {
        time = .microseconds(Int64(seconds * 1e6))
    }

    mutating func add(_ event: RunEvent, _ step: StepPath? = nil, attempt: Int? = nil, actor: String? = nil) {
        events.append(
            EventEnvelope(
                run: run, seq: events.count + 1, time: Self.origin.advanced(by: time), step: step, attempt: attempt,
                actor: actor.map { Actor($0) }, event: event))
    }

    mutating func create(
        _ pipeline: String, slots: Int = 5, _ steps: [(String, uses: String, needs: [String])],
        strategy: PlanStrategy = .dag
    ) {
        create(
            pipeline, slots: slots,
            CompiledPlan(
                strategy: strategy,
                steps: steps.map { name, uses, needs in
                    CompiledPlan.PlannedStep(
                        path: StepPath(name), uses: uses,
                        needs: needs.map { CompiledPlan.PlannedNeed(path: StepPath($0), origin: .explicit) },
                        level: 0, effect: uses == "bash" ? .unsafe : .pure, mode: .concurrent)
                }))
    }

    mutating func create(_ pipeline: String, slots: Int = 5, _ plan: CompiledPlan) {
        add(
            .runCreated(
                RunCreated(
                    pipelineID: pipeline, pipelineName: nil, definition: "", definitionHash: "0",
                    file: "\(pipeline).yaml",
                    inputs: .null, seed: 7, slots: slots, workspace: "/work")))
        add(.planCompiled(plan))
        add(.runStarted)
    }

    mutating func ready(_ step: StepPath) { add(.stepReady, step) }

    mutating func start(_ step: StepPath, attempt: Int = 1, input: Value = .null, process: Int32? = nil) {
        add(
            .stepStarted(StepStarted(key: "k-\(step)", input: input, inputHash: "0", effect: .unsafe)), step,
            attempt: attempt)
        if let process {
            add(.stepProgress(StepProgress(processGroup: process, processStartTime: 1)), step, attempt: attempt)
        }
    }

    mutating func succeed(_ step: StepPath, attempt: Int = 1, _ output: Value = .null, summary: String? = nil) {
        add(.stepSucceeded(StepSucceeded(output: output, outputHash: "0", summary: summary)), step, attempt: attempt)
    }

    mutating func fail(
        _ step: StepPath, attempt: Int = 1, _ kind: FailureClass, _ message: String, details: Value = .null,
        retryIn delay: Double? = nil
    ) {
        add(
            .stepFailed(StepFailure(kind, message, details: details), willRetry: delay != nil), step, attempt: attempt)
        guard let delay else { return }
        let wait = Duration.microseconds(Int64(delay * 1e6))
        add(
            .stepRetryScheduled(delay: wait, until: Self.origin.advanced(by: time).advanced(by: wait)), step,
            attempt: attempt)
    }

    /// A step that holds others begins.
    mutating func open(_ step: StepPath) {
        ready(step)
        add(.stepStarted(StepStarted(key: "k-\(step)", input: .null, inputHash: "0", effect: .pure)), step)
    }

    /// A step without attempts of its own ends.
    mutating func close(_ step: StepPath, _ output: Value = .null, summary: String? = nil) {
        add(.stepSucceeded(StepSucceeded(output: output, outputHash: "0", summary: summary)), step)
    }

    /// A `foreach` step begins and has its items, called so.
    mutating func expand(_ step: StepPath, _ keys: [String]) {
        open(step)
        add(.mapExpanded(MapExpansion(items: keys.map { ["region": .string($0)] }, keys: keys)), step)
    }

    mutating func wait(_ step: StepPath, seconds: Double) {
        ready(step)
        start(step)
        add(.timerSet(until: Self.origin.advanced(by: time).advanced(by: .microseconds(Int64(seconds * 1e6)))), step)
    }

    mutating func ask(_ step: StepPath, _ message: String, seconds: Double? = nil) {
        ready(step)
        start(step)
        let until = seconds.map {
            Self.origin.advanced(by: time).advanced(by: .microseconds(Int64($0 * 1e6)))
        }
        add(.approvalRequested(ApprovalRequest(message: message, until: until)), step)
    }

    mutating func print(_ step: StepPath, attempt: Int = 1, _ texts: String..., stream: LogLine.Stream = .stdout) {
        for text in texts { lines.append(StepLine(step: step, attempt: attempt, line: LogLine(stream, text))) }
    }

    /// The run's clock where the script has come to.
    var now: Timestamp { Self.origin.advanced(by: time) }
}

extension RunScript {
    /// The run of the mock-ups: a fan, a chain that retries, a join, a skip, a `finally` step.
    static let digestSteps: [(String, uses: String, needs: [String])] = [
        ("plan", "model-a", []), ("glossary", "file.read", ["plan"]), ("fetch_feed", "http.get", ["plan"]),
        ("parse", "bash", ["fetch_feed"]), ("rerank", "http.post", ["parse"]), ("style_check", "bash", ["plan"]),
        ("merge_rules", "bash", ["style_check"]), ("search", "http.get", ["plan"]),
        ("draft", "bash", ["glossary", "rerank", "merge_rules", "search"]), ("critique", "bash", ["draft"]),
        ("publish", "http.post", ["critique"]), ("finally/report", "bash", []),
    ]

    /// It, while `rerank` waits for its third attempt.
    static func runningDigest() -> RunScript {
        var script = RunScript()
        script.create("nightly-digest", digestSteps)
        script.at(0.02)
        script.ready("plan")
        script.start("plan", input: ["prompt": "plan the digest"])
        script.at(1.2)
        script.succeed("plan", ["sections": ["news", "tools"]], summary: "2 sections")
        for step: StepPath in ["glossary", "fetch_feed", "style_check", "search"] { script.ready(step) }
        script.start("glossary")
        script.start("fetch_feed")
        script.start("search")
        script.at(1.9)
        script.succeed("glossary", "terms", summary: "41 terms")
        script.at(29.4)
        script.fail("search", .timeout, "no answer within 10 s", retryIn: 3)
        script.at(32.4)
        script.ready("search")
        script.start("search", attempt: 2)
        script.at(85.2)
        script.succeed("fetch_feed", "feed", summary: "200 OK, 61.2 KiB")
        script.ready("parse")
        script.start("parse", process: 4711)
        script.at(89.588)
        script.start("style_check", process: 4718)
        script.print("style_check", "checking 41 files", "  docs/a.md ok", "  docs/b.md ok")
        script.print("style_check", "docs/c.md:14: line is 131 columns", stream: .stderr)
        script.at(91.8)
        script.succeed("parse", attempt: 1, ["stdout": "24 rows\n", "exit_code": 0], summary: "24 rows")
        script.ready("rerank")
        script.at(93.1)
        script.start("rerank", input: ["query": "swift tui", "k": 20])
        script.at(95.41)
        script.fail("rerank", .rateLimit, "429 rate limited", details: ["status": 429, "retry_after": 6], retryIn: 5.4)
        script.at(100.81)
        script.ready("rerank")
        script.start("rerank", attempt: 2, input: ["query": "swift tui", "k": 20])
        script.at(101.871)
        script.fail(
            "rerank", attempt: 2, .rateLimit, "429 rate limited", details: ["status": 429, "retry_after": 6],
            retryIn: 6.2)
        return script
    }

    /// It, until it failed: `search` fails for good, `publish` and others are skipped, `report` runs.
    static func endedDigest() -> RunScript {
        var script = runningDigest()
        script.at(104)
        script.succeed("style_check", "ok", summary: "41 files")
        script.ready("merge_rules")
        script.start("merge_rules", process: 4790)
        script.print("merge_rules", "12 rules", "done")
        script.at(104.5)
        script.succeed("merge_rules", "12 rules", summary: "12 rules")
        script.at(108.071)
        script.ready("rerank")
        script.start("rerank", attempt: 3)
        script.at(109.2)
        script.succeed("rerank", attempt: 3, ["docs": [3, 1, 2]], summary: "20 documents")
        script.at(111)
        script.fail("search", attempt: 2, .server, "500 from search.example", details: ["status": 500])
        for step: StepPath in ["draft", "critique", "publish"] { script.add(.stepSkipped(.runFailed("search")), step) }
        script.ready("finally/report")
        script.start("finally/report", process: 4801)
        script.at(111.4)
        script.succeed("finally/report", summary: "mail sent")
        script.add(
            .runFailed(RunFailure(message: "step search failed: 500 from search.example", steps: ["search"])))
        return script
    }
}
