/// For each of a row of entries, those it is linked with, and by which links.
struct Adjacency {
    private var starts: [Int]
    private(set) var neighbours: [Int]
    private(set) var links: [Int]

    /// Files links under one of their ends; each list keeps the links' order.
    ///
    /// - Parameter ends: for each link, the entry it is filed under and the one it leads to.
    init(count: Int, ends: [(key: Int, neighbour: Int)]) {
        starts = Array(repeating: 0, count: count + 1)
        for end in ends { starts[end.key + 1] += 1 }
        for index in 0..<count { starts[index + 1] += starts[index] }
        neighbours = Array(repeating: 0, count: ends.count)
        links = neighbours
        var next = starts
        for (link, end) in ends.enumerated() {
            let place = next[end.key]
            next[end.key] += 1
            neighbours[place] = end.neighbour
            links[place] = link
        }
    }

    /// Where the lists of an entry stand in `neighbours` and `links`.
    func range(_ entry: Int) -> Range<Int> { starts[entry]..<starts[entry + 1] }

    /// The neighbours of an entry.
    func of(_ entry: Int) -> ArraySlice<Int> { neighbours[range(entry)] }

    func degree(_ entry: Int) -> Int { starts[entry + 1] - starts[entry] }
}
