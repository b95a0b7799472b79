/// The same graph in a bare task group: counters of open needs, a queue of ready steps, a child task for each step, as
/// many at once as there are slots.
enum BareTaskGroup {
    static func run(_ graph: BenchmarkGraph, dependents: [[Int]], slots: Int) async {
        var open = graph.needs.map(\.count)
        var ready = open.indices.filter { open[$0] == 0 }
        var head = 0
        await withTaskGroup(of: Int.self) { group in
            var running = 0
            while true {
                while running < slots, head < ready.count {
                    let step = ready[head]
                    head += 1
                    running += 1
                    group.addTask { step }
                }
                guard let step = await group.next() else { return }
                running -= 1
                for dependent in dependents[step] {
                    open[dependent] -= 1
                    if open[dependent] == 0 { ready.append(dependent) }
                }
            }
        }
    }
}
