/// A request to a collector.
struct OTLPRequest: Sendable {
    var target: ExporterSettings.Target
    /// Protobuf.
    var body: [UInt8]
}

/// What came of it.
enum OTLPReply: Sendable, Equatable {
    /// - Parameter retryAfter: how long the collector asks to wait.
    case answered(status: Int, retryAfter: Duration?, body: [UInt8])
    /// In the HTTP client's words.
    case unreachable(String)
}

/// Decides, for one request, whether it is sent again.
struct ExportRetry: Sendable {
    enum Decision: Sendable, Equatable {
        case accepted([UInt8])
        /// - Parameter isAsked: whether the collector asked for it, so that it must not be shorter.
        case wait(Duration, isAsked: Bool)
        case giveUp(ExportFailure)
    }

    private static let mostTries = 6
    private static let firstWait = Duration.seconds(1)
    private static let longestWait = Duration.seconds(30)

    private var tries = 0

    /// What follows from the answer to a try.
    ///
    /// A collector's own wait is kept to; without one the wait is drawn, up to twice as long each time.
    ///
    /// - Parameters:
    ///   - isClosing: whether somebody waits for the end. One that cannot be reached is then not tried again.
    ///   - draw: from 0 to 1.
    mutating func next(after reply: OTLPReply, isClosing: Bool, draw: Double) -> Decision {
        tries += 1
        let failure: ExportFailure
        var asked: Duration?
        switch reply {
        case .answered(200..<300, _, let body): return .accepted(body)
        case .answered(let status, let retryAfter, _):
            failure = .status(status)
            // The only ones that the protocol lets a client repeat.
            guard [429, 502, 503, 504].contains(status) else { return .giveUp(failure) }
            asked = retryAfter
        case .unreachable(let words):
            failure = .unreachable(words)
            guard !isClosing else { return .giveUp(failure) }
        }
        guard tries < Self.mostTries else { return .giveUp(failure) }
        let limit = min(Self.longestWait, Self.firstWait * (1 << (tries - 1)))
        return asked.map { .wait($0, isAsked: true) } ?? .wait(limit * draw, isAsked: false)
    }
}
