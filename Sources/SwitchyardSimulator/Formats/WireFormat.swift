import SwitchyardCore

/// A provider's format: how a question to a model is read, and how the answer is sent.
protocol WireFormat: Sendable {
    /// The provider that speaks it, as rules name it.
    var provider: String { get }

    /// The question in `body`.
    ///
    /// - Parameters:
    ///   - model: the model that the path names.
    ///   - header: the values of the request's headers, by their names in small letters.
    /// - Throws: why a provider refuses it.
    func request(
        _ body: Value, model: String?, provider: String, path: String, header: (String) -> String?
    ) throws(Refusal) -> SimulatedRequest

    /// The body of an answer that is not streamed.
    func whole(_ answer: Answer, to request: SimulatedRequest, _ envelope: Envelope) -> Value

    /// What is sent of a streamed answer, in order.
    func frames(_ answer: Answer, to request: SimulatedRequest, _ envelope: Envelope) -> [Frame]

    /// What tells of an error when the status is sent already; `index` is its place in the stream.
    func errorFrame(_ kind: ErrorKind, at index: Int, to request: SimulatedRequest, _ envelope: Envelope) -> Frame

    /// How frames follow each other.
    func framing(of request: SimulatedRequest) -> Framing

    /// The status and body of an error reply.
    func refusal(_ refusal: Refusal, model: String?, _ envelope: Envelope) -> (status: Int, body: Value)

    /// The headers of every reply: name and value.
    func headers(_ envelope: Envelope, limits: RateHeadroom?) -> [(String, String)]
}

extension Refusal: Error {}

/// A piece of a streamed answer.
struct Frame: Hashable, Sendable {
    enum Content: Hashable, Sendable {
        case json(Value)
        case text(String)
        /// As it is, without the marks of the stream.
        case bare(String)
    }

    /// The name of an event, where events have names.
    var event: String?
    var content: Content
    /// Whether it brings a piece of the answer; the others begin and end it.
    var isPiece: Bool

    init(_ value: Value, event: String? = nil, isPiece: Bool = false) {
        self.event = event
        content = .json(value)
        self.isPiece = isPiece
    }

    init(text: String) {
        content = .text(text)
        isPiece = false
    }

    init(bare: String) {
        content = .bare(bare)
        isPiece = false
    }
}

/// How the pieces of a stream are told apart.
enum Framing: Hashable, Sendable {
    case serverSentEvents
    case jsonLines
    /// One JSON array, written as it grows.
    case array

    var contentType: String {
        switch self {
        case .serverSentEvents: "text/event-stream; charset=utf-8"
        case .jsonLines: "application/x-ndjson"
        case .array: "application/json; charset=UTF-8"
        }
    }

    /// What `frame` holds, without the marks of a stream.
    func content(of frame: Frame) -> String {
        switch frame.content {
        case .json(let value): JSON.text(of: value)
        case .text(let text), .bare(let text): text
        }
    }

    /// The text of `frame`, the one at `index` of `count`.
    func text(of frame: Frame, at index: Int, of count: Int) -> String {
        let content = content(of: frame)
        if case .bare = frame.content { return content }
        switch self {
        case .serverSentEvents: return (frame.event.map { "event: \($0)\n" } ?? "") + "data: \(content)\n\n"
        case .jsonLines: return content + "\n"
        case .array: return (index == 0 ? "[" : ",\r\n") + content + (index == count - 1 ? "]" : "")
        }
    }
}

/// What is made up for a reply: its number, its time and its ids.
struct Envelope: Hashable, Sendable {
    /// The number of the request, from 1.
    var number: Int
    var now: Timestamp

    var seconds: Int { Int(now.microseconds / 1_000_000) }

    private static let alphabet = Array("0123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")

    /// An id of the provider's shape: `prefix` and `length` letters and digits, the same for the same request.
    ///
    /// - Parameter part: tells ids of one reply apart.
    func id(_ prefix: String, length: Int = 24, part: Int = 0) -> String {
        // FNV-1a over what the id depends on.
        var state: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in "\(number)/\(part)/\(prefix)".utf8 { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        var id = prefix
        for _ in 0..<length {
            // SplitMix64.
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            id.append(Self.alphabet[Int((mixed ^ (mixed >> 31)) % UInt64(Self.alphabet.count))])
        }
        return id
    }
}
