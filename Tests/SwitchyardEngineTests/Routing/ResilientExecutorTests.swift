import SwitchyardCore
import SwitchyardEngine
import SwitchyardTestSupport
import Testing

@Suite struct ResilientExecutorTests {
    private static func failing(_ kind: ModelError.Kind, wait: Duration? = nil) -> Result<MicroDollars, ModelError> {
        .failure(ModelError(kind, "no", retryAfter: wait))
    }

    @Test func whatFailsIsTriedAgainThenAnotherIsAsked() async {
        let stage = CallStage { model, _ in model.provider == "one" ? Self.failing(.server) : .success(.zero) }
        #expect(await stage.call(["one", "two"]) == "two answered, 4 attempts")
        #expect(
            stage.lines == [
                "ask one", "one server", "wait retry", "go on", "ask one", "one server", "wait retry", "go on",
                "ask one", "one server", "one:capable opened", "two instead of one", "ask two",
            ])
        // The breaker is open: the next call does not even ask.
        #expect(await stage.call(["one", "two"]) == "two answered, 1 attempts")
        #expect(Array(stage.lines.suffix(2)) == ["two instead of one", "ask two"])
    }

    @Test func whenAllFailEveryAttemptIsTold() async {
        let stage = CallStage { _, _ in Self.failing(.overloaded) }
        #expect(
            await stage.call(["one", "two", "three"])
                == "every model failed: one/m overloaded, overloaded, overloaded; two/m overloaded, overloaded, overloaded; three/m overloaded, overloaded, overloaded"
        )
        #expect(stage.lines.last == "failed")
    }

    @Test func aServerThatAsksForAPauseIsWaitedForAtLeastThatLong() async {
        let stage = CallStage { _, number in
            number == 1 ? Self.failing(.rateLimited, wait: .seconds(2)) : .success(.zero)
        }
        let start = stage.clock.now
        #expect(await stage.call(["one"]) == "one answered, 2 attempts")
        #expect(stage.clock.now.since(start) >= .seconds(2))
        #expect(stage.lines == ["ask one", "one rate_limited", "one parked", "wait rate_limit", "go on", "ask one"])
    }

    @Test func anotherProviderIsAskedRatherThanWaitedFor() async {
        let stage = CallStage { model, _ in
            model.provider == "one" ? Self.failing(.rateLimited, wait: .seconds(60)) : .success(.zero)
        }
        #expect(await stage.call(["one", "two"]) == "two answered, 2 attempts")
        #expect(!stage.lines.contains("wait rate_limit"))
    }

    @Test func aProviderThatHealsIsReturnedTo() async {
        let stage = CallStage { model, number in
            model.provider == "one" && number <= 3 ? Self.failing(.server) : .success(.zero)
        }
        #expect(await stage.call(["one", "two"]) == "two answered, 4 attempts")
        stage.clock.move(by: .seconds(20))
        #expect(await stage.call(["one", "two"]) == "one answered, 1 attempts")
        #expect(await stage.call(["one", "two"]) == "one answered, 1 attempts")
        #expect(
            Array(stage.lines.suffix(4)) == ["one:capable half-open", "ask one", "ask one", "one:capable closed"])
    }

    @Test func aProbeThatIsCancelledGivesItsPlaceBack() async {
        let gate = Gate()
        let stage = CallStage { _, number in
            if number == 1 { await gate.wait() }
            return Task.isCancelled ? Self.failing(.cancelled) : .success(.zero)
        }
        stage.router.force(.probe, BreakerID("one", .capable), by: RunID("other"))
        let probe = Task { await stage.call(["one"]) }
        await gate.arrived()
        probe.cancel()
        gate.open()
        #expect(await probe.value.contains("cancelled") || probe.isCancelled)
        #expect(await stage.call(["one"]) == "one answered, 1 attempts")
    }

    @Test func oneOfAHundredCallsAtOnceProbes() async {
        let gate = Gate()
        let stage = CallStage { model, _ in
            if model.provider == "one" { await gate.wait() }
            return .success(.zero)
        }
        stage.router.force(.probe, BreakerID("one", .capable), by: RunID("other"))
        let answers = await withTaskGroup(of: String.self) { group in
            for _ in 0..<100 { group.addTask { await stage.call(["one", "two"]) } }
            var answers: [String] = []
            for _ in 0..<99 { if let answer = await group.next() { answers.append(answer) } }
            gate.open()
            if let last = await group.next() { answers.append(last) }
            return answers
        }
        #expect(answers.count { $0.hasPrefix("one ") } == 1)
        #expect(answers.count { $0.hasPrefix("two ") } == 99)
        #expect(stage.lines.count { $0 == "ask one" } == 1)
    }
}
