import SwitchyardCore

/// Everything that is sent to a client in return for a request, decided before the first byte.
struct Script: Sendable {
    struct Piece: Hashable, Sendable {
        /// How long it takes to come.
        var delay = Duration.zero
        var text: String
    }

    enum Ending: Hashable, Sendable {
        case whole
        /// The connection breaks.
        case cut
        /// Nothing more comes for a time; then the connection breaks.
        case stall(Duration)
        /// The connection is closed before anything was sent.
        case drop
    }

    /// What every reply says of itself.
    static let label = ("x-switchyard-simulated", "true")

    var status: Int
    /// Name and value.
    var headers: [(name: String, value: String)]
    /// How long not even the head comes.
    var slow = Duration.zero
    var pieces: [Piece]
    var ending = Ending.whole
    /// What the head says; nil for a stream.
    var length: Int?
    /// Pieces go out in parts of so many bytes, wherever those end; nil is whole.
    var splitBytes: Int?

    init(status: Int, headers: [(String, String)], body: String, contentType: String = "application/json") {
        self.status = status
        self.headers = [("content-type", contentType), Self.label] + headers
        pieces = body.isEmpty ? [] : [Piece(text: body)]
        length = body.utf8.count
    }

    init(headers: [(String, String)], stream: [Piece], contentType: String) {
        status = 200
        self.headers = [("content-type", contentType), ("cache-control", "no-cache"), Self.label] + headers
        pieces = stream
    }

    /// All that is sent, if it is not cut.
    var text: String { pieces.map(\.text).joined() }
}
