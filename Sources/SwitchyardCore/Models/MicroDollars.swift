/// An amount of money in millionths of a US dollar. A sum that no longer fits stays at the largest there is.
package struct MicroDollars: Hashable, Sendable {
    package var amount: Int64

    package init(_ amount: Int64) {
        self.amount = amount
    }

    package static let zero = MicroDollars(0)

    package static func + (left: MicroDollars, right: MicroDollars) -> MicroDollars {
        let (sum, overflows) = left.amount.addingReportingOverflow(right.amount)
        return MicroDollars(overflows ? (left.amount < 0 ? .min : .max) : sum)
    }

    package static func += (left: inout MicroDollars, right: MicroDollars) { left = left + right }
}

extension MicroDollars: Comparable {
    package static func < (left: MicroDollars, right: MicroDollars) -> Bool { left.amount < right.amount }
}
