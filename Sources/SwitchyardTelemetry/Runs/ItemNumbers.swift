import SwitchyardCore

/// What the items of a run's `foreach` steps are called outside of it: by their numbers, from 1, as keys are made from
/// what steps gave.
struct ItemNumbers: Sendable {
    private var numbers: [StepPath: Int] = [:]

    mutating func add(_ expansion: MapExpansion, of step: StepPath) {
        for (index, key) in expansion.keys.enumerated() { numbers[step.item(key)] = index + 1 }
    }

    /// `sites[#2]@1/fetch` for `sites[example.org]@1/fetch`; `#?` for an item that is not known.
    func path(of step: StepPath) -> String {
        guard step.rawValue.utf8.contains(UInt8(ascii: "[")) else { return step.rawValue }
        var result = ""
        var rest = step.rawValue[...]
        while let open = rest.firstIndex(of: "["), let close = rest[open...].firstIndex(of: "]") {
            let item = StepPath(String(step.rawValue[...close]))
            result += rest[...open] + "#" + (numbers[item].map(String.init) ?? "?") + "]"
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }
}
