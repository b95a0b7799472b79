/// The gap between two layers: which trunk carries which edges, and the track that each trunk stands in.
///
/// Sources that lead to the same targets share a net. A net has a trunk across the lines, with a stub to each source on
/// one side and to each target on the other; one whose only source and target are in one line needs none.
/// Trunks stand in tracks by left-edge assignment (Hashimoto and Stevens, 1971): where one net's source and another
/// net's target are in one line, the first one's trunk comes first, or their stubs would run over each other. Nets
/// that want this of each other in a circle are cut: one of them changes track in a line that nothing else uses.
struct Channel {
    /// Edges between two layers, from each of the sources to each of the targets.
    struct Net: Hashable {
        /// The lines of the sources, and of the targets; no two nets have a source in common.
        var sources: [Int]
        var targets: [Int]
        /// Whether it is better left whole.
        var isHeavy: Bool
    }

    struct Trunk {
        let net: Int
        /// The lines where stubs come in, and where they leave.
        let incoming: [Int]
        let outgoing: [Int]
        /// The first and the last line it touches.
        let first: Int
        let last: Int
        var track = 0

        init(net: Int, incoming: [Int], outgoing: [Int]) {
            self.net = net
            self.incoming = incoming
            self.outgoing = outgoing
            first = min(incoming.min() ?? .max, outgoing.min() ?? .max)
            last = max(incoming.max() ?? .min, outgoing.max() ?? .min)
        }

        func overlaps(_ other: Trunk) -> Bool { first <= other.last + 1 && other.first <= last + 1 }
    }

    /// One or two for each net; of two, the one at the sources is in the lower track.
    let trunks: [Trunk]
    let trackCount: Int

    /// Assigns tracks to nets.
    ///
    /// - Parameter otherLines: the lines used by what runs straight through the gap.
    init(_ nets: [Net], otherLines: [Int] = []) {
        var order = TrunkOrder(nets, otherLines: otherLines)
        order.preferFewerCrossings()
        (trunks, trackCount) = order.assigned()
    }
}
