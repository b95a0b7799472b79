/// Gives layers and tracks their columns, or their rows where layers run downwards, and draws every line.
struct LadderRouter {
    private let ladder: Ladder
    private let layers: [[Int]]
    private let lines: [Int]
    private let shapes: [BoxShape]
    private let spacing: BoxSpacing
    private var pen: SheetPen
    /// Where each layer begins and where it ends, exclusive.
    private var starts: [Int] = []
    private var ends: [Int] = []
    private var gaps: [Gap] = []

    private struct Gap {
        var nets: [RoutedNet] = []
        /// Links between two ends in one line that have no other links.
        var straight: [(line: Int, isHeavy: Bool)] = []
        var channel = Channel([])
    }

    /// A net with the entries it joins.
    private struct RoutedNet {
        var sources: [Int]
        var targets: [Int]
        /// The lines of the ends of its heavy links.
        var heavy: [(from: Int, to: Int)] = []
    }

    init(_ ladder: Ladder, layers: [[Int]], lines: [Int], shapes: [BoxShape], spacing: BoxSpacing) {
        self.ladder = ladder
        self.layers = layers
        self.lines = lines
        self.shapes = shapes
        self.spacing = spacing
        pen = SheetPen(spacing.direction)
    }

    /// The sheet with everything on it.
    mutating func drawn() -> Sheet {
        measure()
        for entry in ladder.entries.indices { draw(entry: entry) }
        for gap in gaps.indices { draw(gap: gap) }
        return pen.sheet
    }

    // MARK: Columns

    private mutating func measure() {
        var start = -(layers.first ?? []).map(margin).reduce(Int.max, min)
        for layer in layers.indices {
            starts.append(start)
            let extent = layers[layer].map { entry in
                ladder.entries[entry].node.map { shapes[$0].along(spacing.direction) + 2 * shapes[$0].margin } ?? 0
            }
            ends.append(start + (extent.max() ?? 0))
            guard layer + 1 < layers.count else { break }
            let gap = gap(after: layer)
            gaps.append(gap)
            start = ends[layer] + spacing.gapLength(tracks: gap.channel.trackCount)
        }
    }

    private func margin(_ entry: Int) -> Int { ladder.entries[entry].node.map { shapes[$0].margin } ?? 0 }

    private func gap(after layer: Int) -> Gap {
        var gap = Gap()
        var netOf: [[Int]: Int] = [:]
        for entry in layers[layer] {
            let range = ladder.down.range(entry)
            guard let place = range.first else { continue }
            let first = ladder.down.neighbours[place]
            let isAlone = range.count == 1 && ladder.up.degree(first) == 1
            if isAlone, lines[entry] == lines[first] {
                gap.straight.append((lines[entry], ladder.links[ladder.down.links[place]].isHeavy))
                continue
            }
            // Sources with the same targets share a net.
            let targets = ladder.down.neighbours[range].sorted()
            let index = isAlone ? gap.nets.count : netOf[targets, default: gap.nets.count]
            if !isAlone { netOf[targets] = index }
            if index == gap.nets.count { gap.nets.append(RoutedNet(sources: [], targets: targets)) }
            gap.nets[index].sources.append(entry)
            for place in range where ladder.links[ladder.down.links[place]].isHeavy {
                gap.nets[index].heavy.append((lines[entry], lines[ladder.down.neighbours[place]]))
            }
        }
        gap.nets.removeAll { net in
            guard net.sources.count == 1, net.targets.count == 1, lines[net.sources[0]] == lines[net.targets[0]]
            else { return false }
            gap.straight.append((lines[net.sources[0]], !net.heavy.isEmpty))
            return true
        }
        gap.channel = Channel(
            gap.nets.map { net in
                Channel.Net(
                    sources: net.sources.map { lines[$0] }, targets: net.targets.map { lines[$0] },
                    isHeavy: !net.heavy.isEmpty)
            },
            otherLines: gap.straight.map(\.line))
        return gap
    }

    // MARK: Entries

