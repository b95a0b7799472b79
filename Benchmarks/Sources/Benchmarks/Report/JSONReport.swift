import OrderedCollections
import SwitchyardCore

/// The figures as JSON for programs.
enum JSONReport {
    static func text(_ figures: [Figure]) -> String {
        JSON.text(of: .array(figures.map(value)), layout: .indented) + "\n"
    }

    private static func value(_ figure: Figure) -> Value {
        var object: OrderedDictionary<String, Value> = [
            "benchmark": .string(figure.benchmark), "name": .string(figure.name),
            "unit": .string(figure.unit.rawValue), "least": .double(figure.value), "median": .double(figure.median),
            "rounds": .int(figure.series.values.count),
        ]
        if let floor = figure.floor {
            object["floor"] = [
                "name": .string(floor.name), "least": .double(floor.series.least * figure.unit.perSecond),
                "median": .double(floor.series.median * figure.unit.perSecond),
            ]
            object["ratio"] = .double(figure.ratio ?? .nan)
        }
        switch figure.goal {
        case .ratio(let limit): object["goal"] = ["ratio_at_most": .double(limit)]
        case .atMost(let limit): object["goal"] = ["at_most": .double(limit)]
        case .none: break
        }
        if let isMet = figure.isMet { object["met"] = .bool(isMet) }
        return .object(object)
    }
}
