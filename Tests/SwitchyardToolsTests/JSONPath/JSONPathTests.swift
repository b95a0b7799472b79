import SwitchyardCore
import SwitchyardTools
import Testing

@Suite struct JSONPathTests {
    /// The example of RFC 9535, section 1.5, and some values that lead astray.
    static let value: Value = [
        "store": [
            "book": [
                ["title": "Sayings", "price": 8.95, "category": "reference"],
                ["title": "Sword", "price": 12.99, "category": "fiction"],
                ["title": "Moby", "price": 8.99, "category": "fiction", "isbn": "0-553"],
                ["title": "Rings", "price": 22.99, "category": "fiction", "isbn": "0-395"],
            ],
            "bicycle": ["color": "red", "price": 399],
        ],
        "odd key": ["'": 1, "\"": 2, "ü": 3, "nothing": .null],
        "numbers": [0, 1, 2, 3, 4, 5],
        "limit": 10,
    ]

    @Test(
        arguments: [
            ("$.limit", "[10]"), ("$['limit']", "[10]"), ("$[\"limit\"]", "[10]"), ("$ .limit", "[10]"),
            ("$.store.book[0].title", #"["Sayings"]"#), ("$.store.book[-1].title", #"["Rings"]"#),
            ("$.store.book[9]", "[]"), ("$.nosuch.a.b", "[]"), ("$.limit[0]", "[]"), ("$.store[0]", "[]"),
            ("$.store.book[*].price", "[8.95,12.99,8.99,22.99]"), ("$.store.*.price", "[399]"),
            ("$..price", "[8.95,12.99,8.99,22.99,399]"), ("$..book[1].title", #"["Sword"]"#),
            ("$..['color','isbn']", #"["0-553","0-395","red"]"#), ("$.numbers[1:3]", "[1,2]"),
            ("$.numbers[:2]", "[0,1]"), ("$.numbers[-2:]", "[4,5]"), ("$.numbers[::2]", "[0,2,4]"),
            ("$.numbers[::-1]", "[5,4,3,2,1,0]"), ("$.numbers[4:1:-2]", "[4,2]"), ("$.numbers[0:9:0]", "[]"),
            ("$.numbers[0, 2, -1]", "[0,2,5]"), ("$['odd key']['\\'']", "[1]"), ("$['odd key']['\"']", "[2]"),
            ("$['odd key'].ü", "[3]"), ("$['odd key']['\\u00fc']", "[3]"), ("$['odd key'].nothing", "[null]"),
            ("$.numbers[?@ > 3]", "[4,5]"), ("$.numbers[?@ >= 1 && @ <= 2]", "[1,2]"),
            ("$.numbers[?@ == 0 || @ == 5]", "[0,5]"), ("$.numbers[?!(@ < 4)]", "[4,5]"),
            ("$.store.book[?@.isbn].title", #"["Moby","Rings"]"#),
            ("$.store.book[?!@.isbn].title", #"["Sayings","Sword"]"#),
            ("$.store.book[?@.price < $.limit].title", #"["Sayings","Moby"]"#),
            ("$.store.book[?@.category == 'fiction' && @.price > 10].title", #"["Sword","Rings"]"#),
            ("$.store.book[?@.price == 8.95].title", #"["Sayings"]"#),
            ("$.store.book[?@.title > 'S'].title", #"["Sayings","Sword"]"#),
            ("$.store.book[?@.isbn == null].title", "[]"), ("$['odd key'][?@ == null]", "[null]"),
            ("$.store.book[?@.x == @.y].price", "[8.95,12.99,8.99,22.99]"), ("$.store.book[?@.price > 'a']", "[]"),
            ("$.numbers[?@ == 1.0]", "[1]"), ("$.numbers[?@ == -1]", "[]"), ("$.store[?@.color].price", "[399]"),
            ("$.store.book[?@['price'] > 2e1].title", #"["Rings"]"#),
        ] as [(String, String)])
    func selects(query: String, expected: String) throws {
        let matches = try JSONPath(query).matches(in: Self.value)
        #expect(JSON.text(of: .array(matches)) == expected)
    }

    @Test func theWholeValue() throws {
        #expect(try JSONPath("$").matches(in: Self.value) == [Self.value])
        #expect(try JSONPath("$..*").matches(in: [[1, ["a": 2]], 3]) == [[1, ["a": 2]], 3, 1, ["a": 2], 2])
    }

    @Test(
        arguments: [
            ("", 0), ("limit", 0), ("$.", 2), ("$..", 3), ("$.1", 2), ("$[", 2), ("$[]", 2), ("$['a'", 5), ("$['a", 2),
            ("$[1 2]", 4), ("$.a b", 3), ("$[?]", 3), ("$[?@.a ==]", 9), ("$[?@.a = 1]", 7), ("$[?1]", 3),
            ("$[?@..a == 1]", 3), ("$[?(@.a]", 7), ("$[?!@.a == 1]", 4), ("$[?length(@) > 1]", 3), ("$['\\x']", 2),
            ("$[99999999999999999999]", 2), ("$[--1]", 2), ("$ ", 1), ("$[?@ == 01]", 8),
        ] as [(String, Int)])
    func refuses(query: String, offset: Int) {
        #expect(JSONPath.validate(query)?.offset == offset, "\(String(describing: JSONPath.validate(query)))")
    }

    @Test func deepFiltersAreRefused() {
        #expect(JSONPath.validate("$[?" + String(repeating: "(", count: 10_000))?.message.contains("nested") == true)
        #expect(JSONPath.validate("$" + String(repeating: "[?@", count: 5000))?.message.contains("nested") == true)
    }

    @Test func workIsBounded() throws {
        let numbers = Value.array((0..<2000).map(Value.int))
        let path = try JSONPath("$[?$[?@ == 1]]")
        #expect(throws: JSONPath.Interruption.limit(1_000_000)) { try path.matches(in: numbers) }
        var asked = 0
        #expect(throws: JSONPath.Interruption.cancelled) {
            try path.matches(in: numbers) {
                asked += 1
                return asked == 1000
            }
        }
    }

    @Test func tool() async throws {
        let folder = try TemporaryFolder()
        let tool = JSONQueryTool()
        let result = await tool.call(["value": Self.value, "query": "$.numbers[1:3]"], in: folder)
        #expect(result.output == ToolOutput(["matches": [1, 2], "first": 1, "count": 2], summary: "2 matches"))
        let none = await tool.call(["value": .null, "query": "$.a"], in: folder)
        #expect(none.value == ["matches": [], "first": .null, "count": 0])
        let failure = await tool.call(["value": 1, "query": "$["], in: folder).failure
        #expect(failure?.kind == .invalidInput)
        #expect(failure?.details["offset"] == 2)
    }
}
