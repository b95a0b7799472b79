/// Nodes that stood in an earlier drawing: those that shared a layer then keep their order where they share one now.
struct Standing {
    private let places: [BoxDrawing.Place?]

    /// - Parameter places: where each node stood, nil for those that did not.
    init(_ places: [BoxDrawing.Place?]) {
        self.places = places.contains { $0 != nil } ? places : []
    }

    var isEmpty: Bool { places.isEmpty }

    private func place(_ entry: Int) -> BoxDrawing.Place? { entry < places.count ? places[entry] : nil }

    /// Whether two entries of a layer that are in order may change places.
    func mayExchange(_ left: Int, _ right: Int) -> Bool {
        guard let first = place(left), let second = place(right) else { return true }
        return first.layer != second.layer
    }

    /// The layer's order with the standing nodes in their old order, in the places that such nodes take.
    func restored(_ order: [Int]) -> [Int] {
        guard !isEmpty else { return order }
        let slots = order.indices.filter { place(order[$0]) != nil }
        let sorted = slots.map { order[$0] }.sorted { left, right in
            guard let first = place(left), let second = place(right) else { return false }
            return (first.rank, left) < (second.rank, right)
        }
        var result = order
        for (slot, entry) in zip(slots, sorted) { result[slot] = entry }
        return result
    }
}
