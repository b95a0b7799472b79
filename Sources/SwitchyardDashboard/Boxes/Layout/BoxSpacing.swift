/// The blank cells that a drawing's options ask for.
struct BoxSpacing {
    let direction: BoxOptions.Direction
    /// Tracks up to which they stand apart, which is easier to follow.
    private static let fewTracks = 6

    private let isASCII: Bool
    /// Between a layer and the first track, and between the last track and the arrows.
    let lead: (beforeTracks: Int, afterTracks: Int)
    private let betweenNodes: Int
    private let besideLines: Int

    init(_ options: BoxOptions) {
        direction = options.direction
        isASCII = options.isASCII
        lead = options.direction == .rightwards ? (1, 1) : (0, 0)
        switch (options.direction, options.framing) {
        case (.rightwards, .bare), (.rightwards, .framed): betweenNodes = 1
        case (.rightwards, .room): betweenNodes = 0
        case (.downwards, .bare): betweenNodes = 3
        case (.downwards, .framed): betweenNodes = 2
        case (.downwards, .room): betweenNodes = 1
        }
        besideLines = options.direction == .rightwards && options.framing == .bare ? 0 : 1
    }

    /// Between neighbours of a layer.
    func gap(_ first: Room, _ second: Room) -> Int {
        if first.isNode && second.isNode { return betweenNodes }
        if first.isNode || second.isNode { return besideLines }
        return direction == .rightwards ? 0 : 1
    }

    /// Between parts of a drawing that no edge joins.
    var betweenParts: Int { max(1, betweenNodes) }

    /// From one track to the next. In ASCII, corners side by side would seem to be joined.
    private func pitch(_ tracks: Int) -> Int {
        isASCII || direction == .rightwards && tracks <= Self.fewTracks ? 2 : 1
    }

    /// The cells from a layer's end to the next one's start.
    func gapLength(tracks: Int) -> Int {
        guard tracks > 0 else { return 2 }
        return lead.beforeTracks + (tracks - 1) * pitch(tracks) + 1 + lead.afterTracks + 1
    }

    /// The cell of a track, of so many, counted from the layer's end.
    func offset(track: Int, of tracks: Int) -> Int { lead.beforeTracks + track * pitch(tracks) }
}
