import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import SwitchyardCore

extension ProviderExchange {
    /// What came of a question that is not put to a model.
    struct Fetched: Sendable {
        var result: Result<Value, WireFailure>
        var headers: ReplyHeaders?
    }

    /// The longest answer of this kind, in bytes: lists of models are long.
    private static let fetchLimit = 8 << 20

    /// Sends `wire` and reads the JSON that is answered, whatever it says.
    func fetch(_ wire: WireRequest, timeout: Duration?) async -> Fetched {
        let limits = CallLimits(timeout: timeout, idle: nil, isExpected: false)
        return await withTaskGroup(of: Fetched?.self) { group in
            group.addTask { await fetch(wire) }
            group.addTask { await limits.passed().map { Fetched(result: .failure($0)) } }
            defer { group.cancelAll() }
            for await case let fetched? in group { return fetched }
            return Fetched(result: .failure(WireFailure(.cancelled, .said(nil))))
        }
    }

    private func fetch(_ wire: WireRequest) async -> Fetched {
        var headers: ReplyHeaders?
        do {
            let response = try await client.execute(try httpRequest(wire, streams: false), deadline: .distantFuture)
            headers = ReplyHeaders(response.headers)
            var bytes: [UInt8] = []
            for try await chunk in response.body {
                chunk.withUnsafeReadableBytes { bytes.append(contentsOf: $0) }
                guard bytes.count <= Self.fetchLimit else {
                    throw WireFailure(.invalidOutput, .tooLong(Self.fetchLimit))
                }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            let status = Int(response.status.code)
            guard (200..<300).contains(status) else {
                return Fetched(
                    result: .failure(ErrorBody.failure(of: text, codec: codec, status: status)), headers: headers)
            }
            guard let value = try? JSON.parse(text) else { throw WireFailure(.invalidOutput, .notJSON) }
            return Fetched(result: .success(value), headers: headers)
        } catch let failure as WireFailure {
            return Fetched(result: .failure(failure), headers: headers)
        } catch {
            let failure =
                Task.isCancelled ? WireFailure(.cancelled, .said(nil)) : TransportFailure.of(error, at: address)
            return Fetched(result: .failure(failure), headers: headers)
        }
    }
}
