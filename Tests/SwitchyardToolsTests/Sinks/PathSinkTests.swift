import SwitchyardCore
import Testing

@testable import SwitchyardTools

/// Hostile paths: whatever they are made of, they lead to a place inside the workspace or are refused.
@Suite struct PathSinkTests {
    private static let pieces = [
        "..", ".", "/", "//", "a", "a/b", "in", "out", "dangling", "loop", "..a", "a..", "~", "%2e%2e", "\\", "\\..",
        "\u{301}", "/\u{301}", "..\u{301}", "\u{FF0E}\u{FF0E}", "new", "é", " ", "-", "*", "\n",
    ]

    @Test func `20000 hostile paths stay inside`() throws {
        let outside = try TemporaryFolder()
        try outside.write("secret", "x")
        let folder = try TemporaryFolder()
        try folder.write("a/b/file", "x")
        try folder.link("in", to: "a")
        try folder.link("out", to: outside.path)
        try folder.link("dangling", to: outside.path + "/new")
        try folder.link("loop", to: "loop")
        let workspace = Workspace(root: folder.path, workingDirectory: folder.path)
        var generator = SeededGenerator(seed: 9)
        var resolved = 0
        for _ in 0..<20_000 {
            var path = (0..<Int.random(in: 1...8, using: &generator))
                .map { _ in Self.pieces.randomElement(using: &generator)! }
                .joined(separator: Bool.random(using: &generator) ? "/" : "")
            if Int.random(in: 0..<20, using: &generator) == 0 { path = outside.path + "/" + path }
            guard let place = try? workspace.resolve(path) else { continue }
            resolved += 1
            let isInside =
                place.utf8.elementsEqual(folder.path.utf8) || place.utf8.starts(with: (folder.path + "/").utf8)
            let parts = place.utf8.split(separator: UInt8(ascii: "/"))
            guard isInside, !parts.contains(where: { $0.elementsEqual("..".utf8) }) else {
                Issue.record("\(path.debugDescription) leads to \(place.debugDescription)")
                return
            }
        }
        #expect(resolved > 1_000)
    }

    @Test func `an accent hides no folder above`() async throws {
        let outside = try TemporaryFolder()
        let folder = try TemporaryFolder()
        try folder.link("\u{301}", to: outside.path)
        for path in ["missing/../\u{301}/x", "\u{301}/x", "a/../\u{301}/../x"] {
            let result = await FileWriteTool().call(["path": .string(path), "content": "x"], in: folder)
            #expect(result.failure?.kind == .permission, "\(path.debugDescription)")
        }
        #expect(try outside.names() == [])
    }
}
