import ArgumentParser
import NCursesTerminal
import SwitchyardCore
import SwitchyardDashboard
import SwitchyardProviders
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
        let environment = ProcessEnvironment.current()
        var checks = Self.terminalChecks(environment)
        checks += await storeChecks(environment)
        checks += Self.programChecks(environment)
        let reading = ModelProviders.settings(Assembly.current())
        checks += Self.settingsChecks(reading)
        checks += await Self.modelChecks(environment, reading.settings)
        checks += Self.themeChecks(environment)
        if json {
            StandardStream.output.write(JSON.text(of: .array(checks.map(\.json)), layout: .indented) + "\n")
        } else {
            StandardStream.output.write(checks.map(\.text).joined())
        }
        if checks.contains(where: { $0.state == .broken }) { throw CommandFailure.exit(.failed) }
    }

    // MARK: The checks

    private static func terminalChecks(_ environment: ProcessEnvironment) -> [Check] {
        let term = environment.variables["TERM"] ?? ""
        var checks: [Check] = []
        if !StandardStream.output.isTerminal {
            checks.append(
                Check(.doubtful, "terminal", "standard output is no terminal: events are printed as lines")
            )
        } else if term.isEmpty || term == "dumb" {
            checks.append(
                Check(
                    .doubtful, "terminal", "TERM is \(term.isEmpty ? "not set" : term): no dashboard",
                    remedy: "set TERM to what your terminal is, such as xterm-256color"
                )
            )
        } else {
            checks.append(Check(.fine, "terminal", "TERM is \(term)"))
        }
        let isUTF8 = TerminalCapabilities.isUTF8(environment.variables)
        checks.append(
            isUTF8
                ? Check(.fine, "characters", "the locale is UTF-8")
                : Check(
                    .doubtful, "characters", "the locale is not UTF-8: the dashboard is drawn in ASCII",
                    remedy: "set LANG to a UTF-8 locale, such as C.UTF-8"
                )
        )
        if !(environment.variables["NO_COLOR"] ?? "").isEmpty {
            checks.append(Check(.fine, "colours", "NO_COLOR is set: none"))
        }
        return checks
    }

    private func storeChecks(_ environment: ProcessEnvironment) async -> [Check] {
        do throws(EventLogError) {
            let location = try StoreLocation(store.store, environment: environment.variables)
            let log = try location.open(readOnly: true)
            let runs = try await log.runs(limit: 10_000)
            let interrupted = runs.count { $0.status == .interrupted }
            let note = interrupted > 0 ? ", \(interrupted) interrupted" : ""
            let writable = PathAccess.isWritable(location.folder)
            return [
                writable
                    ? Check(.fine, "store", "\(location): \(CountText.of(runs.count, "run"))\(note)")
                    : Check(
                        .broken, "store", "\(location) may not be written",
                        remedy: "choose another with --store or SWITCHYARD_STORE"
                    )
            ]
        } catch {
            return [Check(.broken, "store", ErrorMessage.sentence(error))]
        }
    }

    private static func programChecks(_ environment: ProcessEnvironment) -> [Check] {
        let path = environment.variables["PATH"] ?? ""
        let needed = [("bash", true, "runs `run:` steps"), ("git", false, "the repository samples use it")]
        return needed.map { name, isNeeded, purpose in
            guard let found = PathAccess.program(name, in: path) else {
                return Check(
                    isNeeded ? .broken : .doubtful, name, "not found on PATH; \(purpose)",
                    remedy: "apt-get install \(name)"
                )
            }
            return Check(.fine, name, found)
        }
    }

    /// The settings files, and everything that is wrong with them.
    private static func settingsChecks(_ reading: SettingsReader.Result) -> [Check] {
        let broken = Set(reading.diagnostics.map(\.location.file))
        let fine = reading.sources.keys.filter { !broken.contains($0) }.sorted().map { Check(.fine, "settings", $0) }
        return fine
            + reading.diagnostics.map { diagnostic in
                let place = diagnostic.location
                return Check(
                    diagnostic.severity == .error ? .broken : .doubtful, "settings",
                    "\(place.file):\(place.line):\(place.column): \(diagnostic.message)", remedy: diagnostic.hint)
            }
    }

    /// The providers that are set up, and the servers of this machine.
    private static func modelChecks(
        _ environment: ProcessEnvironment, _ settings: EffectiveSettings
    ) async -> [Check] {
        let findings = await ProviderProbe(
            ModelProviders.settings(environment, settings), keys: ModelProviders.keys(environment)
        ).run()
        var checks: [Check] = []
        /// Where a setting names it.
        func source(of finding: ProviderProbe.Finding) -> String {
            guard finding.isConfigured, let place = settings.providerPlaces[finding.name] else { return "" }
            return "; see \(place.file):\(place.line)"
        }
        var isAnyThere = false
        for finding in findings {
            switch finding.outcome {
            case .answers(let models):
                isAnyThere = true
                checks.append(
                    Check(
                        .fine, finding.name,
                        "\(finding.baseURL) answers, \(CountText.of(models.count, "model"))\(source(of: finding))"))
            case .noKey(let message): checks.append(Check(.doubtful, finding.name, message + source(of: finding)))
            case .keyRefused(let message):
                checks.append(
                    Check(
                        .broken, finding.name, message + source(of: finding),
                        remedy: "look at the key; it was sent to \(finding.baseURL)"))
            case .unreachable where !finding.isConfigured: break
            case .unreachable(let message):
                checks.append(Check(.doubtful, finding.name, message + source(of: finding)))
            case .fails(let message): checks.append(Check(.doubtful, finding.name, message + source(of: finding)))
            }
        }
        if !isAnyThere {
            checks.append(
                Check(
                    .doubtful, "models", "no provider answers: model steps fail, and samples are simulated",
                    remedy: "set a key, such as OPENAI_API_KEY, start Ollama, or run with --simulate"))
        }
        return checks
    }

    private static func themeChecks(_ environment: ProcessEnvironment) -> [Check] {
        let names = ThemeFiles(environment: environment).entries.map(\.name)
        return [
            names.isEmpty
                ? Check(.doubtful, "themes", "none found; the terminal's own colours are used")
                : Check(.fine, "themes", names.joined(separator: ", "))
        ]
    }
}

/// One finding of `doctor`.
private struct Check {
    enum State: String {
        case fine, doubtful, broken
    }

    var state: State
    var subject: String
    var finding: String
    var remedy: String?

    init(_ state: State, _ subject: String, _ finding: String, remedy: String? = nil) {
        self.state = state
        self.subject = subject
        self.finding = finding
        self.remedy = remedy
    }

    var text: String {
        let mark =
            switch state {
            case .fine: "ok  "
            case .doubtful: "note"
            case .broken: "FAIL"
            }
        let pad = String(repeating: " ", count: max(1, 12 - subject.count))
        return "\(mark)  \(subject)\(pad)\(Cleaned.line(finding))\n"
            + (remedy.map { "                  \(Cleaned.line($0))\n" } ?? "")
    }

    var json: Value {
        [
            "check": .string(subject), "state": .string(state.rawValue), "finding": .string(finding),
            "remedy": Value(remedy),
        ]
    }
}
