import TerminalUI
import Testing

@testable import SwitchyardDashboard

struct BoxPictureTests {
    private func expect(
        _ graph: BoxGraph, _ options: BoxOptions = BoxOptions(), isDrawnAs picture: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let lines = BoxDrawing(graph, options: options).lines
        #expect(lines.joined(separator: "\n") == picture, sourceLocation: sourceLocation)
    }

    @Test func nothingIsDrawnForNothing() {
        expect(sketch(""), isDrawnAs: "")
    }

    @Test func oneNodeIsItsLabel() {
        expect(
            sketch("a"),
            isDrawnAs: """
                a
                """)
        expect(
            sketch("a"), BoxOptions(framing: .framed),
            isDrawnAs: """
                ┌───┐
                │ a │
                └───┘
                """)
    }

    @Test func aChainIsOneRow() {
        expect(
            sketch("a>b>c"),
            isDrawnAs: """
                a ─▸ b ─▸ c
                """)
    }

    @Test func aFanLeavesByOneTrunk() {
        expect(
            sketch("a>b a>c a>d"),
            isDrawnAs: """
                   ╭─▸ b
                   │
                a ─┼─▸ c
                   │
                   ╰─▸ d
                """)
    }

    @Test func whatHasTheSameTargetsGathers() {
        expect(
            sketch("a>d b>d c>d"),
            isDrawnAs: """
                a ─╮
                   │
                b ─┼─▸ d
                   │
                c ─╯
                """)
        expect(
            sketch("a>x a>y b>x b>y"),
            isDrawnAs: """
                a ─┬─▸ x
                   │
                b ─┴─▸ y
                """)
    }

    @Test func aDiamondIsEven() {
        expect(
            sketch("a>b>d a>c>d"),
            isDrawnAs: """
                   ╭─▸ b ─╮
                a ─┤      ├─▸ d
                   ╰─▸ c ─╯
                """)
    }

    @Test func aSkippingEdgePassesBesideTheLayer() {
        expect(
            sketch("a>b>c a>c"),
            isDrawnAs: """
                a ─┬──────┬─▸ c
                   ╰─▸ b ─╯
                """)
        expect(
            sketch("a>b>c>d>e a>d b>e"),
            isDrawnAs: """
                   ╭─────────────╮
                a ─┴─▸ b ─┬──────│──────┬─▸ e
                          ╰─▸ c ─┴─▸ d ─╯
                """)
    }

    @Test func partsStandBelowEachOther() {
        expect(
            sketch("a>b c>d>e f"),
            isDrawnAs: """
                a ─▸ b

                c ─▸ d ─▸ e

                f
                """)
    }

    @Test func ordersWithoutCrossingsAreFound() {
        expect(
            sketch("a>d b>c"),
            isDrawnAs: """
                a ─▸ d

                b ─▸ c
                """)
        expect(
            sketch("a b c>x a>z b>y"),
            isDrawnAs: """
                a ─▸ z

                b ─▸ y

                c ─▸ x
                """)
    }

    @Test func aLineThatJoinsAnotherTellsWhereFrom() {
        expect(
            sketch("a>x a>y b>y"),
            isDrawnAs: """
                a ─┬─▸ x
                   │
                b ─╰─▸ y
                """)
    }

    @Test func circlesOfStubsChangeTracks() {
        expect(
            sketch("a>x a>y b>y b>z c>x c>z"),
            isDrawnAs: """
                a ─╮ ╭─╭───▸ y
                   ╰─│─┤
                     │ │
                b ───┤ ╰─╭─▸ x
                   ╭─│───┤
                   │ │   │
                c ─╯ ╰───╰─▸ z
                """)
    }

    @Test func whatHasTheSameTargetAheadSharesItsWay() {
        expect(
            sketch("a>b>c>z p>z q>z"),
            isDrawnAs: """
                a ───▸ b ─▸ c ─╮
                               │
                p ─╮           ├─▸ z
                   ├───────────╯
                q ─╯
                """)
    }

    @Test func theCriticalPathIsHeavyAndStraight() {
        expect(
            sketch("a=>b=>d a>c>d"),
            isDrawnAs: """
                a ━┯━▸ b ━┯━▸ d
                   │      │
                   ╰─▸ c ─╯
                """)
        expect(
            sketch("a=>d b>c a>c b>d d=>e"),
            isDrawnAs: """
                a ━┯━▸ d ━▸ e
                   │
                b ─┴─▸ c
                """)
        expect(
            sketch("a=>b a>c"), BoxOptions(framing: .framed),
            isDrawnAs: """
                ┌───┐    ┌───┐
                │ a ┝━┯━▸│ b │
                └───┘ │  └───┘
                      │
                      │  ┌───┐
                      ╰─▸│ c │
                         └───┘
                """)
    }

