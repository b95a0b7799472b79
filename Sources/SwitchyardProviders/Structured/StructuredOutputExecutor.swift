package import SwitchyardCore

/// Checks answers against the schema of their request, and lets the model mend one that does not fit, once.
///
/// It stands above the layers that count money, so that each turn is reserved and settled by itself; its response holds
/// the usage, cost, time and attempts of both. What comes of the second turn is not reported: the first has been shown.
/// Answers that call tools, or were refused, pass as they are.
package struct StructuredOutputExecutor: ModelExecutor {
    private let base: any ModelExecutor

    package init(_ base: any ModelExecutor) {
        self.base = base
    }

    /// - Throws: besides what the layers below throw, ``ModelError/Kind-swift.enum/invalidOutput`` for an answer that
    ///   does not fit in spite of everything, or that was cut off by the longest answer.
    package func run(
        _ request: ModelRequest, in context: ExecutionContext
    ) async throws(ModelError) -> ModelResponse {
        guard let schema = request.outputSchema else { return try await base.run(request, in: context) }
        let first = try await base.run(request, in: context)
        guard let problems = try problems(of: first, schema, request) else { return first }
        var repair = request
        repair.messages += [first.message, .user(SchemaInstruction.repair(problems))]
        repair.toolChoice = .none
        var quiet = context
        quiet.report = { _ in }
        quiet.timeout = context.timeout.map { max($0 - first.latency, .milliseconds(1)) }
        let second = Self.joined(first, try await base.run(repair, in: quiet))
        guard let left = try self.problems(of: second, schema, request) else { return second }
        throw ModelError(
            .invalidOutput,
            "\(second.model) gave no answer that fits the schema, also when told what is wrong: \(left.prefix(3).joined(separator: "; "))",
            model: second.model, requestID: second.requestID, hasBegun: Self.hasShown(first, request),
            headroom: second.headroom, attempts: second.attempts)
    }

    /// What is wrong with an answer; nil if nothing is, or nothing can be.
    private func problems(
        of response: ModelResponse, _ schema: OutputSchema, _ request: ModelRequest
    ) throws(ModelError) -> [String]? {
        guard response.toolCalls.isEmpty else { return nil }
        switch response.finish {
        case .refused: return nil
        case .length where response.structured == nil:
            throw ModelError(
                .invalidOutput, "the answer of \(response.model) was cut off: it is longer than the request allows",
                model: response.model, requestID: response.requestID, hasBegun: Self.hasShown(response, request),
                headroom: response.headroom, attempts: response.attempts)
        case .stop, .length, .toolCalls, .other: break
        }
        guard let value = response.structured else { return ["it is not JSON"] }
        let problems = JSONSchema.problems(of: value, against: schema.schema)
        return problems.isEmpty ? nil : problems.map(\.description)
    }

    private static func hasShown(_ response: ModelResponse, _ request: ModelRequest) -> Bool {
        request.streams && !response.text.isEmpty
    }

    private static func joined(_ first: ModelResponse, _ second: ModelResponse) -> ModelResponse {
        var response = second
        response.usage = first.usage + second.usage
        response.rawUsage = [first.rawUsage, second.rawUsage]
        response.cost = first.cost.flatMap { cost in second.cost.map { cost + $0 } }
        response.latency = first.latency + second.latency
        response.firstTokenAfter = first.firstTokenAfter
        response.attempts = first.attempts + second.attempts
        response.settlements = first.settlements + second.settlements
        return response
    }
}

extension TokenUsage {
    /// What two calls used together. Of a count that one of them does not state, the sum is unknown.
    package static func + (left: TokenUsage, right: TokenUsage) -> TokenUsage {
        func sum(_ count: KeyPath<TokenUsage, Int?>) -> Int? {
            guard let a = left[keyPath: count], let b = right[keyPath: count] else { return nil }
            return a.addingReportingOverflow(b).partialValue
        }
        return TokenUsage(
            uncachedInput: sum(\.uncachedInput), cacheRead: sum(\.cacheRead), cacheWrite: sum(\.cacheWrite),
            cacheWriteLong: sum(\.cacheWriteLong), output: sum(\.output), reasoning: sum(\.reasoning))
    }
}
