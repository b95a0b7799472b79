import SwitchyardCore
import SwitchyardDashboard

/// Figures of telemetry as tables have them.
enum TelemetryOutput {
    /// `$0.0240`, and how many calls it leaves out: `$0.0240 + 2?`.
    static func money(_ cost: MicroDollars, unpriced: Int) -> String {
        guard unpriced > 0 else { return MoneyText.of(cost) }
        return cost == .zero ? "\(unpriced)?" : "\(MoneyText.of(cost)) + \(unpriced)?"
    }

    /// What the sign in ``money(_:unpriced:)`` means.
    static let unpricedNote = "\n? calls whose price is not known; they are in no sum\n"

    /// `482`, `12.4k`, `3.1M`.
    static func count(_ number: Int) -> String {
        func tenths(_ unit: Int, _ letter: String) -> String {
            let tenths = (number + unit / 20) / (unit / 10)
            return tenths % 10 == 0 ? "\(tenths / 10)\(letter)" : "\(tenths / 10).\(tenths % 10)\(letter)"
        }
        if number >= 999_950 { return tenths(1_000_000, "M") }
        return number >= 1000 ? tenths(1000, "k") : "\(number)"
    }

    /// `94 %`.
    static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

    /// `3 (12 %)`; nothing for none.
    static func failures(_ failed: Int, of calls: Int) -> String {
        failed == 0 ? "" : "\(failed) (\(percent(Double(failed) / Double(max(1, calls)))))"
    }

    static func duration(_ duration: Duration?) -> String { duration.map(DurationText.elapsed) ?? "–" }

    /// `94 % (52)`: believed so good, from so many answers.
    static func quality(_ mean: Double, samples: Int) -> String {
        "\(percent(mean))\(samples > 0 ? " (\(samples))" : "")"
    }

    /// Dollars for programs: `0.024000`.
    static func dollars(_ cost: MicroDollars) -> String {
        let size = cost.amount.magnitude
        let fraction = String(size % 1_000_000 + 1_000_000).dropFirst()
        return "\(cost.amount < 0 ? "-" : "")\(size / 1_000_000).\(fraction)"
    }

    /// Rows of values that commas part (RFC 4180), the titles first.
    static func csv(_ rows: [[String]]) -> String {
        rows.map { row in
            row.map { cell in
                let isPlain = !cell.contains { "\",\r\n".contains($0) }
                return isPlain ? cell : "\"\(cell.replacing("\"", with: "\"\""))\""
            }.joined(separator: ",") + "\r\n"
        }.joined()
    }
}

extension MicroDollars {
    /// In dollars, for `--json`.
    var dollars: Value { .double(Double(amount) / 1_000_000) }
}

extension StoreOptions {
    /// Opens what the store keeps of telemetry.
    func telemetry(
        in environment: ProcessEnvironment, readOnly: Bool = true
    ) throws(CommandFailure) -> any TelemetryLog {
        guard let log = try open(in: environment, readOnly: readOnly) as? any TelemetryLog else {
            throw .usage("this store keeps no telemetry")
        }
        return log
    }

    /// What was learned of models from the calls that are remembered.
    ///
    /// - Parameter isSimulated: from those that a simulator answered, or from the others.
    func quality(in environment: ProcessEnvironment, isSimulated: Bool = false, at now: Timestamp)
        async throws(CommandFailure) -> QualityLedger
    {
        let log = try telemetry(in: environment)
        do throws(EventLogError) {
            return QualityLedger(
                try await log.calls(
                    CallQuery(
                        since: now.advanced(by: .zero - QualityLedger.memory), limit: QualityLedger.rememberedCalls,
                        isSimulated: isSimulated)))
        } catch {
            throw .log(error)
        }
    }
}
