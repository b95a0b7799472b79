import ArgumentParser
import NCursesTerminal
import SwitchyardCore
import SwitchyardDashboard
import SwitchyardStore
import SwitchyardYAML
import TerminalUI

/// `switchyard doctor`: whether everything Switchyard needs is here.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check the terminal, the store, the programs pipelines use, and say what to do about each problem.",
        discussion: "Changes nothing. Exits with 1 if something is wrong."
    )

    @Flag(name: .long, help: "Print the findings as JSON.")
    var json = false

    @OptionGroup var store: StoreOptions

    @MainActor
    mutating func run() async throws {
        let assembly = Assembly.current()
        let environment = assembly.environment
        var checks = Self.terminalChecks(environment)
        checks += await storeChecks(environment)
        checks += Self.programChecks(environment)
        let reading = ModelProviders.settings(assembly)
        checks += Self.settingsChecks(reading)
        checks += await ModelChecks.checks(environment, reading.settings)
        checks += Self.themeChecks(environment)
        if json {
            StandardStream.output.write(JSON.text(of: .array(checks.map(\.json)), layout: .indented) + "\n")
        } else {
            StandardStream.output.write(checks.map(\.text).joined())
        }
        if checks.contains(where: { $0.state == .broken }) { throw CommandFailure.exit(.failed) }
    }

    // MARK: The checks

    private static func terminalChecks(_ environment: ProcessEnvironment) -> [DoctorCheck] {
        let term = environment.variables["TERM"] ?? ""
        var checks: [DoctorCheck] = []
        if !StandardStream.output.isTerminal {
            checks.append(
                DoctorCheck(.doubtful, "terminal", "standard output is no terminal: events are printed as lines")
            )
        } else if term.isEmpty || term == "dumb" {
            checks.append(
                DoctorCheck(
                    .doubtful, "terminal", "TERM is \(term.isEmpty ? "not set" : term): no dashboard",
                    remedy: "set TERM to what your terminal is, such as xterm-256color"
                )
            )
        } else {
            checks.append(DoctorCheck(.fine, "terminal", "TERM is \(term)"))
        }
        let isUTF8 = TerminalCapabilities.isUTF8(environment.variables)
        checks.append(
            isUTF8
                ? DoctorCheck(.fine, "characters", "the locale is UTF-8")
                : DoctorCheck(
                    .doubtful, "characters", "the locale is not UTF-8: the dashboard is drawn in ASCII",
                    remedy: "set LANG to a UTF-8 locale, such as C.UTF-8"
                )
        )
        if !(environment.variables["NO_COLOR"] ?? "").isEmpty {
            checks.append(DoctorCheck(.fine, "colours", "NO_COLOR is set: none"))
        }
        return checks
    }

    private func storeChecks(_ environment: ProcessEnvironment) async -> [DoctorCheck] {
        do throws(EventLogError) {
            let location = try StoreLocation(store.store, environment: environment.variables)
            let log = try location.open(readOnly: true)
            let runs = try await log.runs(limit: 10_000)
            let interrupted = runs.count { $0.status == .interrupted }
            let note = interrupted > 0 ? ", \(interrupted) interrupted" : ""
            let writable = PathAccess.isWritable(location.folder)
            return [
                writable
                    ? DoctorCheck(.fine, "store", "\(location): \(CountText.of(runs.count, "run"))\(note)")
                    : DoctorCheck(
                        .broken, "store", "\(location) may not be written",
                        remedy: "choose another with --store or SWITCHYARD_STORE"
                    )
            ]
        } catch {
            return [DoctorCheck(.broken, "store", ErrorMessage.sentence(error))]
        }
    }

    private static func programChecks(_ environment: ProcessEnvironment) -> [DoctorCheck] {
        let path = environment.variables["PATH"] ?? ""
        let needed = [("bash", true, "runs `run:` steps"), ("git", false, "the repository samples use it")]
        return needed.map { name, isNeeded, purpose in
            guard let found = PathAccess.program(name, in: path) else {
                return DoctorCheck(
                    isNeeded ? .broken : .doubtful, name, "not found on PATH; \(purpose)",
                    remedy: "apt-get install \(name)"
                )
            }
            return DoctorCheck(.fine, name, found)
        }
    }

    /// The settings files, and everything that is wrong with them.
    private static func settingsChecks(_ reading: SettingsReader.Result) -> [DoctorCheck] {
        let broken = Set(reading.diagnostics.map(\.location.file))
        let fine = reading.sources.keys.filter { !broken.contains($0) }.sorted().map {
            DoctorCheck(.fine, "settings", $0)
        }
        return fine
            + reading.diagnostics.map { diagnostic in
                let place = diagnostic.location
                return DoctorCheck(
                    diagnostic.severity == .error ? .broken : .doubtful, "settings",
                    "\(place.file):\(place.line):\(place.column): \(diagnostic.message)", remedy: diagnostic.hint)
            }
    }

    private static func themeChecks(_ environment: ProcessEnvironment) -> [DoctorCheck] {
        let names = ThemeFiles(environment: environment).entries.map(\.name)
        return [
            names.isEmpty
                ? DoctorCheck(.doubtful, "themes", "none found; the terminal's own colours are used")
                : DoctorCheck(.fine, "themes", names.joined(separator: ", "))
        ]
    }
}