    @Test func aHeavyLineRunsAboveALightOne() {
        expect(
            sketch("a=>x a>y b>y b>z c>x c>z"),
            isDrawnAs: """
                   ╭─╭───▸ y
                   │ │
                a ━┷━━━┍━▸ x
                     │ │
                b ───┤ │
                     ╰─├─▸ z
                c ─────╯
                """)
    }

    @Test func layersRunDownwards() {
        expect(
            sketch("a>b>d a>c>d"), BoxOptions(direction: .downwards),
            isDrawnAs: """
                  a
                ╭─┴─╮
                ▾   ▾
                b   c
                ╰─┬─╯
                  ▾
                  d
                """)
        expect(
            sketch("a>b>c a>c"), BoxOptions(direction: .downwards),
            isDrawnAs: """
                 a
                ╭┴╮
                │ ▾
                │ b
                ╰┬╯
                 ▾
                 c
                """)
    }

    @Test func asciiHasLinesCornersAndArrows() {
        expect(
            sketch("a=>b=>d a>c>d"), BoxOptions(isASCII: true),
            isDrawnAs: """
                a =+=> b =+=> d
                   |      |
                   +-> c -+
                """)
        expect(
            sketch("a=>b=>d a>c>d"), BoxOptions(direction: .downwards, isASCII: true),
            isDrawnAs: """
                a
                +---+
                v   v
                b   c
                +---+
                v
                d
                """)
    }

    @Test func anEdgeThatClosesACycleIsLeftOut() {
        expect(
            sketch("a>b>c>a c>d"),
            isDrawnAs: """
                a ─▸ b ─▸ c ─▸ d
                """)
    }

    @Test func theSelectedNodeIsFramed() {
        expect(
            sketch("a>b>d a>c>d", selected: "c", details: ["c": "try 2/4", "b": "6.6s"]),
            isDrawnAs: """
                   ╭─▸ b ─────────╮
                   │   6.6s       │
                a ─┤              ├─▸ d
                   │  ┏━━━━━━━━━┓ │
                   ╰─▸┃ c       ┠─╯
                      ┃ try 2/4 ┃
                      ┗━━━━━━━━━┛
                """)
    }

    @Test func roomForFramesMovesNothing() {
        expect(
            sketch("a>b>d a>c>d"), BoxOptions(framing: .room),
            isDrawnAs: """

                      ╭──▸ b ──╮
                  a ──┤        ├──▸ d
                      │        │
                      ╰──▸ c ──╯

                """)
        expect(
            sketch("a>b>d a>c>d", selected: "c"), BoxOptions(framing: .room),
            isDrawnAs: """

                      ╭──▸ b ──╮
                  a ──┤        ├──▸ d
                      │  ┏━━━┓ │
                      ╰─▸┃ c ┠─╯
                         ┗━━━┛
                """)
    }

    @Test func aGroupIsAFrame() {
        expect(
            sketch("in>g m1>m2 m1>m3 g>out", groups: ["m1": "g", "m2": "g", "m3": "g"]),
            isDrawnAs: """
                     ┌ g ─────────┐
                     │     ╭─▸ m2 │
                in ─▸│ m1 ─┤      ├─▸ out
                     │     ╰─▸ m3 │
                     └────────────┘
                """)
        expect(
            sketch("in>g m1>m2 m1>m3 g>out", groups: ["m1": "g", "m2": "g", "m3": "g"]),
            BoxOptions(direction: .downwards),
            isDrawnAs: """
                     in
                     │
                     ▾
                ┌ g ──────┐
                │   m1    │
                │ ╭─┴──╮  │
                │ ▾    ▾  │
                │ m2   m3 │
                └────┬────┘
                     │
                     ▾
                    out
                """)
    }

    @Test func groupsNest() {
        expect(
            sketch("in>g g>out x y>z h", groups: ["x": "g", "h": "g", "y": "h", "z": "h"], details: ["h": "until ok"]),
            isDrawnAs: """
                     ┌ g ───────────┐
                     │ x            │
                     │              │
                     │ ┌ h ───────┐ │
                in ─▸│ │ until ok │ ├─▸ out
                     │ │ y ─▸ z   │ │
                     │ └──────────┘ │
                     └──────────────┘
                """)
    }

    @Test func edgesAcrossFramesEndAtThem() {
        expect(
            sketch("in>x x>y g h y>out", groups: ["x": "g", "y": "h"]),
            isDrawnAs: """
                     ┌ g ┐  ┌ h ┐
                in ─▸│ x ├─▸│ y ├─▸ out
                     └───┘  └───┘
                """)
    }

    @Test func longTextIsCut() {
        expect(
            sketch("a_rather_long_name>日本語の名前です>short"), BoxOptions(maximumTextWidth: 10),
            isDrawnAs: """
                a_rather_… ─▸ 日本語の… ─▸ short
                """)
        expect(
            sketch("a_rather_long_name>日本語の名前です>short"), BoxOptions(isASCII: true, maximumTextWidth: 10),
            isDrawnAs: """
                a_rather_~ -> ? ? ? ? ~ -> short
                """)
    }
}
