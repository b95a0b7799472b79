import SwitchyardCore
import Testing

@testable import SwitchyardSimulator

/// Calls in pieces, as servers that imitate OpenAI send them.
struct CallDamageTests {
    private static let body = #"{"model":"m","messages":[{"role":"user","content":"x"}],"stream":true}"#
    private static let calls = "tool_calls: [{name: f, arguments: {a: 1}}, {name: g, arguments: {}}]"

    /// Each piece as `index id name arguments`, with `-` for what it leaves out and a letter for each id.
    private func pieces(_ fault: String) throws -> [String] {
        let script = try Asked.chat.script(Self.body, rules: "- reply: {\(Self.calls)\(fault)}")
        var ids: [String] = []
        return try script.pieces.compactMap { piece -> String? in
            let data = String(piece.text.dropFirst("data: ".count).dropLast(2))
            guard data != "[DONE]" else { return nil }
            let delta = try JSON.parse(data)["choices"].arrayValue?.first?["delta"]
            guard let call = delta?["tool_calls"].arrayValue?.first else { return nil }
            let id = call["id"].stringValue.map { id in
                if !ids.contains(id) { ids.append(id) }
                return ids.firstIndex(of: id) == 0 ? "A" : "B"
            }
            let function = call["function"]
            return [call["index"].intValue.map(String.init), id, function["name"].stringValue]
                .map { $0 ?? "-" }.joined(separator: " ") + " " + function["arguments"].rendered
        }
    }

    @Test func `usually`() throws {
        #expect(try pieces("") == ["0 A f ", "0 - - {\"a\":1}", "1 B g ", "1 - - {}"])
    }

    @Test(arguments: [
        (CallDeltas.noID, ["0 - f ", "0 - - {\"a\":1}", "1 - g ", "1 - - {}"]),
        (.noIndex, ["- A f ", "- - - {\"a\":1}", "- B g ", "- - - {}"]),
        (.bare, ["- - f ", "- - - {\"a\":1}", "- - g ", "- - - {}"]),
        (.sameIndex, ["0 A f ", "0 - - {\"a\":1}", "0 B g ", "0 - - {}"]),
        (.fromOne, ["1 A f ", "1 - - {\"a\":1}", "2 B g ", "2 - - {}"]),
        (.repeated, ["0 A f ", "0 A f {\"a\":1}", "1 B g ", "1 B g {}"]),
        (.whole, ["0 A f {\"a\":1}", "1 B g {}"]),
    ])
    func `in each way`(way: CallDeltas, expected: [String]) throws {
        #expect(try pieces(", fault: {call_deltas: \(way.rawValue)}") == expected)
    }

    @Test func `everything else stays`() throws {
        func others(_ fault: String) throws -> [String] {
            let reply = "- reply: {text: So., \(Self.calls)\(fault)}"
            return try Asked.chat.script(Self.body, rules: reply).pieces.map(\.text)
                .filter { !$0.contains("tool_calls\":[") }
        }
        for way in CallDeltas.allCases {
            #expect(try others(", fault: {call_deltas: \(way.rawValue)}") == others(""))
        }
    }
}
