/// Gives lanes to edges, row by row from the top.
struct LaneAllocator {
    private let needs: [[Int]]
    private let dependents: [[Int]]

    /// The lanes in use, a bit each.
    private var used: [UInt64] = [0]
    /// The lanes that end at a step: its edges' own, and the one that gathers for it.
    private var ownLanes: [[Int]]
    private var gatheringLane: [Int?]
    /// The lane past all dependents of a step, and how many of them are still to come.
    private var sharedLane: [Int?]
    private var toCome: [Int]

    private var previousNode: Int?

    private(set) var laneCount = 0

    init(needs: [[Int]]) {
        self.needs = needs
        var dependents = [[Int]](repeating: [], count: needs.count)
        for (index, list) in needs.enumerated() {
            for need in list {
                precondition(need < index, "a step stands below what it needs")
                dependents[need].append(index)
            }
        }
        self.dependents = dependents
        ownLanes = Array(repeating: [], count: needs.count)
        gatheringLane = Array(repeating: nil, count: needs.count)
        sharedLane = Array(repeating: nil, count: needs.count)
        toCome = dependents.map(\.count)
    }

    private func sharesOutgoing(_ step: Int) -> Bool { dependents[step].count > LaneLayout.bundleLimit }
    private func gathersIncoming(_ step: Int) -> Bool { needs[step].count > LaneLayout.bundleLimit }

    /// Places the next step; steps come in their order.
    mutating func place(_ step: Int) -> LaneLayout.Row {
        var row = LaneLayout.Row(node: 0, left: 0, right: 0)
        row.above = used[0]
        let wasBeyond = used.dropFirst().contains { $0 != 0 }
        var joined: [Int] = []
        var ending = ownLanes[step]
        var shared: [Int] = []
        for need in needs[step] where sharesOutgoing(need) {
            guard let lane = sharedLane[need] else { continue }
            shared.append(lane)
            toCome[need] -= 1
            if toCome[need] == 0 { ending.append(lane) } else { joined.append(lane) }
        }
        if let lane = gatheringLane[step] { ending.append(lane) }
        let node = nodeLane(step, shared: shared)
        take(node)
        joined += ending
        // Lanes that end here are not used anew in this row, or a line would seem to run on past the step.
        let (opened, ownGoesOn) = open(step, node: node, joined: &joined)
        for lane in ending where lane != node || !ownGoesOn { release(lane) }
        if !ownGoesOn { release(node) }
        previousNode = node
        row.node = node
        row.below = used[0]
        joined += opened
        row.left = min(node, joined.min() ?? node)
        row.right = max(node, joined.max() ?? node)
        for lane in joined where lane < LaneLayout.maximumLanes && lane != node { row.joined |= 1 << UInt64(lane) }
        row.reachesBeyond =
            wasBeyond || row.right >= LaneLayout.maximumLanes || used.dropFirst().contains { $0 != 0 }
        laneCount = max(laneCount, row.right + 1, highest + 1)
        return row
    }

    /// Straight below an edge of its own if there is one; beside a lane that runs past; else as far left as can be.
    ///
    /// One step right below another reads as an edge. So a step that does not need the one above it stands elsewhere,
    /// unless a line from its left says where it hangs.
    private func nodeLane(_ step: Int, shared: [Int]) -> Int {
        if let own = ownLanes[step].min() { return own }
        if let lane = shared.min() { return firstFree(from: lane + 1) }
        var free = firstFree(from: 0)
        if free == previousNode, !needs[step].contains(step - 1) { free = firstFree(from: free + 1) }
        return gatheringLane[step].map { min($0, free) } ?? free
    }

    /// Whether the step hangs on a lane that passes many, in which case nothing comes to it from straight above.
    private func hangs(_ step: Int) -> Bool { needs[step].contains { sharesOutgoing($0) } }

    /// Opens the lanes that leave a step. Returns those that are new, and whether its own lane goes on below it.
    private mutating func open(_ step: Int, node: Int, joined: inout [Int]) -> (opened: [Int], ownGoesOn: Bool) {
        guard !sharesOutgoing(step) else {
            sharedLane[step] = node
            return ([], true)
        }
        var opened: [Int] = []
        var ownGoesOn = false
        // The farthest goes straight down and the nearest is outermost, so that lines nest instead of crossing.
        for target in dependents[step].reversed() where !gathersIncoming(target) {
            let goesStraight = !ownGoesOn && !hangs(target)
            let lane = goesStraight ? node : firstFree(from: node + 1)
            take(lane)
            ownLanes[target].append(lane)
            if goesStraight { ownGoesOn = true } else { opened.append(lane) }
        }
        for target in dependents[step] where gathersIncoming(target) {
            if let lane = gatheringLane[target] {
                joined.append(lane)
            } else {
                let lane = firstFree(from: node + 1)
                take(lane)
                gatheringLane[target] = lane
                opened.append(lane)
            }
        }
        return (opened, ownGoesOn)
    }

    // MARK: Lanes in use

    private mutating func take(_ lane: Int) {
        while used.count <= lane / 64 { used.append(0) }
        used[lane / 64] |= 1 << UInt64(lane % 64)
    }

    private mutating func release(_ lane: Int) {
        guard lane / 64 < used.count else { return }
        used[lane / 64] &= ~(1 << UInt64(lane % 64))
        while used.count > 1, used.last == 0 { used.removeLast() }
    }

    private func firstFree(from lane: Int) -> Int {
        var word = lane / 64
        var mask = UInt64.max << UInt64(lane % 64)
        while word < used.count {
            let free = ~used[word] & mask
            if free != 0 { return word * 64 + free.trailingZeroBitCount }
            mask = .max
            word += 1
        }
        return max(lane, used.count * 64)
    }

    private var highest: Int {
        guard let last = used.last, last != 0 else { return -1 }
        return (used.count - 1) * 64 + 63 - last.leadingZeroBitCount
    }
}
