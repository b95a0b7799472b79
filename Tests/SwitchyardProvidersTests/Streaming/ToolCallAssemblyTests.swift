import SwitchyardCore
import Testing

@testable import SwitchyardProviders

/// Pieces of calls as servers send them.
@Suite struct ToolCallAssemblyTests {
    struct Piece {
        var index: Int?
        var id: String?
        var name: String?
        var arguments: String?

        init(_ index: Int?, _ id: String?, _ name: String?, _ arguments: String?) {
            (self.index, self.id, self.name, self.arguments) = (index, id, name, arguments)
        }
    }

    /// `id name arguments` of each call.
    func calls(_ pieces: Piece...) -> [String] {
        var assembly = ToolCallAssembly()
        for piece in pieces {
            _ = assembly.receive(index: piece.index, id: piece.id, name: piece.name, arguments: piece.arguments)
        }
        return assembly.finish(seed: "s").map { "\($0.id) \($0.name) \($0.arguments.wireText)" }
    }

    @Test func asOpenAIDoes() {
        #expect(
            calls(
                Piece(0, "a", "f", ""), Piece(0, nil, nil, "{\"x\":"), Piece(0, nil, nil, "1}"), Piece(1, "b", "g", ""),
                Piece(1, nil, nil, "{}")) == ["a f {\"x\":1}", "b g {}"])
    }

    @Test func idsWinOverIndexes() {
        #expect(
            calls(
                Piece(0, "a", "f", "{\"x\":"), Piece(0, "b", "g", "{"), Piece(0, "a", nil, "1}"),
                Piece(0, "b", nil, "}"))
                == ["a f {\"x\":1}", "b g {}"])
        #expect(calls(Piece(0, "a", "f", "{"), Piece(5, "a", "f", "}")) == ["a f {}"])
    }

    @Test func everyCallAtOneIndex() {
        #expect(calls(Piece(0, "a", "f", "{}"), Piece(0, "b", "f", "{}")) == ["a f {}", "b f {}"])
    }

    @Test func firstIndexIsOne() {
        #expect(calls(Piece(1, "a", "f", "{"), Piece(1, nil, nil, "}")) == ["a f {}"])
    }

    @Test func noIndex() {
        #expect(
            calls(Piece(nil, "a", "f", "{\"x\""), Piece(nil, nil, nil, ":1}"), Piece(nil, "b", "g", nil))
                == ["a f {\"x\":1}", "b g {}"])
    }

    @Test func noIDs() {
        #expect(
            calls(Piece(0, nil, "f", "{"), Piece(0, nil, nil, "}"), Piece(1, "", "g", "{}"))
                == ["call_s_1 f {}", "call_s_2 g {}"])
    }

    @Test func wholeCallsWithoutIDsOnOneIndex() {
        #expect(calls(Piece(0, nil, "f", "{}"), Piece(0, nil, "g", "{}")) == ["call_s_1 f {}", "call_s_2 g {}"])
        #expect(calls(Piece(nil, nil, "f", "{\"a\":1}"), Piece(nil, nil, "f", "{\"a\":2}")).count == 2)
    }

    @Test func repeatedAndEmptyNames() {
        #expect(
            calls(Piece(0, "a", "f", "{\"x\""), Piece(0, nil, "f", ":1}"), Piece(0, nil, "", "")) == ["a f {\"x\":1}"])
        #expect(calls(Piece(0, "a", "", "{}")) == [])
    }

    @Test func idsThatComeLater() {
        #expect(calls(Piece(0, nil, "f", "{"), Piece(0, "a", nil, "}")) == ["a f {}"])
    }

    @Test func argumentsThatAreNoObject() {
        var assembly = ToolCallAssembly()
        _ = assembly.receive(index: 0, id: "a", name: "f", arguments: "{\"x\": tru")
        _ = assembly.receive(index: 1, id: "b", name: "g", arguments: "[1]")
        _ = assembly.receive(index: 2, id: "c", name: "h", arguments: " ")
        #expect(
            assembly.finish(seed: "").map(\.arguments) == [.malformed("{\"x\": tru"), .malformed("[1]"), .object([:])])
    }
}
