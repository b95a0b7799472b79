import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import SwitchyardCore

/// One HTTP exchange with a provider.
struct ProviderExchange: Sendable {
    /// What came of it.
    struct Outcome: Sendable {
        var result: Result<WireReply, WireFailure>
        var headers: ReplyHeaders?
        /// When the first piece of the answer had come.
        var firstPiece: ContinuousClock.Instant?
        /// Whether a piece was reported.
        var hasBegun = false
    }

    /// How much of an error's body is read.
    private static let errorLimit = 64 << 10
    /// How long an answer that is whole may take to end its connection's part, so that the connection can be used again.
    private static let drainTime = Duration.milliseconds(200)

    let client: HTTPClient
    let codec: any WireCodec
    let key: String?
    let mask: AnswerMask
    var limit = AnswerLimit()

    var address: String { codec.target.settings.baseURL }

    /// Sends `wire` and reads the answer. Cancelling the task, and the limits, close the connection.
    func perform(_ wire: WireRequest, for request: ModelRequest, in context: ExecutionContext) async -> Outcome {
        let limits = CallLimits(
            timeout: context.timeout, idle: context.idleTimeout, isExpected: request.streams)
        let (whole, signal) = AsyncStream.makeStream(of: Void.self)
        return await withTaskGroup(of: Event.self) { group in
            group.addTask {
                .ended(await exchange(wire, request, context.report, limits) { signal.yield() })
            }
            group.addTask { .limit(await limits.passed()) }
            group.addTask {
                for await _ in whole {
                    try? await Task.sleep(for: Self.drainTime)
                    return .drained
                }
                return .limit(nil)
            }
            var limit: WireFailure?
            for await event in group {
                switch event {
                case .ended(var outcome):
                    group.cancelAll()
                    if case .failure = outcome.result, let limit { outcome.result = .failure(limit) }
                    return outcome
                case .limit(let failure?):
                    limit = failure
                    group.cancelAll()
                case .drained: group.cancelAll()
                case .limit(nil): break
                }
            }
            return Outcome(result: .failure(WireFailure(.cancelled, .said(nil))))
        }
    }

    private enum Event {
        case ended(Outcome)
        case limit(WireFailure?)
        case drained
    }

    private func exchange(
        _ wire: WireRequest, _ request: ModelRequest, _ report: @Sendable (ModelDelta) -> Void, _ limits: CallLimits,
        _ isWhole: () -> Void
    ) async -> Outcome {
        var outcome = Outcome(result: .failure(WireFailure(.cancelled, .said(nil))))
        do {
            let response = try await client.execute(
                try httpRequest(wire, streams: request.streams), deadline: .distantFuture)
            limits.arrived()
            let headers = ReplyHeaders(response.headers)
            outcome.headers = headers
            guard (200..<300).contains(response.status.code) else {
                outcome.result = .failure(try await failure(response, headers, request, limits))
                return outcome
            }
            switch try framing(headers, request) {
            case nil: try await readWhole(response, request, report, limits, &outcome)
            case let framing?: try await readStream(response, request, framing, report, limits, &outcome, isWhole)
            }
        } catch let failure as WireFailure {
            outcome.result = .failure(failure)
        } catch {
            outcome.result = .failure(
                Task.isCancelled ? WireFailure(.cancelled, .said(nil)) : TransportFailure.of(error, at: address))
        }
        return outcome
    }

    // MARK: Reading

    /// How the answer comes, by what it says it is; nil for whole.
    private func framing(_ headers: ReplyHeaders, _ request: ModelRequest) throws(WireFailure) -> StreamFraming? {
        switch headers.contentType {
        case "text/event-stream": return .serverSentEvents
        case "application/x-ndjson", "application/jsonl", "application/x-jsonlines": return .lines
        case let type where type == "application/json" || type.hasSuffix("+json"):
            return request.streams && codec.framing == .lines ? .lines : nil
        case "", "text/plain", "application/octet-stream": return request.streams ? codec.framing : nil
        case let type: throw WireFailure(.invalidOutput, .contentType(type))
        }
    }

