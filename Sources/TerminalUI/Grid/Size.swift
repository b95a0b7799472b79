/// How many columns and rows a screen or a part of it has; never negative.
package struct Size: Hashable, Sendable {
    package let columns: Int
    package let rows: Int

    /// A size; negative numbers count as zero.
    package init(columns: Int, rows: Int) {
        self.columns = max(0, columns)
        self.rows = max(0, rows)
    }
}

extension Size: CustomStringConvertible {
    /// The size as people write it: `120×36`.
    package var description: String { "\(columns)×\(rows)" }
}
