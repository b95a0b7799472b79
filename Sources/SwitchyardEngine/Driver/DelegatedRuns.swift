import SwitchyardCore

// Steps that are runs of other pipelines.

/// What was asked of a run, for those that its steps are.
struct PassedOnCommand: Sendable {
    var command: RunCommand
    var actor: Actor
}

extension Engine {
    /// How deep runs may stand in one another.
    static let deepestRun = 8

    /// Runs `attempt`, of the run that `parent` defines, as the run that it delegates to: a new one, or that which a
    /// process before this one had begun; asks it what comes through `commands`.
    func run(
        _ attempt: StepAttempt, of parent: RunDefinition, _ commands: Mailbox<PassedOnCommand>
    ) async -> ToolResult {
        guard let child = attempt.delegate, let pipelines else {
            return .failed(StepFailure(.notFound, "there are no pipelines to run here"))
        }
        var recorded: RunSnapshot
        do throws(StepFailure) {
            recorded = try await record(of: child)
            if recorded.lastSeq == 0 {
                // Nothing of it has begun, nor need it.
                if Task.isCancelled { return .cancelled }
                try await start(child, for: attempt, of: parent, from: pipelines)
            } else if !recorded.status.isFinal, !isLive(child) {
                guard let lease = try await leaseOnceFree(child) else {
                    return try await letGo(of: child, for: parent.run)
                }
                recorded = try await goOn(with: child, under: lease, from: pipelines, by: Self.actor(of: parent))
            }
        } catch {
            return .failed(error)
        }
        if recorded.status.isFinal { return Self.result(of: recorded, isCancelled: Task.isCancelled) }
        async let passedOn: Void = passOn(commands, to: child)
        // A second cancellation would end what undoes its steps.
        let result = await result(of: child, cancelledBy: recorded.isCancelRequested ? nil : Self.actor(of: parent))
        commands.close()
        await passedOn
        return result
    }

    private func passOn(_ commands: Mailbox<PassedOnCommand>, to child: RunID) async {
        while case let gathered = await commands.next(), !gathered.isEmpty {
            for passedOn in gathered { _ = await send(passedOn.command, to: child, by: passedOn.actor) }
        }
    }

    private static func actor(of parent: RunDefinition) -> Actor { Actor("run:\(parent.run)") }

    private func record(of run: RunID) async throws(StepFailure) -> RunSnapshot {
        do throws(EventLogError) {
            return try await log.snapshot(of: run)
        } catch {
            throw StepFailure(.io, "the record of run \(run) cannot be read")
        }
    }

    private func start(
        _ child: RunID, for attempt: StepAttempt, of parent: RunDefinition, from pipelines: any PipelineCatalog
    ) async throws(StepFailure) {
        let ancestors = (parent.created.parent?.ancestors ?? []) + [parent.run]
        guard ancestors.count < Self.deepestRun else {
            throw StepFailure(.invalidInput, "pipelines stand in one another more than \(Self.deepestRun) deep")
        }
        let source: NestedPipeline.Source =
            if let file = attempt.arguments["path"].stringValue { .path(file) } else {
                .id(attempt.arguments["id"].stringValue ?? "")
            }
        let found = try await pipelines.pipeline(
            source, inputs: attempt.arguments["inputs"], in: parent.created
        ).get()
        let options = StartOptions(
            workspace: parent.created.workspace, actor: Self.actor(of: parent), settings: found.settings)
        do throws(EventLogError) {
            try await start(
                found.pipeline, graph: found.graph, inputs: found.inputs, options: options, as: child,
                parent: ParentStep(run: parent.run, step: attempt.id.step, ancestors: ancestors))
        } catch {
            throw StepFailure(.io, "the run of pipeline \(found.pipeline.id) cannot be recorded")
        }
    }

    /// Sole ownership of `child` once no other process has it; nil where the task was cancelled first.
    private func leaseOnceFree(_ child: RunID) async throws(StepFailure) -> (any RunLease)? {
        while true {
            do throws(EventLogError) {
                return try await log.lease(child)
            } catch .owned {
                do { try await clock.sleep(RunGate.interval) } catch { return nil }
            } catch {
                throw Self.cannotGoOn(child)
            }
        }
    }

    /// Ends the wait for `child`, which another process has, and asks that to cancel it for `parent`.
    private func letGo(of child: RunID, for parent: RunID) async throws(StepFailure) -> ToolResult {
        let recorded = try await record(of: child)
        if recorded.status.isFinal { return Self.result(of: recorded, isCancelled: true) }
        // A second cancellation would end what undoes its steps; and a process that ends cancels nothing.
        if !recorded.isCancelRequested, !isInterrupted {
            // Of a task of its own: this one is cancelled.
            await Task { await cancel(child, for: parent) }.value
        }
        return .cancelled
    }

    /// Takes `child` over, unless it has ended. Returns what was recorded of it by then.
    private func goOn(
        with child: RunID, under lease: any RunLease, from pipelines: any PipelineCatalog, by actor: Actor
    ) async throws(StepFailure) -> RunSnapshot {
        var isTaken = false
        defer { if !isTaken { lease.close() } }
        // Who had it last may have recorded more before it let go of it.
        let recorded = try await record(of: child)
        guard !recorded.status.isFinal, let created = recorded.created else { return recorded }
        let found = try await pipelines.pipeline(recordedIn: created).get()
        do throws(EventLogError) {
            try await resume(
                recorded, pipeline: found.pipeline, graph: found.graph, secrets: found.inputs.secrets, by: actor,
                under: lease)
        } catch {
            throw Self.cannotGoOn(child)
        }
        isTaken = true
        return recorded
    }

    private static func cannotGoOn(_ child: RunID) -> StepFailure {
        StepFailure(.io, "run \(child), which a process before this one began, cannot go on")
    }

    /// Waits for the end of `child`; a cancelled task cancels it in the name of `actor`, unless that is nil.
    private func result(of child: RunID, cancelledBy actor: Actor?) async -> ToolResult {
        let result = await withTaskCancellationHandler {
            await self.result(of: child)
        } onCancel: {
            Task { await self.cancelUnlessInterrupted(child, by: actor) }
        }
        guard let result, result.ending == .ended else {
            return Task.isCancelled
                ? .cancelled : .failed(StepFailure(.io, "run \(child) could not be recorded to its end"))
        }
        return Self.result(of: result.snapshot, isCancelled: Task.isCancelled)
    }

    /// What the end of a run is for the step that it was.
    private static func result(of child: RunSnapshot, isCancelled: Bool) -> ToolResult {
        switch child.status {
        case .succeeded:
            let count = child.counts.total
            return .succeeded(
                ToolOutput(child.outputs, summary: "run \(child.run), \(count) \(count == 1 ? "step" : "steps")"))
        case .failed:
            let message = child.failure?.message ?? "it failed"
            return .failed(
                StepFailure(.part, "run \(child.run): \(message)", details: ["run": .string(child.run.rawValue)]))
        case .cancelled, .pending, .running, .paused, .waiting, .interrupted:
            if isCancelled { return .cancelled }
            return .failed(
                StepFailure(
                    .part, "run \(child.run) was cancelled", details: ["run": .string(child.run.rawValue)]))
        }
    }
}
