import Glibc
import NCursesTerminal
import SwitchyardCore
import SwitchyardDashboard
import SwitchyardEngine
import TerminalUI

/// The dashboard over one engine.
@MainActor
struct DashboardSession {
    let assembly: Assembly
    let engine: Engine
    let log: any EventLog
    let screen: ScreenOptions
    let theme: Theme

    /// Runs `launch` in the dashboard; falls back to lines where the terminal cannot show one.
    func run(_ launch: RunLaunch) async throws(CommandFailure) {
        guard let terminal = openTerminal() else {
            launch.printWarnings()
            return try await LineSession(engine: engine, format: .lines).run(launch)
        }
        let run: RunID
        do throws(CommandFailure) {
            run = try await launch(engine)
        } catch {
            terminal.close()
            throw error
        }
        let exit = await show(.run(run), on: terminal)
        await end(exit)
        launch.printWarnings()
        await printSummary(of: run)
        if exit.left.contains(run) { throw .exit(.waiting) }
        if let result = await engine.result(of: run) { try RunEnding.check(result) }
    }

    /// Opens the dashboard on what is recorded. Returns false, the reason printed, where the terminal cannot show it.
    func open(_ start: DashboardStart) async -> Bool {
        guard let terminal = openTerminal() else { return false }
        await end(await show(start, on: terminal))
        return true
    }

    /// The terminal, or nil with the reason printed.
    private func openTerminal() -> NCursesTerminal? {
        do throws(TerminalUnavailable) {
            return try NCursesTerminal(
                .init(environment: assembly.environment.variables, forceASCII: screen.ascii)
            )
        } catch {
            StandardStream.error.write(
                "switchyard: no dashboard here: \(ErrorMessage.sentence(error))\n")
            return nil
        }
    }

    private func show(_ start: DashboardStart, on terminal: NCursesTerminal) async -> DashboardExit {
        let engine = engine
        let editor = EditorProcess()
        terminal.onTermination = { number in
            // The screen is the person's again before the processes are ended, which may take a moment.
            if !editor.isRunning { terminal.close() }
            Task {
                await editor.end(by: number)
                terminal.close()
                await engine.interrupt()
                NCursesTerminal.endProcess(by: number)
            }
        }
        let loop = DashboardLoop(
            terminal: terminal,
            client: assembly.client(
                log: log, engine: engine,
                edit: EditAndRetry(assembly: assembly, log: log, engine: engine, process: editor),
                copy: { [weak terminal] in terminal?.copy($0) ?? false }),
            theme: theme, start: start, readOnly: screen.readOnly
        )
        let exit = await loop.run()
        terminal.close()
        return exit
    }

    /// Ends what is still going on, unless the person left it to be resumed.
    private func end(_ exit: DashboardExit) async {
        guard !exit.left.isEmpty else { return await endLiveRuns() }
        await engine.interrupt()
        for run in exit.left {
            StandardStream.error.write("switchyard: the run waits; `switchyard resume \(run)` goes on with it\n")
        }
    }

    /// Quitting ends what is still going on, the engine being in this process: runs are cancelled, and waited for
    /// until their `finally` steps have run.
    private func endLiveRuns() async {
        let runs = await engine.liveRuns
        guard !runs.isEmpty else { return }
        StandardStream.error.write("switchyard: cancelling what still runs; ^C stops it at once\n")
        let engine = engine
        let signals = TerminationSignals([SIGINT, SIGTERM, SIGHUP]) { number in
            Task {
                await engine.interrupt()
                Glibc.exit(128 + number)
            }
        }
        defer { signals.cancel() }
        for run in runs { _ = await engine.send(.cancel, to: run, by: assembly.actor(at: "dashboard")) }
        for run in runs { _ = await engine.result(of: run) }
    }

    private func printSummary(of run: RunID) async {
        guard let summary = try? await log.run(matching: run.rawValue),
            let snapshot = try? await log.snapshot(of: summary)
        else { return }
        let lines = Summary.exitLines(snapshot, number: summary.number)
        StandardStream.output.write(lines.map { Cleaned.line($0, limit: 400) + "\n" }.joined())
    }
}
