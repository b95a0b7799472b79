/// Splits rectangles into parts.
///
/// Parts never overlap and never leave the rectangle. Where there is too little room, earlier parts are served first
/// and the last may be empty. Where nothing shares what is left over, it stays unused.
package enum Layout {
    /// Parts side by side, from left to right.
    package static func columns(_ rect: Rect, _ constraints: [Constraint], spacing: Int = 0) -> [Rect] {
        spans(rect.width, constraints, spacing: spacing).map { span in
            Rect(column: rect.column + span.start, row: rect.row, width: span.length, height: rect.height)
        }
    }

    /// Parts one below the other, from top to bottom.
    package static func rows(_ rect: Rect, _ constraints: [Constraint], spacing: Int = 0) -> [Rect] {
        spans(rect.height, constraints, spacing: spacing).map { span in
            Rect(column: rect.column, row: rect.row + span.start, width: rect.width, height: span.length)
        }
    }

    private static func spans(
        _ total: Int, _ constraints: [Constraint], spacing: Int
    ) -> [(start: Int, length: Int)] {
        let room = max(0, total - spacing * max(0, constraints.count - 1))
        var lengths = lengths(room, constraints)
        let left = room - lengths.reduce(0, +)
        let weights = constraints.map { constraint in
            switch constraint {
            case .fixed, .percentage: 0
            case .minimum: 1
            case .fill(let weight): max(0, weight)
            }
        }
        let totalWeight = weights.reduce(0, +)
        if left > 0, totalWeight > 0 {
            // Cumulative rounding, so that the shares add up to what is left.
            var seen = 0
            for (index, weight) in weights.enumerated() {
                lengths[index] += left * (seen + weight) / totalWeight - left * seen / totalWeight
                seen += weight
            }
        }
        var start = 0
        return lengths.map { length in
            defer { start = min(total, start + length + spacing) }
            return (start, min(length, total - start))
        }
    }

    /// What each part needs before sharing.
    private static func lengths(_ room: Int, _ constraints: [Constraint]) -> [Int] {
        var left = room
        return constraints.map { constraint in
            let wanted =
                switch constraint {
                case .fixed(let cells), .minimum(let cells): cells
                case .percentage(let hundredths): room * hundredths / 100
                case .fill: 0
                }
            let length = min(max(0, wanted), left)
            left -= length
            return length
        }
    }
}
