/// Which rows of a long list are seen, and which is selected.
///
/// The selection is always inside the list and always seen; an empty list has selection 0 and nothing visible.
package struct ScrollList: Hashable, Sendable {
    /// The selected row.
    package private(set) var selection = 0

    /// The first row that is seen.
    package private(set) var offset = 0

    /// How many rows there are.
    package private(set) var count: Int

    /// How many of them are seen at once.
    package private(set) var height: Int

    /// Whether the selection stays on the last row as rows are added.
    package private(set) var isFollowing: Bool

    /// A list with its first row selected, or its last when it follows.
    package init(count: Int = 0, height: Int = 0, isFollowing: Bool = false) {
        self.count = max(0, count)
        self.height = max(0, height)
        self.isFollowing = isFollowing
        settle()
    }

    /// The rows that are seen.
    package var visible: Range<Int> { offset..<min(count, offset + height) }

    /// Tells the list how long it and its window have become.
    package mutating func update(count: Int, height: Int) {
        self.count = max(0, count)
        self.height = max(0, height)
        settle()
    }

    /// Selects a row, or the nearest there is; following ends unless it is the last.
    package mutating func select(_ row: Int) {
        selection = row
        isFollowing = isFollowing && row >= count - 1
        settle()
    }

    /// Moves the selection by rows.
    package mutating func move(by rows: Int) {
        select(selection + rows)
    }

    /// Moves the selection by windows, keeping its place in the window; fractions as `0.5` for half a page.
    package mutating func page(by windows: Double) {
        let rows = Int((Double(max(1, height)) * windows).rounded(.awayFromZero))
        offset += rows
        select(selection + rows)
    }

    /// Selects the first row.
    package mutating func moveToStart() {
        select(0)
    }

    /// Selects the last row.
    package mutating func moveToEnd() {
        select(count - 1)
    }

    /// Starts or ends following; starting selects the last row.
    package mutating func follow(_ follows: Bool) {
        isFollowing = follows
        settle()
    }

    private mutating func settle() {
        if isFollowing { selection = count - 1 }
        selection = max(0, min(selection, count - 1))
        offset = max(0, min(offset, max(0, count - height)))
        if selection < offset { offset = selection }
        if height > 0, selection >= offset + height { offset = selection - height + 1 }
    }
}
