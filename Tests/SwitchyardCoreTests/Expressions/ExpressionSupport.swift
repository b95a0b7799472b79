import OrderedCollections

@testable import SwitchyardCore

/// A scope with something of everything.
let sampleScope: Scope = {
    let rows: Value = [["name": "alpha", "size": 3], ["name": "beta", "size": 1, "owner": ["mail": "b@x"]]]
    return Scope(
        inputs: [
            "host": "web-1", "count": 3, "ratio": 0.5, "tags": ["b", "a", "b"], "none": nil, "deep": ["a": ["b": 1]],
        ],
        steps: [
            "list": StepResult(status: "succeeded", output: ["rows": rows, "odd name": 1, "x": 2]),
            "my-step": StepResult(status: "succeeded", output: "text"),
            "skipped": StepResult(status: "skipped"),
            "broken": StepResult(status: "failed", error: ["message": "no"]),
            "long": StepResult(status: "succeeded", output: "begin", outputBytesCut: 5_000_000),
        ],
        run: ["id": "r1", "started_at": "2026-11-21T07:34:00.000000Z"], env: ["HOME": "/root"],
        secrets: ["TOKEN": "s3cret"])
}()

/// What an expression comes to, as a line of a transcript: its value as JSON, or the error with its offset.
func outcome(_ source: String, in scope: Scope = sampleScope, allowsStatusFunctions: Bool = false) -> String {
    do throws(ExpressionError) {
        let expression = try Expression.parse(source, allowsStatusFunctions: allowsStatusFunctions)
        do throws(EvaluationError) {
            return JSON.text(of: try expression.evaluate(in: scope))
        } catch {
            return "fails at \(error.offset): \(error.message)"
        }
    } catch {
        return description(of: error)
    }
}

func description(of error: ExpressionError) -> String {
    "error at \(error.offset): \(error.message)" + (error.hint.map { " [\($0)]" } ?? "")
}

/// A small generator whose numbers are the same on every machine (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
