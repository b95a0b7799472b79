/// Every filter there is: the one list that parsing, checking, documentation and completion read.
package enum FilterTable {
    package static let filters: [Filter] = [
        Filter("json", toText, "The value as JSON text.", apply: TextFilters.json),
        Filter(
            "from_json", FilterSignature(takes: .string(), gives: .any), "The value that JSON text spells.",
            apply: TextFilters.fromJSON),
        Filter(
            "length", FilterSignature(takes: .union([.string(), .anyArray, .anyObject]), gives: .integer),
            "How many characters, elements or members there are.", apply: CollectionFilters.length),
        Filter(
            "default(value)", FilterSignature(takes: .any, arguments: [.any], gives: .any),
            "The argument in place of null, and of a member or element that is missing."
        ) { value, arguments throws(ValueError) in value.isNull ? arguments[0] : value },
        Filter("first", .element, "The first element, or null.", apply: CollectionFilters.first),
        Filter("last", .element, "The last element, or null.", apply: CollectionFilters.last),
        Filter(
            "join(separator)", FilterSignature(takes: .anyArray, arguments: [.string()], gives: .string()),
            "The elements as one text, with the separator in between.", apply: TextFilters.join),
        Filter(
            "split(separator)",
            FilterSignature(takes: .string(), arguments: [.string()], gives: .array(of: .string())),
            "The parts of a text between separators.", apply: TextFilters.split),
        Filter("lower", ofText, "The text in small letters.", apply: TextFilters.lower),
        Filter("upper", ofText, "The text in capital letters.", apply: TextFilters.upper),
        Filter("trim", ofText, "The text without the space around it.", apply: TextFilters.trim),
        Filter(
            "replace(old, new)",
            FilterSignature(takes: .string(), arguments: [.string(), .string()], gives: .string()),
            "The text with every `old` replaced by `new`.", apply: TextFilters.replace),
        Filter(
            "lines", FilterSignature(takes: .string(), gives: .array(of: .string())),
            "The lines of a text, without their ends.", apply: TextFilters.lines),
        Filter("keys", .keys, "The names of an object's members.", apply: CollectionFilters.keys),
        Filter("values", .values, "The values of an object's members.", apply: CollectionFilters.values),
        Filter(
            "map(path)", .map, "What the path leads to in each element: `rows | map('owner.name')`.",
            apply: CollectionFilters.map),
        Filter(
            "where(path, value)", .where, "The elements in which the path leads to the value.",
            apply: CollectionFilters.where),
        Filter(
            "sort", .ordered("sort") { .array(of: $0) }, "The elements in order: all numbers or all strings.",
            apply: CollectionFilters.sort),
        Filter("unique", .elements, "The elements without repetitions.", apply: CollectionFilters.unique),
        Filter("sum", .sum, "The sum of the numbers.", apply: NumberFilters.sum),
        Filter(
            "min", .ordered("min") { $0.orNull }, "The least number or string, or null.", apply: CollectionFilters.min),
        Filter(
            "max", .ordered("max") { $0.orNull }, "The greatest number or string, or null.",
            apply: CollectionFilters.max),
        Filter(
            "round(digits)", .round, optional: 1,
            "The nearest number with so many decimals; without digits, the nearest integer. Halves go away from zero.",
            apply: NumberFilters.round),
        Filter(
            "truncate(count)", .truncate, "The first characters of a text, or elements of an array.",
            apply: CollectionFilters.truncate),
        Filter(
            "hash", toText, "SHA-256 in hexadecimal, of text or of a value's canonical JSON.", apply: TextFilters.hash),
        Filter(
            "date(format)",
            FilterSignature(takes: .union([.number, .string()]), arguments: [.string()], gives: .string()),
            "An ISO 8601 text or seconds since 1970, in UTC, written with %Y %m %d %H %M %S %j %F %T %z %%.",
            apply: DateFilter.date),
        Filter("quote", toText, "The text as one word of a POSIX shell.", apply: TextFilters.quote),
        Filter(
            "urlencode", toText,
            "The text percent-encoded for a part of a URL; holes of a URL are encoded by themselves.",
            apply: TextFilters.urlencode),
        Filter(
            raw, .unchanged,
            "The value without the escaping of the place it lands in; needs `allow: [raw]` on the step."
        ) { value, _ throws(ValueError) in value },
    ]

    static let raw = "raw"

    private static let toText = FilterSignature(takes: .any, gives: .string())
    private static let ofText = FilterSignature(takes: .string(), gives: .string())

    private static let byName = Dictionary(uniqueKeysWithValues: filters.map { ($0.name, $0) })

    static func filter(named name: String) -> Filter? { byName[name] }
}