    private func readWhole(
        _ response: HTTPClientResponse, _ request: ModelRequest, _ report: (ModelDelta) -> Void, _ limits: CallLimits,
        _ outcome: inout Outcome
    ) async throws {
        let bytes = try await read(response, limit: limit.whole, limits)
        guard bytes.count <= limit.whole else { throw WireFailure(.invalidOutput, .tooLong(limit.whole)) }
        guard let value = try? JSON.parse(String(decoding: bytes, as: UTF8.self)) else {
            throw WireFailure(.invalidOutput, .notJSON)
        }
        let reply = mask.masking(try codec.reply(from: value, to: request))
        if request.streams {
            outcome.firstPiece = .now
            for delta in reply.deltas { report(delta) }
            outcome.hasBegun = !reply.deltas.isEmpty
        }
        outcome.result = .success(reply)
    }

    private func readStream(
        _ response: HTTPClientResponse, _ request: ModelRequest, _ framing: StreamFraming,
        _ report: (ModelDelta) -> Void, _ limits: CallLimits, _ outcome: inout Outcome, _ isWhole: () -> Void
    ) async throws {
        var stream = ReplyStream(codec, for: request, framing: framing, limit: limit.event)
        var masked = DeltaMask(mask)
        var count = 0
        func show(_ deltas: [ModelDelta], _ outcome: inout Outcome) {
            guard !deltas.isEmpty else { return }
            if outcome.firstPiece == nil { outcome.firstPiece = .now }
            // What is held back and not shown has not begun either.
            guard request.streams else { return }
            for delta in deltas {
                for shown in masked.take(delta) {
                    report(shown)
                    outcome.hasBegun = true
                }
            }
        }
        var broken: (any Error)?
        do {
            for try await chunk in response.body {
                limits.arrived()
                count += chunk.readableBytes
                guard count <= limit.whole else { throw WireFailure(.invalidOutput, .tooLong(limit.whole)) }
                let wasOver = stream.isOver
                show(chunk.withUnsafeReadableBytes { stream.feed($0) }, &outcome)
                if stream.isOver, !wasOver { isWhole() }
            }
        } catch {
            broken = error
        }
        // A connection that breaks, or is closed, after the answer's end has done no harm.
        let (deltas, result) = stream.finish()
        show(deltas, &outcome)
        for shown in masked.finish() where request.streams {
            report(shown)
            outcome.hasBegun = true
        }
        if case .failure(let failure) = result, failure.reason == .cutOff, let broken { throw broken }
        outcome.result = result.map(mask.masking)
    }

    /// The body, or somewhat more than `limit` bytes of it.
    private func read(_ response: HTTPClientResponse, limit: Int, _ limits: CallLimits) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await chunk in response.body {
            limits.arrived()
            chunk.withUnsafeReadableBytes { bytes.append(contentsOf: $0) }
            if bytes.count > limit { break }
        }
        return bytes
    }

    private func failure(
        _ response: HTTPClientResponse, _ headers: ReplyHeaders, _ request: ModelRequest, _ limits: CallLimits
    ) async throws -> WireFailure {
        let status = Int(response.status.code)
        if (300..<400).contains(status) {
            return WireFailure(
                .invalidRequest, .redirect(response.headers.first(name: "location")), status: status)
        }
        let body = String(decoding: try await read(response, limit: Self.errorLimit, limits), as: UTF8.self)
        var failure = ErrorBody.failure(of: body, codec: codec, status: status)
        failure.retryAfter = [failure.retryAfter, headers.retryAfter].compactMap(\.self).max()
        if codec.isOverflow(failure, of: request) {
            failure.kind = .contextOverflow
        } else if codec.knowsShouldRetry, let mayRepeat = headers.shouldRetry {
            failure.kind = FailureKind.of(failure.kind, mayRepeat: mayRepeat)
        }
        return failure
    }
}
