/// A filter: what stands behind `|` in an expression.
package struct Filter: Sendable {
    package var name: String
    /// How it is written: `replace(old, new)`.
    package var usage: String
    /// One sentence for documentation.
    package var summary: String
    package var argumentCount: ClosedRange<Int>
    let apply: @Sendable (Value, [Value]) throws(ValueError) -> Value

    init(
        _ usage: String, arguments: ClosedRange<Int> = 0...0, _ summary: String,
        apply: @escaping @Sendable (Value, [Value]) throws(ValueError) -> Value
    ) {
        name = String(usage.prefix { $0 != "(" })
        self.usage = usage
        self.summary = summary
        argumentCount = arguments
        self.apply = apply
    }

    /// `no argument`, `1 argument`, `0 or 1 arguments`.
    var argumentCountText: String {
        switch (argumentCount.lowerBound, argumentCount.upperBound) {
        case (0, 0): "no argument"
        case (1, 1): "1 argument"
        case (let lower, let upper) where lower == upper: "\(lower) arguments"
        case (let lower, let upper): "\(lower) or \(upper) arguments"
        }
    }
}

/// Every filter there is: the one list that parsing, documentation and completion read.
package enum FilterTable {
    package static let filters: [Filter] = [
        Filter("json", "The value as JSON text.", apply: TextFilters.json),
        Filter("from_json", "The value that JSON text spells.", apply: TextFilters.fromJSON),
        Filter("length", "How many characters, elements or members there are.", apply: CollectionFilters.length),
        Filter(
            "default(value)", arguments: 1...1,
            "The argument in place of null, and of a member or element that is missing."
        ) { value, arguments throws(ValueError) in value.isNull ? arguments[0] : value },
        Filter("first", "The first element, or null.", apply: CollectionFilters.first),
        Filter("last", "The last element, or null.", apply: CollectionFilters.last),
        Filter(
            "join(separator)", arguments: 1...1, "The elements as one text, with the separator in between.",
            apply: TextFilters.join),
        Filter(
            "split(separator)", arguments: 1...1, "The parts of a text between separators.", apply: TextFilters.split),
        Filter("lower", "The text in small letters.", apply: TextFilters.lower),
        Filter("upper", "The text in capital letters.", apply: TextFilters.upper),
        Filter("trim", "The text without the space around it.", apply: TextFilters.trim),
        Filter(
            "replace(old, new)", arguments: 2...2, "The text with every `old` replaced by `new`.",
            apply: TextFilters.replace),
        Filter("lines", "The lines of a text, without their ends.", apply: TextFilters.lines),
        Filter("keys", "The names of an object's members.", apply: CollectionFilters.keys),
        Filter("values", "The values of an object's members.", apply: CollectionFilters.values),
        Filter(
            "map(path)", arguments: 1...1, "What the path leads to in each element: `rows | map('owner.name')`.",
            apply: CollectionFilters.map),
        Filter(
            "where(path, value)", arguments: 2...2, "The elements in which the path leads to the value.",
            apply: CollectionFilters.where),
        Filter("sort", "The elements in order: all numbers or all strings.", apply: CollectionFilters.sort),
        Filter("unique", "The elements without repetitions.", apply: CollectionFilters.unique),
        Filter("sum", "The sum of the numbers.", apply: NumberFilters.sum),
        Filter("min", "The least number or string, or null.", apply: CollectionFilters.min),
        Filter("max", "The greatest number or string, or null.", apply: CollectionFilters.max),
        Filter(
            "round(digits)", arguments: 0...1,
            "The nearest number with so many decimals; without digits, the nearest integer. Halves go away from zero.",
            apply: NumberFilters.round),
        Filter(
            "truncate(count)", arguments: 1...1, "The first characters of a text, or elements of an array.",
            apply: CollectionFilters.truncate),
        Filter(
            "hash", "SHA-256 in hexadecimal, of text or of a value's canonical JSON.", apply: TextFilters.hash),
        Filter(
            "date(format)", arguments: 1...1,
            "An ISO 8601 text or seconds since 1970, in UTC, written with %Y %m %d %H %M %S %j %F %T %z %%.",
            apply: DateFilter.date),
        Filter("quote", "The text as one word of a POSIX shell.", apply: TextFilters.quote),
        Filter(
            "urlencode", "The text percent-encoded for a part of a URL; holes of a URL are encoded by themselves."
        ) { value, _ throws(ValueError) in .string(URLTemplate.encode(try value.boundedRendering())) },
        Filter(
            raw, "The value without the escaping of the place it lands in; needs `allow: [raw]` on the step."
        ) { value, _ throws(ValueError) in value },
    ]

    static let raw = "raw"

    private static let byName = Dictionary(uniqueKeysWithValues: filters.map { ($0.name, $0) })

    static func filter(named name: String) -> Filter? { byName[name] }
}
