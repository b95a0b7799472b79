import Foundation
import TerminalUI
import Testing

@testable import SwitchyardDashboard

struct ThemeTests {
    static let colors = (0..<16).map { "0\($0 % 10)\($0 % 10)0\($0 % 10)f" }

    static func palette(hash: String = "#", upper: Bool = true) -> String {
        colors.enumerated().map { index, color in
            let digit = String(index, radix: 16)
            return "\"base0\(upper ? digit.uppercased() : digit)\": \"\(hash)\(color)\""
        }.joined(separator: ",")
    }

    private func decode(_ json: String) throws -> Base16Scheme {
        try JSONDecoder().decode(Base16Scheme.self, from: Data(json.utf8))
    }

    @Test func bothFormsOfFilesAreRead() throws {
        let now = try decode(
            "{\"system\":\"base16\",\"name\":\"N\",\"author\":\"A\",\"variant\":\"light\",\"palette\":{\(Self.palette())}}"
        )
        #expect(now.name == "N" && now.variant == .light && now.author == "A")
        let flat = try decode("{\"scheme\":\"Old\",\"author\":\"A\",\(Self.palette(hash: "", upper: false))}")
        #expect(flat.name == "Old" && flat.variant == .dark)
        #expect(flat.colors == now.colors)
        #expect(Theme(now)[.failed].foreground == now.colors[8])
    }

    @Test func whatIsMissingOrWrongIsRefused() {
        #expect(throws: DecodingError.self) { try decode("{\"name\":\"N\",\"palette\":{}}") }
        let bad = Self.palette().replacingOccurrences(of: "#03303f", with: "#xyz")
        #expect(throws: DecodingError.self) { try decode("{\"name\":\"N\",\"palette\":{\(bad)}}") }
    }

    @Test func aSchemeColoursEveryCellAndTheTerminalsOwnThemeNone() throws {
        let scheme = try decode("{\"name\":\"N\",\"palette\":{\(Self.palette())}}")
        let stage = Stage.live(.runningDigest())
        let painted = stage.frame(theme: Theme(scheme))
        #expect(painted.cells.allSatisfy { $0.style.background != .terminalDefault })
        let plain = stage.frame()
        #expect(plain.cells.allSatisfy { $0.style.background == .terminalDefault })
    }

    @Test func withoutColoursAttributesRemain() {
        let frame = Stage.live(.endedDigest()).frame(.mono)
        #expect(frame.cells.allSatisfy { $0.style.foreground == .terminalDefault })
        #expect(frame.cells.contains { $0.style.attributes.contains(.reverse) })
    }
}
