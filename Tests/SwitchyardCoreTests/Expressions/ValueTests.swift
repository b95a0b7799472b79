import Testing

@testable import SwitchyardCore

@Suite struct ValueTests {
    @Test(
        arguments: [
            (1, 1.0, true), (0, -0.0, true), (.int(1 << 53), 9_007_199_254_740_992.0, true),
            (.int(1 << 53 + 1), 9_007_199_254_740_992.0, false), (.int(.max), 9_223_372_036_854_775_808.0, false),
            (1, "1", false), (0, false, false), (nil, 0, false),
            (nil, nil, true), ([1, 2], [1.0, 2.0], true), ([1, 2], [2, 1], false),
            (["a": 1, "b": 2], ["b": 2, "a": 1], true),
            (["a": 1], ["a": 1, "b": nil], false), (["a": nil], ["b": nil], false), ([:], [], false),
        ] as [(Value, Value, Bool)])
    func `equality goes by the number and without the order of members`(left: Value, right: Value, expected: Bool) {
        #expect((left == right) == expected)
        #expect((right == left) == expected)
        if expected { #expect(left.hashValue == right.hashValue) }
    }

    @Test func `rows of one table do not all hash alike`() {
        let hashes = Set((0..<100).map { (["a": .int($0), "b": 1] as Value).hashValue })
        #expect(hashes.count > 90)
    }

    @Test(
        arguments: [
            (nil, false, "", "null"), (true, true, "true", "boolean"), (0, false, "0", "integer"),
            (0.0, false, "0.0", "number"), (2.5, true, "2.5", "number"),
            ("", false, "", "string"), ("false", true, "false", "string"), ([], false, "[]", "array"),
            ([nil], true, "[null]", "array"), ([:], false, "{}", "object"),
        ] as [(Value, Bool, String, String)])
    func `values have a truth, a text and a type`(value: Value, isTruthy: Bool, rendered: String, typeName: String) {
        #expect(value.isTruthy == isTruthy)
        #expect(value.rendered == rendered)
        #expect(value.typeName == typeName)
    }

    @Test func `values are read as what they are`() {
        let value: Value = ["a": 1]
        #expect(Value.double(3).intValue == 3)
        #expect(Value.double(3.5).intValue == nil)
        #expect(Value.double(1e300).intValue == nil)
        #expect(Value.int(3).doubleValue == 3)
        #expect(value["a"] == 1)
        #expect(value["b"].isNull)
        #expect(("a" as Value)["b"].isNull)
    }
}
