/// What a simulator answers: rules, of which the first that fits a request makes the reply.
package struct Scenario: Hashable, Sendable {
    package var name: String?
    package var description: String?
    /// The models that lists of models show. A name with a known provider before a `/` is shown to that provider's
    /// clients only.
    package var models: [String]
    /// How streams pass where a reply says nothing of it.
    package var stream: StreamPace
    package var rules: [Rule]

    package init(
        name: String? = nil, description: String? = nil, models: [String] = [], stream: StreamPace = StreamPace(),
        rules: [Rule] = []
    ) {
        self.name = name
        self.description = description
        self.models = models
        self.stream = stream
        self.rules = rules
    }
}

/// Which requests are answered how.
package struct Rule: Hashable, Sendable {
    /// What the log of requests calls it.
    package var name: String?
    package var match: RequestMatch
    /// The reply of the first request, the second and so on; the last also answers every later one. Not empty.
    package var replies: [Reply]
    /// After so many replies the rule is passed over; nil is never.
    package var times: Int?

    package init(name: String? = nil, match: RequestMatch = RequestMatch(), replies: [Reply], times: Int? = nil) {
        self.name = name
        self.match = match
        self.replies = replies
        self.times = times
    }
}

/// How the pieces of a streamed answer follow each other.
package struct StreamPace: Hashable, Sendable {
    /// How many tokens a piece has, at least 1.
    package var chunkTokens: Int
    /// How long the first piece takes.
    package var firstAfter: Duration
    /// How long each later piece takes.
    package var every: Duration
    /// The stream goes out in parts of so many bytes, wherever those end, in the middle of a character too; nil is
    /// piece by piece.
    package var splitBytes: Int?

    package init(
        chunkTokens: Int = 4, firstAfter: Duration = .zero, every: Duration = .zero, splitBytes: Int? = nil
    ) {
        self.chunkTokens = chunkTokens
        self.firstAfter = firstAfter
        self.every = every
        self.splitBytes = splitBytes
    }
}
