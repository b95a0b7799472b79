import Foundation
package import TerminalUI

/// A frame as text that can be read and compared: the glyphs, a letter for each cell's style, and what the letters mean.
package struct FramePicture: Hashable, Sendable, CustomStringConvertible {
    /// The glyphs, a line per row, without blanks at the ends of lines.
    package let text: String

    /// The styles, a line per row: `.` for the terminal's own, else letters in order of first use.
    package let styles: String

    /// A line per letter.
    package let legend: String

    /// The picture of a frame.
    package init(_ frame: Frame) {
        var lines: [String] = []
        var styleLines: [String] = []
        var letters: [Style: Character] = [.plain: "."]
        var order: [Style] = []
        for row in 0..<frame.size.rows {
            var line = ""
            var styleLine = ""
            for cell in frame.row(row) {
                if cell.span != 0 { line += cell.glyph.description }
                if letters[cell.style] == nil {
                    letters[cell.style] = Self.letter(order.count)
                    order.append(cell.style)
                }
                styleLine.append(letters[cell.style] ?? "?")
            }
            lines.append(Self.trimmed(line, of: " "))
            styleLines.append(Self.trimmed(styleLine, of: "."))
        }
        text = lines.joined(separator: "\n")
        styles = styleLines.joined(separator: "\n")
        legend = order.map { "\(letters[$0] ?? "?")  \(Self.describe($0))" }.joined(separator: "\n")
    }

    /// All three parts, as golden files hold them.
    package var description: String {
        legend.isEmpty ? text + "\n" : "\(text)\n\n--- styles\n\(styles)\n\n--- legend\n\(legend)\n"
    }

    private static func letter(_ index: Int) -> Character {
        let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
        return index < letters.count ? letters[index] : "?"
    }

    private static func trimmed(_ line: String, of character: Character) -> String {
        var line = line
        while line.last == character { line.removeLast() }
        return line
    }

    private static func describe(_ style: Style) -> String {
        let names: [(Attributes, String)] = [
            (.bold, "bold"), (.dim, "dim"), (.underline, "underline"), (.reverse, "reverse"), (.italic, "italic"),
        ]
        var parts = names.filter { style.attributes.contains($0.0) }.map(\.1)
        parts.insert(describe(style.foreground), at: 0)
        if style.background != .terminalDefault { parts.append("on " + describe(style.background)) }
        return parts.joined(separator: " ")
    }

    private static func describe(_ color: Color) -> String {
        switch color {
        case .terminalDefault: "default"
        case .ansi(let index): "ansi \(index)"
        case .indexed(let index): "indexed \(index)"
        case .rgb(let red, let green, let blue): String(format: "#%02x%02x%02x", red, green, blue)
        }
    }
}

/// What comparing a frame with a golden file found.
package enum GoldenResult: Hashable, Sendable {
    case matches
    /// The file was written, as `UPDATE_GOLDEN=1` asks.
    case updated
    case missing(path: String)
    case differs(path: String, report: String)

    /// Whether a test may pass.
    package var isGood: Bool { self == .matches || self == .updated }
}

/// Compares a frame with `Golden/<name>.txt` beside the test's source; use as `#expect(expectFrame(…).isGood)`.
///
/// With `UPDATE_GOLDEN=1` in the environment it writes the file instead.
package func expectFrame(_ frame: Frame, matches name: String, sourceFile: String = #filePath) -> GoldenResult {
    let actual = FramePicture(frame).description
    // Tests/<Target>/Golden, however deep in the target the test stands.
    let parts = sourceFile.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let depth = (parts.lastIndex(of: "Tests").map { $0 + 2 }) ?? parts.count - 1
    let folder = parts.prefix(depth).joined(separator: "/") + "/Golden"
    let path = "\(folder)/\(name).txt"
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let written: Void? = try? Data(actual.utf8).write(to: URL(fileURLWithPath: path))
        return written == nil ? .missing(path: path) : .updated
    }
    guard let data = FileManager.default.contents(atPath: path) else { return .missing(path: path) }
    let expected = String(decoding: data, as: UTF8.self)
    if expected == actual { return .matches }
    return .differs(path: path, report: lineDifferences(expected, actual))
}

private func lineDifferences(_ expected: String, _ actual: String) -> String {
    let before = expected.split(separator: "\n", omittingEmptySubsequences: false)
    let after = actual.split(separator: "\n", omittingEmptySubsequences: false)
    var report = ""
    for index in 0..<max(before.count, after.count) {
        let old = index < before.count ? before[index] : nil
        let new = index < after.count ? after[index] : nil
        guard old != new else { continue }
        report += "\(index + 1):\n"
        if let old { report += "- \(old)\n" }
        if let new { report += "+ \(new)\n" }
    }
    return report
}
