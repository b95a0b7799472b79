/// One line of the report: what was measured, and what cannot be faster on this machine.
struct Figure {
    enum Unit: String {
        case microseconds = "us"
        case milliseconds = "ms"
        case seconds = "s"
        case bytes = "B"
        case megabytes = "MB"
        case count = ""

        /// How many of the unit a second has; times are measured in seconds.
        var perSecond: Double {
            switch self {
            case .microseconds: 1e6
            case .milliseconds: 1e3
            case .seconds, .bytes, .megabytes, .count: 1
            }
        }
    }

    /// What cannot be faster.
    struct Floor {
        var name: String
        var series: Series
    }

    enum Goal {
        /// At most so many times the floor.
        case ratio(Double)
        /// At most so much, in the figure's unit.
        case atMost(Double)
        /// Shown beside a goal, to explain it.
        case none
    }

    /// The benchmark that gave it.
    var benchmark = ""
    var name: String
    var unit: Unit
    /// In the unit's base: seconds for times.
    var series: Series
    var floor: Floor?
    var goal: Goal = .none

    /// The least of every round, in the unit.
    var value: Double { series.least * unit.perSecond }
    var median: Double { series.median * unit.perSecond }
    var floorValue: Double? { floor.map { $0.series.least * unit.perSecond } }
    var ratio: Double? { floorValue.map { value / $0 } }

    /// Whether the goal is reached; nil where there is none.
    var isMet: Bool? {
        switch goal {
        case .ratio(let limit): ratio.map { $0 <= limit }
        case .atMost(let limit): value <= limit
        case .none: nil
        }
    }
}
