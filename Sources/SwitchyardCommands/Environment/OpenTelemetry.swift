import SwitchyardCore
import SwitchyardDashboard
import SwitchyardEngine
import SwitchyardTelemetry

/// The export of runs to the collector that the environment names.
struct OpenTelemetry: RunObserver {
    private let setup: TelemetrySetup
    /// How long the end of the process waits for what has gathered.
    private static let deadline = Duration.seconds(5)

    /// Nil where the environment names no collector, or names it wrongly, which is said.
    static func exporter(_ environment: ProcessEnvironment) -> OpenTelemetry? {
        do throws(TelemetryProblem) {
            let found = try TelemetrySetup.fromEnvironment(environment.variables, version: Version.text)
            guard let setup = found else { return nil }
            EndOfProcess.add {
                let losses = await setup.shutdown(deadline: deadline)
                guard losses.spans > 0 || losses.metricExports > 0 else { return }
                StandardStream.error.write(
                    "switchyard: OpenTelemetry lost \(CountText.of(losses.spans, "span")) and \(CountText.of(losses.metricExports, "export")) of metrics\n"
                )
            }
            return OpenTelemetry(setup: setup)
        } catch {
            StandardStream.error.write("switchyard: nothing is exported: \(error.message)\n")
            return nil
        }
    }

    // A run that goes on gives the spans that it would have given in one process.
    func wantsPast(of snapshot: RunSnapshot) -> Bool { true }

    func recorded(_ events: [EventEnvelope]) { setup.consume(events) }
}
