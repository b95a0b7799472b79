/// How much of a line of parts one part wants.
package enum Constraint: Hashable, Sendable {
    /// Exactly so many cells.
    case fixed(Int)
    /// At least so many cells, and a share of what is left, like `fill(1)`.
    case minimum(Int)
    /// So many hundredths of the whole.
    case percentage(Int)
    /// A share, by weight, of what the others leave.
    case fill(Int)
}
