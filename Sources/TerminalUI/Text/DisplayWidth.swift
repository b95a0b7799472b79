/// What a scalar does to a line of cells.
package enum WidthClass: UInt8, Sendable {
    /// Controls, formats, bidirectional marks, variation selectors, tags: must not be sent; shown by name.
    case hidden
    /// Takes one column.
    case narrow
    /// Takes two columns.
    case wide
    /// Stands upon what precedes it.
    case mark
    /// Its width differs between terminals: unassigned, private, regional indicators, skin tones, conjoining letters.
    case doubtful
    /// A blank of one column, whatever its name.
    case space
}

/// How many columns text takes; see `WidthTable` for where the figures come from.
package enum DisplayWidth {
    /// The class of a scalar.
    package static func widthClass(of scalar: Unicode.Scalar) -> WidthClass {
        let value = scalar.value
        if value < 0x7F { return value > 0x20 ? .narrow : value == 0x20 ? .space : .hidden }
        if value < 0x10000 { return plane[Int(value)] }
        return search(value)
    }

    /// The columns of a single scalar: 0, 1 or 2; hidden and doubtful ones count as 0, as they are never drawn.
    package static func columns(of scalar: Unicode.Scalar) -> Int {
        switch widthClass(of: scalar) {
        case .narrow, .space: 1
        case .wide: 2
        case .hidden, .mark, .doubtful: 0
        }
    }

    /// The first plane spread out: drawing looks up every scalar of every frame, mostly box drawing.
    private static let plane: ContiguousArray<WidthClass> = {
        var classes = ContiguousArray(repeating: WidthClass.doubtful, count: 0x10000)
        for (index, entry) in WidthTable.ranges.enumerated() {
            let start = Int(entry >> 4)
            guard start < 0x10000 else { break }
            let isLast = index + 1 == WidthTable.ranges.count
            let end = isLast ? 0x10000 : min(0x10000, Int(WidthTable.ranges[index + 1] >> 4))
            for value in start..<end { classes[value] = decode(entry) }
        }
        return classes
    }()

    private static func decode(_ entry: UInt32) -> WidthClass {
        WidthClass(rawValue: UInt8(entry & 0xF)) ?? .doubtful
    }

    private static func search(_ value: UInt32) -> WidthClass {
        var low = 0
        var high = WidthTable.ranges.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if WidthTable.ranges[middle] >> 4 <= value { low = middle } else { high = middle }
        }
        return decode(WidthTable.ranges[low])
    }
}
