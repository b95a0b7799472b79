import ArgumentParser
import SwitchyardCore
import SwitchyardStore

/// `switchyard verify`: whether what is recorded can be true.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Fold runs again from their first event and check that their records can be true.",
        discussion: """
            Checks the sequence, times and causes of events, the hashes of definitions, inputs, outputs and payloads,
            the attempts and states of every step, and what lists say of the run. Changes nothing, unless --clean
            asks for it. Exits with 1 if something is wrong.

              switchyard verify last
              switchyard verify --all --json | jq '.[] | select(.problems != [])'
              switchyard verify --all --clean         also remove payloads that no event refers to
            """
    )

    @OptionGroup var reference: RunArgument

    @Flag(name: .long, help: "Verify every run.")
    var all = false

    @Flag(name: .long, help: "Remove payloads that crashes left and no event refers to.")
    var clean = false

    @Flag(name: .long, help: "Print the problems as JSON.")
    var json = false

    @OptionGroup var store: StoreOptions

    @MainActor
    mutating func run() async throws {
        let log = try store.open(in: .current(), readOnly: !clean)
        let runs = all ? try await Self.allRuns(in: log) : [try await reference.find(in: log)]
        var verifications: [RunVerification] = []
        for summary in runs { verifications.append(await Self.verification(of: summary, in: log)) }
        let removed = clean ? try await Self.removeUnusedPayloads(in: log) : 0
        StandardStream.output.write(
            json
                ? JSON.text(of: .array(verifications.map(VerificationText.json)), layout: .indented) + "\n"
                : VerificationText.text(verifications))
        if clean, !json {
            StandardStream.output.write(
                removed.map { "\($0) unused payloads removed\n" }
                    ?? "unused payloads stay: another process writes payloads\n")
        }
        if verifications.contains(where: { !$0.problems.isEmpty }) { throw CommandFailure.exit(.failed) }
    }

    private static func allRuns(in log: any EventLog) async throws(CommandFailure) -> [RunSummary] {
        do throws(EventLogError) {
            return try await log.runs(limit: .max)
        } catch {
            throw .log(error)
        }
    }

    private static func verification(of summary: RunSummary, in log: any EventLog) async -> RunVerification {
        var verification = await log.verify(summary)
        guard let payloads = log as? any PayloadStore else { return verification }
        do throws(EventLogError) {
            verification.problems += try await payloads.payloadProblems(of: summary.run)
        } catch {
            verification.problems.append(RunProblem(.unreadable(error)))
        }
        return verification
    }

    private static func removeUnusedPayloads(in log: any EventLog) async throws(CommandFailure) -> Int? {
        guard let payloads = log as? any PayloadStore else { return 0 }
        do throws(EventLogError) {
            return try await payloads.removeUnusedPayloads()
        } catch {
            throw .log(error)
        }
    }
}
