import Testing

@testable import SwitchyardCore

@Suite struct FilterTests {
    @Test(arguments: textFilters + collectionFilters + numberFilters + dateFilter)
    func `a filter computes`(filter: String, rows: [(source: String, expected: String)]) {
        for row in rows { #expect(outcome(row.source) == row.expected, "\(row.source)") }
    }

    /// What a filter does with a value of every type is in ``ExpressionGridTests``.
    @Test func `every filter has a table with a usual case and an odd one`() {
        let tables = Self.textFilters + Self.collectionFilters + Self.numberFilters + Self.dateFilter
        #expect(tables.map(\.0).sorted() == FilterTable.filters.map(\.name).filter { $0 != FilterTable.raw }.sorted())
        for (filter, rows) in tables {
            #expect(rows.count >= 4, "\(filter)")
            for row in rows { #expect(row.source.contains("| \(filter)"), "\(row.source)") }
        }
    }

    @Test func `the table lists every filter once, with a usage that names it`() {
        #expect(Set(FilterTable.filters.map(\.name)).count == FilterTable.filters.count)
        for filter in FilterTable.filters {
            #expect(filter.usage.hasPrefix(filter.name))
            #expect(filter.summary.hasSuffix("."))
            #expect(filter.argumentCount.upperBound == filter.usage.split { "(,".contains($0) }.count - 1)
        }
        let names =
            "json from_json length default first last join split lower upper trim replace lines keys values map where "
            + "sort unique sum min max round truncate hash date quote urlencode raw"
        #expect(FilterTable.filters.map(\.name) == names.split(separator: " ").map(String.init))
    }

    @Test(arguments: [
        ("1 | default", "error at 4: `default` takes 1 argument, not 0 [write `default(value)`]"),
        ("1 | json(2)", "error at 4: `json` takes no argument, not 1 [write `json`]"),
        ("1 | round(1, 2)", "error at 4: `round` takes 0 or 1 arguments, not 2 [write `round(digits)`]"),
        ("1 | replace('a')", "error at 4: `replace` takes 2 arguments, not 1 [write `replace(old, new)`]"),
        ("1 | lenght", "error at 4: unknown filter `lenght` [did you mean `length`?]"),
        ("1 | 2", "error at 4: the name of a filter is expected after `|`, not `2`"),
        ("1 |", "error at 3: the name of a filter is expected after `|`, not the end"),
        ("1 | join(", "error at 9: a value is expected, not the end"),
        ("1 | join('a'", "error at 12: `)` is expected after the arguments, not the end"),
    ])
    func `a call that is wrong in itself is an error with its place`(source: String, expected: String) {
        #expect(outcome(source) == expected)
    }

    @Test func `a filter that nobody knows is answered with all there are`() {
        let names = FilterTable.filters.map(\.name).joined(separator: ", ")
        #expect(outcome("1 | frobnicate") == "error at 4: unknown filter `frobnicate` [filters are \(names)]")
    }
}
