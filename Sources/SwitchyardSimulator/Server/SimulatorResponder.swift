import HTTPTypes
import Hummingbird
import NIOCore

/// What the responder needs of a connection.
struct SimulatorContext: InitializableFromSource {
    let channel: any Channel

    init(source: ApplicationRequestContextSource) { channel = source.channel }
}

/// Plays scripts to HTTP clients.
struct SimulatorResponder: HTTPResponder {
    /// The connection is broken on purpose.
    private struct Broken: Error {}

    /// Longer requests are refused.
    private static let maximumBody = 64 << 20

    let exchange: Exchange

    func respond(to request: Request, context: SimulatorContext) async throws -> Response {
        var request = request
        let body: ByteBuffer
        do {
            body = try await request.collectBody(upTo: Self.maximumBody)
        } catch is NIOTooManyBytesError {
            return Response(status: .contentTooLarge, headers: Self.fields([Script.label]))
        }
        var headers: [String: String] = [:]
        for field in request.headers { headers[field.name.canonicalName] = field.value }
        let script = exchange.script(
            for: IncomingRequest(
                method: request.method.rawValue, path: request.head.path ?? "/", headers: headers,
                body: String(buffer: body)))
        if script.slow > .zero { try await Task.sleep(for: script.slow) }
        if script.ending == .drop {
            try await context.channel.close()
            throw Broken()
        }
        return Response(
            status: .init(code: script.status), headers: Self.fields(script.headers),
            body: Self.body(of: script, after: request.body))
    }

    private static func fields(_ headers: [(name: String, value: String)]) -> HTTPFields {
        var fields = HTTPFields()
        for (name, value) in headers {
            guard let name = HTTPField.Name(name) else { continue }
            fields[name] = value
        }
        return fields
    }

    private static func body(of script: Script, after request: RequestBody) -> ResponseBody {
        if script.ending == .whole, script.pieces.count <= 1, script.pieces.allSatisfy({ $0.delay == .zero }),
            script.length != nil
        {
            return ResponseBody(byteBuffer: ByteBuffer(string: script.text))
        }
        return ResponseBody(contentLength: script.length) { writer in
            for piece in script.pieces {
                if piece.delay > .zero { try await Task.sleep(for: piece.delay) }
                var rest = ByteBuffer(string: piece.text)
                while let part = rest.readSlice(length: min(rest.readableBytes, script.splitBytes ?? .max)),
                    part.readableBytes > 0
                {
                    try await writer.write(part)
                }
            }
            switch script.ending {
            case .whole: try await writer.finish(nil)
            case .cut, .drop: throw Broken()
            case .stall(let time):
                // A client that gives up ends the wait.
                try await request.consumeWithCancellationOnInboundClose { _ in try await Task.sleep(for: time) }
                throw Broken()
            }
        }
    }
}
