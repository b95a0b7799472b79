import SwitchyardTestSupport
import Testing

@testable import TerminalUI

@Suite("Keys")
struct KeyPressTests {
    @Test("Every key is named, and its name means it")
    func roundTrip() {
        let keys: [KeyPress] = [
            .character("a"), .character("Z"), .character(" "), .character("^"), .character("é"), .ctrl("r"),
            .ctrl("\\"),
            .alt("x"), .alt(" "), .enter, .escape, .tab, .backtab, .backspace, .delete, .insert, .up, .down, .left,
            .right, .home, .end, .pageUp, .pageDown, .function(1), .function(12),
        ]
        for key in keys { #expect(KeyPress(key.description) == key) }
    }

    @Test(
        "Names as keymaps write them",
        arguments: [
            ("^R", KeyPress.ctrl("r")), ("^r", .ctrl("r")), ("enter", .enter), ("Esc", .escape),
            ("Space", .character(" ")),
            ("F5", .function(5)), ("f", .character("f")), ("F", .character("F")), ("S-Tab", .backtab),
        ])
    func names(_ name: String, _ key: KeyPress) {
        #expect(KeyPress(name) == key)
    }

    @Test("Anything else is no key", arguments: ["", "ctrl-r", "^^^", "F99", "Foo", "^1"])
    func nonsense(_ name: String) {
        #expect(KeyPress(name) == nil)
    }
}

@Suite("Text field")
struct TextFieldTests {
    private func typed(_ keys: String...) -> TextField {
        var field = TextField()
        for name in keys {
            if let key = KeyPress(name) { _ = field.handle(key) } else { field.insert(name) }
        }
        return field
    }

    @Test("Editing")
    func editing() {
        #expect(typed("hello", "Left", "Left", "X").text == "helXlo")
        #expect(typed("hello", "Backspace").text == "hell")
        #expect(typed("hello", "Home", "Del").text == "ello")
        #expect(typed("one two  ", "^W").text == "one ")
        #expect(typed("one two", "Left", "^U").text == "o")
        #expect(typed("one two", "Home", "^K").text.isEmpty)
        #expect(typed("a\nb").text == "a b")
        #expect(typed("", "Backspace", "Left", "Del", "^W", "^U").cursor == 0)
        #expect(typed("e", "\u{301}").cursor == 1)
    }

    @Test("Keys of others are left to them")
    func otherKeys() {
        var field = TextField("x")
        let tookEnter = field.handle(.enter)
        let tookUp = field.handle(.up)
        #expect(!tookEnter && !tookUp)
    }

    @Test("It scrolls so that the cursor is seen")
    func drawing() {
        var frame = Frame(size: Size(columns: 8, rows: 1))
        TextField("a long line").draw(in: &frame, rect: Rect(column: 1, row: 0, width: 6, height: 1))
        #expect(FramePicture(frame).text == "  line")
        #expect(frame.cursor == Frame.Position(column: 6, row: 0))
    }
}

@Suite("Scrolling lists")
struct ScrollListTests {
    @Test("The selection stays in the list and in sight")
    func moves() {
        var list = ScrollList(count: 100, height: 10)
        list.move(by: 12)
        #expect(list.selection == 12 && list.visible == 3..<13)
        list.page(by: 1)
        #expect(list.selection == 22 && list.visible == 13..<23)
        list.page(by: -0.5)
        #expect(list.selection == 17 && list.visible == 8..<18)
        list.moveToEnd()
        #expect(list.selection == 99 && list.visible == 90..<100)
        list.move(by: 5)
        #expect(list.selection == 99)
        list.moveToStart()
        #expect(list.selection == 0 && list.visible == 0..<10)
        list.update(count: 3, height: 10)
        #expect(list.visible == 0..<3)
        list.update(count: 0, height: 0)
        #expect(list.selection == 0 && list.visible.isEmpty)
    }

    @Test("Following stays at the end until one moves away")
    func following() {
        var list = ScrollList(count: 5, height: 3, isFollowing: true)
        #expect(list.selection == 4)
        list.update(count: 9, height: 3)
        #expect(list.selection == 8 && list.visible == 6..<9)
        list.move(by: -1)
        list.update(count: 20, height: 3)
        #expect(list.selection == 7)
        list.follow(true)
        #expect(list.selection == 19)
    }
}

@Suite("Layout")
struct LayoutTests {
    private func widths(_ total: Int, _ constraints: [Constraint], spacing: Int = 0) -> [Int] {
        Layout.columns(Rect(column: 3, row: 0, width: total, height: 1), constraints, spacing: spacing).map(\.width)
    }

    @Test("Parts get what they ask for and share the rest")
    func shares() {
        #expect(widths(100, [.fixed(10), .fill(1), .percentage(20)]) == [10, 70, 20])
        #expect(widths(10, [.fill(1), .fill(1), .fill(1)]) == [3, 3, 4])
        #expect(widths(20, [.minimum(8), .fill(3)]) == [11, 9])
        #expect(widths(11, [.fill(1), .fill(1)], spacing: 1) == [5, 5])
        #expect(widths(10, [.fixed(4)]) == [4])
    }

    @Test("Where there is too little, the first come first")
    func shortage() {
        #expect(widths(10, [.fixed(8), .fixed(8), .fill(1)]) == [8, 2, 0])
        #expect(widths(0, [.fixed(8), .minimum(2)]) == [0, 0])
        #expect(widths(2, [.fixed(1), .fixed(1), .fixed(1)], spacing: 2).allSatisfy { $0 == 0 })
    }

    @Test("Parts never overlap or leave the rectangle")
    func bounds() {
        for total in 0...30 {
            let rect = Rect(column: 5, row: 2, width: 4, height: total)
            let parts = Layout.rows(rect, [.fixed(7), .percentage(40), .minimum(3), .fill(2)], spacing: 1)
            for (part, next) in zip(parts, parts.dropFirst()) { #expect(part.endRow <= next.row) }
            #expect(parts.allSatisfy { $0.row >= rect.row && $0.endRow <= rect.endRow })
        }
    }

    @Test("Rectangles are split and cut")
    func rectangles() {
        let rect = Rect(column: 2, row: 1, width: 10, height: 5)
        #expect(rect.inset() == Rect(column: 3, row: 2, width: 8, height: 3))
        #expect(rect.splitTop(2).rest == Rect(column: 2, row: 3, width: 10, height: 3))
        #expect(rect.splitBottom(9).rest.isEmpty)
        #expect(rect.splitRight(4).right == Rect(column: 8, row: 1, width: 4, height: 5))
        #expect(rect.intersection(Rect(column: 20, row: 0, width: 5, height: 5)).isEmpty)
    }
}
