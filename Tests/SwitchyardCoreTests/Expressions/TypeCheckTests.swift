import OrderedCollections
import Testing

@testable import SwitchyardCore

/// An environment with something of everything.
let sampleEnvironment: TypeEnvironment = {
    var environment = TypeEnvironment()
    environment.inputs = .record([
        "host": .string(), "count": .integer, "ratio": .number, "flag": .boolean, "tags": .array(of: .string()),
        "cfg": .record(["port": .integer, "name": .string()]), "mode": .string(oneOf: ["dev", "prod"]),
        "opt": ExpressionType.integer.orNull, "anything": .any, "none": .null,
    ])
    let row = ExpressionType.record(["name": .string(), "size": .integer])
    environment.steps = [
        "list": StepShape(output: .record(["rows": .array(of: row), "total": .integer])),
        "text": StepShape(output: ExpressionType.string().orNull),
        "maybe": StepShape(output: ExpressionType.record(["rows": .array(of: row)]).orNull),
        "decision": StepShape(output: ExpressionType.string(oneOf: ["restart", "skip"]).orNull),
        "my-step": StepShape(),
    ]
    environment.env = ["HOME"]
    environment.secrets = ["TOKEN"]
    return environment
}()

@Suite struct TypeCheckTests {
    @Test(arguments: [
        "inputs.count + inputs.ratio", "inputs.opt + 1", "inputs.anything + 1 == 3", "inputs.tags + ['a']",
        "inputs.opt > 3", "steps.text.output < 'b'", "inputs.host in 'abc'", "inputs.count in [1, 2]",
        "'port' in inputs.cfg", "inputs.none.a.b", "steps.maybe.output.rows[0].name", "steps.list.output.rows[-1].size",
        "steps.my-step.output.a[0].b", "steps.my-step.error.message", "inputs.opt | default('none')",
        "steps.list.status == 'succeeded'", "steps.list.status in ['failed', 'skipped']", "inputs.mode != 'prod'",
        "steps.decision.output == 'restart'", "steps.decision.output == null", "inputs.anything == 3",
        "inputs.tags | first | upper", "steps.list.output.rows | map('name') | sort | join(', ')",
        "steps.list.output.rows | where('size', 3) | length", "inputs.host | date('%F')", "inputs.opt | round",
        "inputs.anything | map(inputs.host)", "steps | keys", "steps.list | json", "run.started_at | date('%F')",
        "env.HOME ~ secrets.TOKEN", "inputs.flag and steps.text.output or inputs.count", "not inputs.cfg",
        "1 + 1", "'[1]' | from_json | length", "failed() or always()",
        "(inputs.host | from_json).a.b + 1", "inputs.count == 3.5", "[inputs.count, inputs.host][0] == 'a'",
        "steps.list.output_bytes_cut | default(0)",
        "inputs.opt == null or inputs.opt + 1 > 2", "-inputs.opt", "inputs | keys | length",
    ])
    func `what may turn out well is not reported`(source: String) throws {
        let expression = try Expression.parse(source, allowsStatusFunctions: true)
        #expect(expression.check(in: sampleEnvironment).problems == [])
    }

    @Test(arguments: [operators, comparisons, searches, paths, names, filters, places])
    func `what cannot turn out well is reported with its place and a way out`(transcript: String) throws {
        var lines: [String] = []
        for source in transcript.split(separator: "\n") where !source.hasPrefix(" ") {
            lines.append(String(source))
            for problem in try Expression.parse(String(source)).check(in: sampleEnvironment).problems {
                lines.append("    \(problem.offset) \(problem.verdict): \(problem.message)")
                if let hint = problem.hint { lines.append("        hint: \(hint)") }
            }
        }
        #expect(lines.joined(separator: "\n") == transcript)
    }
}
