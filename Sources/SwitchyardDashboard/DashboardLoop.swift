import SwitchyardCore
package import TerminalUI

/// Joins the dashboard to a terminal and a client: events in, frames out.
///
/// A key is answered by a frame at once. Everything else marks the screen dirty; one timer draws it, at most 30 times a
/// second. While nothing on the screen moves there is no timer, hence no wake-up and no byte.
@MainActor
package final class DashboardLoop {
    static let frameInterval = Duration.microseconds(33_333)
    /// How many small batches are taken before the subscription is let gather for a frame.
    static let batchesPerFrame = 16

    private let terminal: any Terminal
    private let client: DashboardClient
    private let theme: Theme
    private let start: DashboardStart
    private let clock: FrameClock
    private var state: DashboardState

    private var isDirty = false
    /// Whether another program has the screen. What happens meanwhile is taken, and drawn afterwards.
    private var isAway = false
    private var lastFrame = Duration.zero
    private var lastTick = Duration.zero
    private var timer: (deadline: Duration, task: Task<Void, Never>)?
    private var subscription: Task<Void, Never>?
    private var exit: CheckedContinuation<DashboardExit, Never>?

    /// A loop that has not begun.
    package convenience init(
        terminal: any Terminal, client: DashboardClient, theme: Theme = .terminal, start: DashboardStart = .runs,
        readOnly: Bool = false
    ) {
        self.init(
            terminal: terminal, client: client, theme: theme, start: start, readOnly: readOnly, clock: .continuous)
    }

    init(
        terminal: any Terminal, client: DashboardClient, theme: Theme, start: DashboardStart, readOnly: Bool,
        clock: FrameClock
    ) {
        self.terminal = terminal
        self.client = client
        self.theme = theme
        self.start = start
        self.clock = clock
        state = DashboardState(size: terminal.size, now: client.now(), isReadOnly: readOnly)
    }

    /// Shows the dashboard until the person leaves it; closes the terminal then.
    package func run() async -> DashboardExit {
        await withCheckedContinuation { continuation in
            exit = continuation
            terminal.onInput = { [weak self] in self?.take($0) }
            handle(.opened(start))
            draw()
            arm()
        }
    }

    // MARK: In

    private func take(_ input: InputEvent) {
        switch input {
        case .key(let key): handle(.key(key))
        case .paste(let text): handle(.paste(text))
        case .resize(let size): handle(.resized(size))
        case .resumed: handle(.resumed)
        // Not asked for yet.
        case .mouse: return
        }
        draw()
        arm()
    }

    /// Takes what came from outside the terminal; it is drawn with the next frame.
    private func receive(_ action: DashboardAction) {
        guard exit != nil else { return }
        handle(action)
        isDirty = true
        arm()
    }

    private func handle(_ action: DashboardAction) {
        state.now = client.now()
        for effect in reduce(&state, action) { perform(effect) }
    }

    // MARK: Frames

    private func draw() {
        guard exit != nil, !isAway else { return }
        isDirty = false
        lastFrame = clock.now()
        terminal.present(
            render(state, size: terminal.size, capabilities: terminal.capabilities, theme: theme, now: state.now))
    }

    /// Sees to it that the timer goes off when something is next to be done, and only then.
    private func arm() {
        guard exit != nil, !isAway else { return }
        var deadline: Duration?
        if isDirty { deadline = lastFrame + Self.frameInterval }
        if let interval = state.tickInterval {
            let tick = max(lastTick, lastFrame) + interval
            deadline = min(deadline ?? tick, tick)
        }
        guard let deadline else {
            timer?.task.cancel()
            timer = nil
            return
        }
        if let timer, timer.deadline <= deadline { return }
        timer?.task.cancel()
        let wait = max(.zero, deadline - clock.now())
        timer = (
            deadline,
            Task { [clock, weak self] in
                do { try await clock.sleep(wait) } catch { return }
                if !Task.isCancelled { self?.goOff() }
            }
        )
    }

    private func goOff() {
        timer = nil
        let now = clock.now()
        if let interval = state.tickInterval, now >= max(lastTick, lastFrame) + interval {
            lastTick = now
            handle(.tick)
            isDirty = true
        }
        if isDirty {
            // A terminal that is behind gets no more to do; keys are drawn all the same.
            if terminal.isBusy { lastFrame = now } else { draw() }
        }
        arm()
    }

    // MARK: Out

    private func perform(_ effect: DashboardEffect) {
        switch effect {
        case .loadRuns: ask { await .runsLoaded($0.runs()) }
        case .watch(let run): watch(run)
        case .unwatch: unwatch()
        case .checkOwnership(let run): ask { await .ownership(run, isLive: $0.isLive(run)) }
        case .send(let command, let run): ask { await .commandAnswered(command, run, $0.send(command, run)) }
        case .runAgain(let run, let extent): ask { await .retried($0.again(run, extent)) }
        case .resume(let run): ask { await .retried($0.resume(run)) }
        case .edit(let run): edit(run)
        case .loadLog(let run, let key):
            ask { await .logLoaded(run, key, $0.logLines(run, key.step, key.attempt, LogBuffer.maximumLines)) }
        case .copy(let text, let description):
            handle(.copied(description: description, succeeded: client.copy(text)))
        case .checkBeforeQuit(let runs):
            ask { client in
                var live: [RunID] = []
                for run in runs where await client.isLive(run) { live.append(run) }
                return .quitChecked(live: live)
            }
        case .cancelAndQuit(let runs):
            Task { [client, weak self] in
                for run in runs { _ = await client.send(.cancel, run) }
                self?.finish(cancelled: runs)
            }
        case .leaveAndQuit(let runs): finish(cancelled: [], left: runs)
        case .suspend: terminal.suspend()
        case .redraw: terminal.redraw()
        case .quit: finish(cancelled: [])
        }
    }

    private func ask(_ question: @escaping @Sendable (DashboardClient) async -> DashboardAction) {
        Task { [client, weak self] in
            let answer = await question(client)
            self?.receive(answer)
        }
    }

    private func edit(_ run: RunID) {
        // Before anything else is read: keys pressed from now on are the editor's.
        terminal.leave()
        isAway = true
        timer?.task.cancel()
        timer = nil
        Task { [client] in
            let outcome = await client.edit(run)
            handle(.edited(outcome))
            isAway = false
            terminal.comeBack()
            draw()
            arm()
        }
    }

    private func watch(_ run: RunID) {
        subscription?.cancel()
        let events = client.events(run)
        subscription = Task { [clock, weak self] in
            var taken = 0
            for await batch in events {
                guard !Task.isCancelled else { return }
                self?.receive(.batch(run, batch))
                // Events gather meanwhile, so that a flood costs few batches a frame. Big batches are history being
                // read, which nobody wants to wait for.
                taken += batch.events.count < 256 ? 1 : 0
                if taken == Self.batchesPerFrame {
                    taken = 0
                    do { try await clock.sleep(Self.frameInterval) } catch { return }
                }
            }
            if !Task.isCancelled { self?.receive(.eventsEnded(run)) }
        }
    }

    private func unwatch() {
        subscription?.cancel()
        subscription = nil
    }

    private func finish(cancelled: [RunID], left: [RunID] = []) {
        guard let exit else { return }
        self.exit = nil
        unwatch()
        timer?.task.cancel()
        timer = nil
        terminal.onInput = nil
        terminal.close()
        let shown = state.run
        exit.resume(
            returning: DashboardExit(
                snapshot: shown?.timeline.head, number: shown?.number, cancelled: cancelled, left: left))
    }
}

/// The time frames are paced by; tests turn its hands themselves.
struct FrameClock: Sendable {
    /// Since some fixed moment.
    var now: @Sendable () -> Duration
    var sleep: @Sendable (Duration) async throws -> Void

    static let continuous: FrameClock = {
        let origin = ContinuousClock.now
        return FrameClock(
            now: { ContinuousClock.now - origin },
            // A tick may come a little late: the processor then wakes once for several timers.
            sleep: { try await Task.sleep(for: $0, tolerance: .milliseconds(2)) }
        )
    }()
}
