/// Which trunks must or should stand before which.
struct TrunkOrder {
    /// Trunks above which crossings are not looked at.
    private static let preferenceLimit = 64

    private var trunks: [Channel.Trunk] = []
    private var after: [[Int]] = []
    private var before: [[Int]] = []
    /// The lines in which no trunk can change its track; made when first asked for, as it seldom is.
    private var usedLines: Set<Int> = []
    private let otherLines: [Int]

    init(_ nets: [Channel.Net], otherLines: [Int]) {
        self.otherLines = otherLines
        trunks = nets.enumerated().map { index, net in
            Channel.Trunk(net: index, incoming: net.sources, outgoing: net.targets)
        }
        after = Array(repeating: [], count: trunks.count)
        before = after
        var owner: [Int: Int] = [:]
        for (index, trunk) in trunks.enumerated() { for line in trunk.incoming { owner[line] = index } }
        for (index, trunk) in trunks.enumerated() {
            for line in trunk.outgoing {
                if let first = owner[line], first != index { constrain(first, index) }
            }
        }
        cutCycles(nets)
    }

    private mutating func constrain(_ first: Int, _ second: Int) {
        guard !after[first].contains(second) else { return }
        after[first].append(second)
        before[second].append(first)
    }

    // MARK: Cycles

    private mutating func cutCycles(_ nets: [Channel.Net]) {
        var open = before.map(\.count)
        var ready = trunks.indices.filter { open[$0] == 0 }
        var isDone = [Bool](repeating: false, count: trunks.count)
        var left = trunks.count
        var lowest = 0
        while left > 0 {
            while let trunk = ready.popLast() {
                isDone[trunk] = true
                left -= 1
                for next in after[trunk] {
                    open[next] -= 1
                    if open[next] == 0 { ready.append(next) }
                }
            }
            guard left > 0 else { return }
            while isDone[lowest] { lowest += 1 }
            let cut = weakest(inCycleBefore: lowest, isDone: isDone, nets)
            // The half at the sources comes before all that the net came before; the half at the targets waits on.
            let half = split(cut)
            isDone.append(false)
            open.append(0)
            open[cut] += 1
            left += 1
            ready.append(half)
        }
    }

    /// The net of a cycle that is the least loss when cut.
    private func weakest(inCycleBefore start: Int, isDone: [Bool], _ nets: [Channel.Net]) -> Int {
        var walk: [Int] = []
        var seen: [Int: Int] = [:]
        var trunk = start
        while seen[trunk] == nil {
            seen[trunk] = walk.count
            walk.append(trunk)
            // What waits, waits for something that waits too.
            trunk = before[trunk].first { !isDone[$0] } ?? start
        }
        func loss(_ trunk: Int) -> (Int, Int, Int) {
            let reach = trunks[trunk].last - trunks[trunk].first
            return (nets[trunks[trunk].net].isHeavy ? 1 : 0, reach, trunk)
        }
        return walk[(seen[trunk] ?? 0)...].min { loss($0) < loss($1) } ?? start
    }

    private mutating func split(_ cut: Int) -> Int {
        let whole = trunks[cut]
        let line = freeLine(near: (whole.first + whole.last) / 2)
        let half = trunks.count
        trunks[cut] = Channel.Trunk(net: whole.net, incoming: [line], outgoing: whole.outgoing)
        trunks.append(Channel.Trunk(net: whole.net, incoming: whole.incoming, outgoing: [line]))
        after.append(after[cut])
        before.append([])
        for next in after[cut] { before[next] = before[next].map { $0 == cut ? half : $0 } }
        after[cut] = []
        constrain(half, cut)
        return half
    }

    private mutating func freeLine(near middle: Int) -> Int {
        if usedLines.isEmpty {
            usedLines.formUnion(otherLines)
            for trunk in trunks {
                usedLines.formUnion(trunk.incoming)
                usedLines.formUnion(trunk.outgoing)
            }
        }
        var distance = 0
        while true {
            for line in [middle + distance, middle - distance] where line >= 0 && !usedLines.contains(line) {
                usedLines.insert(line)
                return line
            }
            distance += 1
        }
    }

    // MARK: Crossings

    /// Adds what saves crossings, most savings first, as long as the tracks stay few.
    mutating func preferFewerCrossings() {
        guard trunks.count > 1, trunks.count <= Self.preferenceLimit else { return }
        var wishes: [(first: Int, second: Int, saved: Int)] = []
        for left in trunks.indices {
            for right in trunks.indices.dropFirst(left + 1) where trunks[left].overlaps(trunks[right]) {
                let saved = crossings(right, left) - crossings(left, right)
                if saved > 0 { wishes.append((left, right, saved)) }
                if saved < 0 { wishes.append((right, left, -saved)) }
            }
        }
        wishes.sort { $0.saved > $1.saved }
        var depths = TrunkDepths(after: after, before: before)
        let limit = max(density + max(2, density / 2), depths.longest)
        for wish in wishes where depths.add(wish.first, wish.second, limit: limit) {
            constrain(wish.first, wish.second)
        }
    }

    /// The crossings of two trunks' lines where the first stands first.
    private func crossings(_ first: Int, _ second: Int) -> Int {
        let (left, right) = (trunks[first], trunks[second])
        let ahead = left.outgoing.count { $0 >= right.first && $0 <= right.last && !right.outgoing.contains($0) }
        let behind = right.incoming.count { $0 >= left.first && $0 <= left.last }
        return ahead + behind
    }

    /// The most trunks that touch one line.
    private var density: Int {
        var changes: [Int: Int] = [:]
        for trunk in trunks {
            changes[trunk.first, default: 0] += 1
            changes[trunk.last + 2, default: 0] -= 1
        }
        var now = 0
        var most = 0
        for line in changes.keys.sorted() {
            now += changes[line] ?? 0
            most = max(most, now)
        }
        return most
    }

    // MARK: Tracks

    /// Fills track after track with those whose predecessors all have one, in the order of their first lines.
    func assigned() -> ([Channel.Trunk], Int) {
        var result = trunks
        var open = before.map(\.count)
        var ready = trunks.indices.filter { open[$0] == 0 }
        var track = 0
        while !ready.isEmpty {
            ready.sort { (trunks[$0].first, $0) < (trunks[$1].first, $1) }
            var waiting: [Int] = []
            var released: [Int] = []
            var end: Int?
            for trunk in ready {
                // A blank between two in one track, or in ASCII their corners would touch.
                if let end, trunks[trunk].first <= end + 1 {
                    waiting.append(trunk)
                    continue
                }
                end = trunks[trunk].last
                result[trunk].track = track
                for next in after[trunk] {
                    open[next] -= 1
                    if open[next] == 0 { released.append(next) }
                }
            }
            ready = waiting + released
            track += 1
        }
        return (result, track)
    }
}
