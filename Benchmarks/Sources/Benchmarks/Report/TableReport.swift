/// The figures as a table for people.
enum TableReport {
    static func text(_ figures: [Figure]) -> String {
        let header = ["figure", "least", "median", "floor", "ratio", "goal", ""]
        let rows = figures.map(row)
        let widths = header.indices.map { column in ([header] + rows).map(\.[column].count).max() ?? 0 }
        return ([header] + rows).map { row in
            let cells = row.indices.map { column in
                let space = String(repeating: " ", count: widths[column] - row[column].count)
                // Names to the left, numbers to the right.
                return column == 0 || column == 3 ? row[column] + space : space + row[column]
            }
            let line = cells.joined(separator: "  ")
            return line.prefix(line.count - line.reversed().prefix { $0 == " " }.count) + "\n"
        }.joined()
    }

    private static func row(_ figure: Figure) -> [String] {
        let unit = figure.unit.rawValue.isEmpty ? "" : " " + figure.unit.rawValue
        let floor = figure.floor.map { floor in
            "\(number(floor.series.least * figure.unit.perSecond))\(unit) \(floor.name)"
        }
        let goal =
            switch figure.goal {
            case .ratio(let limit): "<= \(number(limit))x"
            case .atMost(let limit): "<= \(number(limit))\(unit)"
            case .none: ""
            }
        return [
            figure.name, number(figure.value) + unit, number(figure.median) + unit, floor ?? "",
            figure.ratio.map { number($0) + "x" } ?? "", goal, figure.isMet.map { $0 ? "met" : "MISSED" } ?? "",
        ]
    }

    /// Three digits or more.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "-" }
        let places = value == value.rounded() ? 0 : value.magnitude >= 100 ? 0 : value.magnitude >= 10 ? 1 : 2
        let scale = places == 0 ? 1.0 : places == 1 ? 10.0 : value.magnitude < 1 ? 1000.0 : 100.0
        let rounded = (value * scale).rounded() / scale
        return places == 0 ? String(Int(rounded)) : "\(rounded)"
    }
}
