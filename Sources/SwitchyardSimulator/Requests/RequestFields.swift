import SwitchyardCore

/// What the holes of a scenario see of a request.
enum RequestFields {
    static let names = ["question", "system", "model", "provider", "path", "call", "tool_results"]

    /// - Parameter call: which request it is that the rule answers, from 1.
    static func scope(of request: SimulatedRequest, call: Int) -> Scope {
        Scope(inputs: [
            "question": .string(request.question), "system": .string(request.system),
            "model": .string(request.model), "provider": .string(request.provider), "path": .string(request.path),
            "call": .int(call), "tool_results": Value(request.toolResults),
        ])
    }
}