    private mutating func draw(entry: Int) {
        let layer = ladder.entries[entry].layer
        let isFed = ladder.up.degree(entry) > 0
        let feedsHeavily = ladder.up.range(entry).contains { ladder.links[ladder.up.links[$0]].isHeavy }
        let leavesHeavily = ladder.down.range(entry).contains { ladder.links[ladder.down.links[$0]].isHeavy }
        guard let node = ladder.entries[entry].node else {
            // From the cell where others have their arrows to the end of the layer.
            pen.strokeAlong(starts[layer] - 1...ends[layer] - 1, line: lines[entry], isHeavy: leavesHeavily)
            return
        }
        let shape = shapes[node]
        let start = starts[layer] + shape.margin
        let leaves = ladder.down.degree(entry) > 0
        pen.place(
            node, along: start, across: lines[entry] - shape.port, shape: shape,
            outlet: leaves ? (leavesHeavily ? .heavy : .light) : .none)
        if isFed {
            if shape.inset > 0 {
                pen.strokeAlong(
                    starts[layer] - 1...starts[layer] + shape.inset - 1, line: lines[entry], isHeavy: feedsHeavily)
            }
            pen.arrow(along: starts[layer] - 1 + shape.inset, line: lines[entry], isHeavy: feedsHeavily)
        }
        if leaves {
            let end = start + shape.along(spacing.direction) + shape.margin - shape.inset - shape.slack
            if end < ends[layer] {
                pen.strokeAlong(end...ends[layer] - 1, line: lines[entry], isHeavy: leavesHeavily)
            }
        }
    }

    // MARK: Gaps

    private mutating func draw(gap: Int) {
        let (nets, channel) = (gaps[gap].nets, gaps[gap].channel)
        // The cell before the arrows.
        let far = starts[gap + 1] - 2
        for link in gaps[gap].straight { pen.strokeAlong(ends[gap]...far, line: link.line, isHeavy: link.isHeavy) }
        // Where the trunks of each net stand: two where it was cut.
        var cells: [Int: [Int]] = [:]
        for trunk in channel.trunks { cells[trunk.net, default: []].append(cell(trunk.track, in: gap)) }
        for trunk in channel.trunks {
            let tracks = cells[trunk.net] ?? []
            let isSplit = tracks.count == 2
            let at = cell(trunk.track, in: gap)
            let isFirst = isSplit && at == tracks.min()
            let net = nets[trunk.net]
            var heavy = net.heavy
            if isSplit, isFirst, let line = trunk.outgoing.first { heavy = heavy.map { ($0.from, line) } }
            if isSplit, !isFirst, let line = trunk.incoming.first { heavy = heavy.map { (line, $0.to) } }
            let heavyFrom = Set(heavy.map(\.from))
            let heavyTo = Set(heavy.map(\.to))
            draw(trunk, at: at, heavy: heavy, from: heavyFrom, to: heavyTo)
            for line in trunk.incoming where (!isSplit || isFirst) && ends[gap] < at {
                pen.strokeAlong(ends[gap]...at - 1, line: line, isHeavy: heavyFrom.contains(line))
            }
            let end = isFirst ? (tracks.max() ?? at) - 1 : far
            for line in trunk.outgoing where at < end {
                pen.strokeAlong(at + 1...end, line: line, isHeavy: heavyTo.contains(line))
            }
        }
    }

    private func cell(_ track: Int, in gap: Int) -> Int {
        ends[gap] + spacing.offset(track: track, of: gaps[gap].channel.trackCount)
    }

    /// The line across, and a joint wherever a stub meets it.
    private mutating func draw(
        _ trunk: Channel.Trunk, at along: Int, heavy: [(from: Int, to: Int)], from heavyFrom: Set<Int>,
        to heavyTo: Set<Int>
    ) {
        if trunk.first < trunk.last { pen.strokeAcross(trunk.first...trunk.last, at: along, isHeavy: false) }
        var spans = Self.merged(heavy)
        for span in spans { pen.strokeAcross(span, at: along, isHeavy: true) }
        let incoming = Set(trunk.incoming)
        let outgoing = Set(trunk.outgoing)
        for line in incoming.union(outgoing).sorted() {
            while let span = spans.first, span.upperBound < line { spans.removeFirst() }
            let span = spans.first
            pen.joint(
                along: along, line: line,
                back: weight(incoming.contains(line), heavyFrom.contains(line)),
                ahead: weight(outgoing.contains(line), heavyTo.contains(line)),
                before: weight(line > trunk.first, span.map { $0.lowerBound < line } ?? false),
                after: weight(line < trunk.last, span.map { $0.lowerBound <= line && line < $0.upperBound } ?? false))
        }
    }

    /// The stretches of a trunk that heavy links take, from first to last.
    private static func merged(_ heavy: [(from: Int, to: Int)]) -> [ClosedRange<Int>] {
        var spans: [ClosedRange<Int>] = []
        let ranges = heavy.map { min($0.from, $0.to)...max($0.from, $0.to) }.filter { $0.count > 1 }
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = spans.last, range.lowerBound <= last.upperBound {
                spans[spans.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                spans.append(range)
            }
        }
        return spans
    }

    private func weight(_ isThere: Bool, _ isHeavy: Bool) -> LineWeight {
        isThere ? (isHeavy ? .heavy : .light) : .none
    }
}
