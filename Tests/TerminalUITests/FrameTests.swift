import SwitchyardTestSupport
import Testing

@testable import TerminalUI

@Suite("Frames")
struct FrameTests {
    private func picture(_ columns: Int, _ rows: Int, _ draw: (inout Frame) -> Void) -> String {
        var frame = Frame(size: Size(columns: columns, rows: rows))
        draw(&frame)
        return FramePicture(frame).text
    }

    @Test("A wide glyph loses its other half when one is overwritten")
    func wideOverwrite() {
        #expect(
            picture(6, 1) { frame in
                frame.write("漢字", column: 0, row: 0)
                frame.put("x", column: 1, row: 0)
            } == " x字")
        #expect(
            picture(6, 1) { frame in
                frame.write("漢字", column: 0, row: 0)
                frame.put("x", column: 2, row: 0)
            } == "漢x")
        #expect(
            picture(6, 1) { frame in
                frame.write("漢字", column: 0, row: 0)
                frame.write("語", column: 1, row: 0)
            } == " 語")
    }

    @Test("A wide glyph across an edge is left out")
    func wideAtEdge() {
        #expect(picture(3, 1) { $0.write("a漢字", column: 0, row: 0, overflow: .clip) } == "a漢")
        #expect(picture(3, 1) { $0.write("漢a", column: -1, row: 0) } == " a")
        #expect(picture(3, 1) { $0.put("漢", column: 2, row: 0) }.isEmpty)
    }

    @Test("Text outside is clipped, text too long ends in an ellipsis")
    func clipping() {
        var frame = Frame(size: Size(columns: 5, rows: 1))
        let used1 = frame.write("abcdefgh", column: 0, row: 0)
        #expect(used1 == 5)
        #expect(FramePicture(frame).text == "abcd…")
        let used2 = frame.write("abcdefgh", column: 0, row: 0, maxWidth: 3, overflow: .clip)
        #expect(used2 == 3)
        #expect(FramePicture(frame).text == "abcd…")
        let used3 = frame.write("漢字", column: 0, row: 0, maxWidth: 3)
        #expect(used3 == 3)
        #expect(FramePicture(frame).text == "漢…d…")
        for (column, row) in [(9, 0), (0, 9), (-9, 0), (0, -9)] {
            frame.write("xyz", column: column, row: row)
            frame.put("漢", column: column, row: row)
            frame.fill(Rect(column: column, row: row, width: 2, height: 2), glyph: "#")
        }
        #expect(FramePicture(frame).text == "漢…d…")
    }

    @Test("A clip confines what is drawn")
    func clip() {
        let drawn = picture(8, 2) { frame in
            frame.withClip(Rect(column: 2, row: 0, width: 3, height: 1)) { frame in
                frame.write("abcdefgh", column: 0, row: 0)
                frame.write("zz", column: 2, row: 1)
            }
            frame.write("!", column: 7, row: 0)
        }
        #expect(drawn == "  cd…  !\n")
    }

    @Test("Boxes hold two texts in their upper edge")
    func boxes() {
        let drawn = picture(30, 7) { frame in
            frame.drawBox(
                Rect(column: 0, row: 0, width: 30, height: 3), title: "1 DAG · follow", trailing: "34 steps",
                border: .heavy)
            frame.drawBox(Rect(column: 0, row: 3, width: 14, height: 2), title: "a long title", trailing: "x")
            frame.drawBox(Rect(column: 15, row: 3, width: 9, height: 3), title: "t", border: .ascii)
            frame.drawRule(Rect(column: 0, row: 6, width: 12, height: 1), title: "rule")
        }
        #expect(
            drawn.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) == [
                "┏━ 1 DAG · follow  34 steps ━┓",
                "┃                            ┃",
                "┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛",
                "┌─ a long … ─┐ +- t ---+",
                "└────────────┘ |       |",
                "               +-------+",
                "─ rule ─────",
            ])
    }

    @Test("No size is too small")
    func tinySizes() {
        for columns in 0...5 {
            for rows in 0...3 {
                var frame = Frame(size: Size(columns: columns, rows: rows))
                frame.drawBox(frame.bounds, title: "title", trailing: "漢字")
                frame.drawRule(frame.bounds, title: "title", trailing: "漢字")
                frame.write("漢字 text", column: 1, row: 0)
                frame.restyle(frame.bounds) { $0.attributes.insert(.reverse) }
                TextField("漢字 text").draw(in: &frame, rect: frame.bounds)
                #expect(frame.cells.count == columns * rows)
            }
        }
    }

    @Test("Reduction to ASCII keeps the drawing readable")
    func ascii() {
        var frame = Frame(size: Size(columns: 12, rows: 3))
        frame.drawBox(frame.bounds, title: "é漢", border: .heavy)
        frame.write("✓●↻○◆◇✗⊘‖⊞", column: 1, row: 1)
        let reduced = frame.reduced(to: TerminalCapabilities(colorDepth: .mono, isUnicode: false))
        #expect(FramePicture(reduced).text == "+- ??  ----+\n|+*r.=?x-\"#|\n+----------+")
    }

    @Test("Pictures name styles by letters")
    func stylePlane() {
        var frame = Frame(size: Size(columns: 6, rows: 1))
        frame.write("ab", column: 0, row: 0, style: Style(.red, .bold))
        frame.write("cd", column: 3, row: 0, style: Style(.rgb(1, 2, 255), on: .ansi(4)))
        let picture = FramePicture(frame)
        #expect(picture.styles == "aa.bb")
        #expect(picture.legend == "a  ansi 1 bold\nb  #0102ff on ansi 4")
    }
}
