import OrderedCollections
import SwitchyardCore
import Testing

@testable import SwitchyardDashboard

struct StepTreeTests {
    private func names(_ tree: StepTree, _ indices: some Sequence<Int>) -> [String] {
        indices.map { tree.nodes[$0].path.rawValue }
    }

    @Test func whatStandsInsideOfWhat() throws {
        let script = RunScript.release(.ended)
        let tree = StepTree(RunSnapshot(run: script.run, folding: script.events).steps)
        let build = try #require(tree.index(of: "build"))
        #expect(
            names(tree, tree.children(of: build, shown: tree.count))
                == ["build/compile", "build/lint", "build/test", "build/pack"])
        let refine = try #require(tree.index(of: "refine"))
        let iterations = tree.children(of: refine, shown: tree.count)
        #expect(iterations.map { tree.nodes[$0].iteration } == [1, 1, 2, 2, 3, 3])
        #expect(names(tree, tree.latest(of: iterations)) == ["refine@3/draft", "refine@3/review"])
        #expect(names(tree, tree.members(of: 2, in: iterations)) == ["refine@2/draft", "refine@2/review"])
        #expect(names(tree, tree.children(of: refine, shown: iterations[2])) == ["refine@1/draft", "refine@1/review"])
        let fetch = try #require(tree.index(of: "sites[blog]/fetch"))
        #expect(names(tree, tree.ancestors(of: fetch)) == ["sites[blog]", "sites"])
        #expect(tree.nodes[fetch].name == "fetch")
        #expect(tree.index(of: "sites[blog]").map { tree.nodes[$0].name } == "[blog]")
        #expect(tree.index(of: "build/pack/:compensate").map { tree.nodes[$0].name } == "build/pack")
        #expect(tree.index(of: "build/pack/:compensate").map { tree.nodes[$0].parent } == .some(nil))
    }

    @Test func aTreeGrowsToTheOneMadeAtOnce() {
        let script = RunScript.release(.ended)
        var snapshot = RunSnapshot(run: script.run)
        var tree = StepTree()
        for event in script.events {
            snapshot.apply(event)
            tree.extend(snapshot.steps)
        }
        #expect(tree == StepTree(snapshot.steps))
    }

    @Test func stepsThatHoldOthersAreNotCountedBesideThem() {
        let script = RunScript.release(.asking)
        var timeline = RunTimeline(run: script.run)
        timeline.append(script.events)
        let leaves = timeline.tally.leaves
        // Checkout, build's 4, 24 items, 2 × 2 of sites, 3 × 2 of refine, cooldown, publish, deploy, report.
        #expect(leaves.total == 43)
        #expect(leaves[.failed] == 1)
        #expect(leaves[.approval] == 1)
        #expect(leaves.ended == 40)
        #expect(timeline.tally.running.isEmpty)
    }

    @Test func whatAnEndedGroupNeverLookedAtIsLeftOut() {
        var script = RunScript()
        script.create("skip", RunScript.releasePlan)
        script.add(.stepSkipped(.condition), "build")
        let stage = Stage.live(script)
        #expect(stage.state.run?.tally.leaves[.skipped] == 4)
        #expect(stage.text.contains("│ ⊘ lint     bash      skipped"))
        stage.press(":", "step build/lint", "Enter")
        #expect(stage.text.contains("skipped: build, which it"))
        stage.press("c")
        #expect(stage.toast == "build/lint has ended: skipped")
    }

    @Test(arguments: 0..<40)
    func countingAlongIsCountingAfresh(_ seed: UInt64) {
        let script = RunScript.random(seed: seed)
        var timeline = RunTimeline(run: script.run)
        for (count, event) in script.events.enumerated() {
            timeline.append([event])
            guard count % 7 == 0 || count == script.events.count - 1 else { continue }
            let afresh = StepTally(timeline.head.steps, in: timeline.tree)
            #expect(timeline.tally == afresh, "seed \(seed), event \(count)")
            let leaves = timeline.tree.nodes.count(where: \.children.isEmpty)
            #expect(timeline.tally.leaves.total == leaves)
        }
    }

    @Test(arguments: 0..<20)
    func aReplayHasTheRowsThatTheLiveViewHad(_ seed: UInt64) {
        let script = seed == 0 ? RunScript.release(.ended) : RunScript.random(seed: seed)
        let keys = seed % 3 == 0 ? ["Z"] : seed % 3 == 1 ? ["Z", "Z"] : []
        let live = Stage.live(RunScript())
        let replay = Stage.record(script)
        live.send(.opened(.run(script.run)), .ownership(script.run, isLive: true))
        for key in keys {
            live.press(key)
            replay.press(key)
        }
        // Whatever `Z` met on the way: both are to have the same folds.
        live.state.run?.folds = replay.state.run?.folds ?? StepFolds()
        replay.press("g")
        for event in script.events {
            live.send(.batch(script.run, EventBatch(events: [event])))
            let count = live.state.run?.timeline.count ?? 0
            guard count >= 2 else { continue }
            replay.press(".")
            #expect(replay.state.run?.playback?.count == count)
            #expect(live.state.run?.rows == replay.state.run?.rows, "seed \(seed), event \(count)")
            #expect(live.state.run?.tally == replay.state.run?.tally, "seed \(seed), event \(count)")
            if keys.isEmpty {
                #expect(live.state.run?.selectedPath == replay.state.run?.selectedPath, "seed \(seed), event \(count)")
            }
        }
    }

    @Test(arguments: 0..<20)
    func whatFailedIsAlwaysSeen(_ seed: UInt64) {
        let script = RunScript.random(seed: 1000 + seed)
        let stage = Stage.live(script)
        for _ in 0..<3 {
            let run = stage.state.run!
            let seen = Set(run.rows.compactMap(\.index))
            for (index, step) in run.snapshot.steps.values.enumerated() where step.state == .failed {
                #expect(seen.contains(index), "\(step.path), seed \(seed)")
            }
            #expect(Set(run.rows.map(\.content)).count == run.rows.count, "no row twice")
            stage.press("Z")
        }
    }
}
