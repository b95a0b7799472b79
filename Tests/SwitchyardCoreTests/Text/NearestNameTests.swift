import Testing

@testable import SwitchyardCore

@Suite struct NearestNameTests {
    @Test(arguments: [
        ("hots", "host"), ("Host", "host"), ("imput", "input"), ("need", "needs"), ("time_out", "timeout"),
        ("ouptut", "output"), ("zzz", nil), ("", nil), ("b", nil), ("hosts-and-guests", nil),
    ])
    func `the nearest name is suggested if it is near`(name: String, expected: String?) {
        #expect(
            NearestName.suggestion(for: name, among: ["host", "input", "needs", "timeout", "output", "a"]) == expected)
    }

    @Test func `of names equally near, the first; of long ones, none`() {
        #expect(NearestName.suggestion(for: "cat", among: ["bat", "hat"]) == "bat")
        let long = String(repeating: "x", count: 100)
        #expect(NearestName.suggestion(for: long, among: [long]) == nil)
        #expect(NearestName.suggestion(for: "x", among: []) == nil)
    }
}
