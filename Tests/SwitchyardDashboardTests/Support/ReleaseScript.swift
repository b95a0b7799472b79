import OrderedCollections
import SwitchyardCore

extension RunScript {
    /// A moment of the run that has everything in it.
    enum ReleaseMoment: Int, CaseIterable, Comparable {
        /// Steps of a group, and items, one of which failed, are under way.
        case building
        /// The third iteration of a loop is under way, and a timer is awaited.
        case refining
        /// A person is asked.
        case asking
        /// What was done is being undone.
        case undoing
        case ended

        static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    static let regions = [
        "ap", "au", "br", "ca", "ch", "cn", "de", "dk", "es", "eu", "fi", "fr", "in", "it", "jp", "kr", "mx", "nl",
        "no", "nz", "pl", "se", "uk", "us",
    ]

    private static func planned(
        _ path: StepPath, _ uses: String, _ needs: [StepPath] = [], in parent: StepPath? = nil,
        repeats: PlannedRepetition? = nil
    ) -> CompiledPlan.PlannedStep {
        CompiledPlan.PlannedStep(
            path: path, uses: uses, needs: needs.map { .init(path: $0, origin: .explicit) }, level: 0,
            effect: uses == "bash" ? .unsafe : .pure, mode: .concurrent, parent: parent, repeats: repeats)
    }

    static let releasePlan = CompiledPlan(
        strategy: .dag,
        steps: [
            planned("checkout", "bash"),
            planned("build", "group", ["checkout"]),
            planned("build/compile", "bash", in: "build"),
            planned("build/lint", "bash", in: "build"),
            planned("build/test", "bash", ["build/compile"], in: "build"),
            planned("build/pack", "bash", ["build/test", "build/lint"], in: "build"),
            planned("search", "http.get", ["checkout"], repeats: .foreach),
            planned("sites", "group", ["checkout"], repeats: .foreach),
            planned("sites/fetch", "http.get", in: "sites"),
            planned("sites/index", "bash", ["sites/fetch"], in: "sites"),
            planned("refine", "group", ["build"], repeats: .until),
            planned("refine/draft", "bash", in: "refine"),
            planned("refine/review", "bash", ["refine/draft"], in: "refine"),
            planned("cooldown", "wait", ["search"]),
            planned("publish", "approval", ["refine", "cooldown", "sites"]),
            planned("deploy", "bash", ["publish"]),
            planned("finally/report", "bash"),
        ],
        compensations: [planned("build/pack/:compensate", "bash"), planned("publish/:compensate", "bash")]
    )

    /// A run of groups, items, a loop, a wait, a question and compensations, as far as `moment`.
    static func release(_ moment: ReleaseMoment) -> RunScript {
        var script = RunScript()
        script.create("release", slots: 6, releasePlan)
        script.build()
        if moment >= .refining { script.refine() }
        if moment >= .asking { script.askToPublish() }
        if moment >= .undoing { script.undo() }
        if moment >= .ended { script.end() }
        return script
    }

    private mutating func work(_ step: StepPath, from start: Double, to end: Double, summary: String? = nil) {
        at(start)
        ready(step)
        self.start(step, process: 4711)
        at(end)
        succeed(step, summary: summary)
    }

    private mutating func build() {
        work("checkout", from: 0.1, to: 2, summary: "main at 9f2c1e")
        open("build")
        expand("search", Self.regions)
        expand("sites", ["blog", "docs"])
        for region in Self.regions.prefix(16) {
            let item: StepPath = StepPath("search").item(region)
            ready(item)
            start(item)
        }
        open("sites[docs]")
        open("sites[blog]")
        work("build/compile", from: 2, to: 14.5, summary: "212 files")
        ready("build/lint")
        start("build/lint", process: 4712)
        print("build/lint", "Sources/A.swift ok", "Sources/B.swift ok")
        work("sites[docs]/fetch", from: 3, to: 9, summary: "200 OK")
        ready("sites[docs]/index")
        start("sites[docs]/index")
        ready("build/test")
        at(16)
        start("build/test", process: 4713)
        for region in Self.regions.prefix(13) where region != "cn" {
            succeed(StepPath("search").item(region), summary: "200 OK")
        }
        at(18)
        fail("search[cn]", .timeout, "no answer within 10 s")
        at(31)
    }

    private mutating func refine() {
        succeed("build/lint", summary: "no findings")
        work("sites[blog]/fetch", from: 32, to: 33, summary: "200 OK")
        work("sites[blog]/index", from: 33, to: 35)
        succeed("sites[docs]/index")
        close("sites[docs]")
        close("sites[blog]")
        close("sites", summary: "2 items")
        at(36)
        succeed("build/test", summary: "514 tests")
        work("build/pack", from: 36, to: 38, summary: "release.tar.gz")
        close("build")
        for region in Self.regions.dropFirst(13) {
            let item: StepPath = StepPath("search").item(region)
            if !["it", "jp", "in"].contains(region) {
                ready(item)
                start(item)
            }
            at(39)
            succeed(item, summary: "200 OK")
        }
        close("search", summary: "24 items")
        wait("cooldown", seconds: 30)
        open("refine")
        for number in 1...3 {
            let start = 39.0 + Double(number - 1) * 6
            at(start)
            add(.loopIterated(number), "refine")
            let iteration: StepPath = StepPath("refine").iteration(number)
            work(iteration.child("draft"), from: start, to: start + 4, summary: "\(900 - number * 100) words")
            at(start + 4)
            ready(iteration.child("review"))
            self.start(iteration.child("review"), process: 4720)
            guard number < 3 else { break }
            at(start + 6)
            succeed(iteration.child("review"), summary: "not yet")
        }
        at(56)
    }

    private mutating func askToPublish() {
        at(57)
        succeed("refine@3/review", summary: "good")
        close("refine", summary: "3 iterations")
        at(69)
        add(.timerFired, "cooldown", attempt: 1)
        succeed("cooldown")
        ask("publish", "Publish release 2.4 to 24 regions?", seconds: 7200)
        at(95)
    }

    private mutating func undo() {
        at(101)
        add(.approvalAnswered(isApproved: true), "publish", attempt: 1, actor: "ana")
        succeed("publish", ["approved": true, "by": "ana"], summary: "approved")
        ready("deploy")
        start("deploy", process: 4730)
        at(108)
        fail("deploy", .exitCode, "exit 1: no space left on device", details: ["exit_code": 1])
        add(.compensationPlanned(["publish/:compensate", "build/pack/:compensate"]))
        ready("publish/:compensate")
        start("publish/:compensate", process: 4731)
        at(111)
    }

    private mutating func end() {
        succeed("publish/:compensate", summary: "withdrawn")
        work("build/pack/:compensate", from: 111, to: 112.5)
        work("finally/report", from: 112.5, to: 113)
        add(.runFailed(RunFailure(message: "step deploy failed: exit 1: no space left on device", steps: ["deploy"])))
    }
}
