import SwitchyardCore
import SwitchyardTestSupport
import Testing

@Suite struct RunVerifierTests {
    private let run = EventSamples.run(1)
    private var sound: [EventEnvelope] { SoundRun.events(of: run) }

    private func findings(_ change: (inout [EventEnvelope]) -> Void) -> [String] {
        var events = sound
        change(&events)
        return RunVerifier.problems(in: events, of: run).map(Self.line)
    }

    private static func line(_ problem: RunProblem) -> String {
        let finding =
            switch problem.finding {
            case .notPossible(let state): "notPossible(in: \(state.name))"
            case .leftOpen(let state): "leftOpen(\(state.name))"
            default: "\(problem.finding)"
            }
        return "\(problem.seq ?? 0) \(problem.step?.rawValue ?? "-") \(finding)"
    }

    @Test func aSoundRunHasNoProblems() {
        #expect(findings { _ in } == [])
        // Nor has one that has not ended, wherever it stands.
        for count in 1...sound.count {
            #expect(RunVerifier.problems(in: sound.prefix(count), of: run) == [], "\(count)")
        }
    }

    @Test func nothingIsAProblem() {
        #expect(RunVerifier.problems(in: [], of: run) == [RunProblem(.empty)])
    }

    @Test func numbersFollowOneAnother() {
        #expect(findings { $0.remove(at: 10) } == ["12 a outOfSequence(expected: 11)"])
        #expect(findings { $0.insert($0[10], at: 11) } == ["11 a outOfSequence(expected: 12)"])
        #expect(findings { $0.swapAt(10, 11) }.prefix(1) == ["12 a outOfSequence(expected: 11)"])
        #expect(findings { $0.removeFirst() }.prefix(2) == ["2 - outOfSequence(expected: 1)", "2 - notCreatedFirst"])
    }

    @Test func timeNeverGoesBack() {
        #expect(
            findings { $0[6].time = EventSamples.time(5) } == ["7 a timeWentBack(by: 0.001001 seconds)"])
        #expect(findings { $0[6].time = $0[5].time } == [])
    }

    @Test func causesComeBefore() {
        for cause in [0, -1, 7, 8, .max] {
            #expect(findings { $0[6].cause = cause } == ["7 a causeNotBefore(\(cause))"])
        }
        #expect(findings { $0[6].cause = nil } == [])
    }

    @Test func hashesAreOfWhatIsRecorded() {
        let definition = findings {
            guard case .runCreated(var created) = $0[0].event else { return }
            created.definition += " "
            $0[0].event = .runCreated(created)
        }
        #expect(definition.count == 1)
        #expect(definition.first?.hasPrefix("1 - definitionHash(") == true)
        let input = findings {
            guard case .stepStarted(var started) = $0[9].event else { return }
            started.input = ["command": "rm"]
            $0[9].event = .stepStarted(started)
        }
        #expect(input.count == 1)
        #expect(input.first?.hasPrefix("10 a inputHash(") == true)
        let output = findings {
            guard case .stepSucceeded(var success) = $0[14].event else { return }
            success.output = ["ratio": 2, "text": "B"]
            $0[14].event = .stepSucceeded(success)
        }
        #expect(output.count == 1)
        #expect(output.first?.hasPrefix("15 b outputHash(") == true)
        // The hash is of what the value is, not of how it is written.
        let same = findings {
            guard case .stepSucceeded(var success) = $0[14].event else { return }
            success.output = ["ratio": 2, "text": "b"]
            $0[14].event = .stepSucceeded(success)
        }
        #expect(same == [])
    }

    @Test func attemptsCountFromOne() {
        #expect(
            findings { $0[9].attempt = 3 } == [
                "10 a attempt(expected: 2)", "11 a unknownAttempt(2)", "12 a unknownAttempt(2)",
            ])
        #expect(findings { $0[5].attempt = 9 } == ["6 a unknownAttempt(9)"])
    }

    @Test func aStepDoesOnlyWhatItCanInItsState() {
        let success = sound[14].event
        #expect(
            findings { $0[13].event = .stepReady } == [
                "14 b unknownAttempt(1)", "15 b notPossible(in: ready)", "15 b unknownAttempt(1)",
            ])
        // Twice, and after its end.
        #expect(findings { $0[12] = $0[12].with(success, step: "a") }.prefix(1) == ["13 a notPossible(in: succeeded)"])
        #expect(
            findings { $0[8].event = .timerFired } == [
                "10 a notPossible(in: waiting)"
            ])
        #expect(findings { $0[8].event = .stepResolved(.done) }.count == 2)
        #expect(findings { $0[8].step = "z" }.first == "9 z unknownStep")
        #expect(findings { $0[8].step = nil }.first == "9 - stepNotNamed")
    }

    @Test func theRunsOwnStoryHolds() {
        #expect(findings { $0[15].event = .runFailed(RunFailure(message: "", steps: ["b"])) } == ["16 - blamedStep(b)"])
        #expect(findings { $0[7].event = .leaseTaken(epoch: 3) } == ["8 - epoch(expected: 2)"])
        #expect(findings { $0[7].event = $0[0].event } == ["8 - createdAgain"])
        #expect(
            findings { events in events.append(events[10].with(events[10].event, step: "a", seq: 17)) } == [
                "17 a afterTheEnd"
            ])
        #expect(
            findings { events in
                events.remove(at: 14)
                events[14].seq = 15
                events[14].cause = 14
            } == ["0 b leftOpen(running)"])
        #expect(
            findings { $0[4].run = EventSamples.run(2) }.prefix(2) == [
                "5 a otherRun(\(EventSamples.run(2)))", "6 a outOfSequence(expected: 5)",
            ])
    }

    @Test func whatCannotBeReadIsSaidOnce() {
        var verifier = RunVerifier(run: run)
        for event in sound {
            if event.seq == 5 || event.seq == 6 {
                verifier.skip(event.seq, .corrupt(path: "/", reason: "r"))
            } else {
                verifier.check(event)
            }
        }
        let error = RunProblem.Finding.unreadable(.corrupt(path: "/", reason: "r"))
        #expect(verifier.finish() == [RunProblem(error, seq: 5), RunProblem(error, seq: 6)])
    }
}

extension EventEnvelope {
    fileprivate func with(_ event: RunEvent, step: StepPath, seq: Int? = nil) -> EventEnvelope {
        var copy = self
        copy.event = event
        copy.step = step
        copy.attempt = 2
        if let seq {
            copy.seq = seq
            copy.time = EventSamples.time(seq)
        }
        return copy
    }
}
