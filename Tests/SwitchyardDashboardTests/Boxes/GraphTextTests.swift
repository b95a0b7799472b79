import TerminalUI
import Testing

@testable import SwitchyardDashboard

struct GraphTextTests {
    static let sample = GraphDescription(
        title: "nightly \"digest\"",
        nodes: [
            GraphDescription.Node(id: "plan", label: "plan", shape: .rounded, isEmphasized: true),
            GraphDescription.Node(id: "end", label: "end\n1.2s", shape: .diamond),
        ],
        clusters: [
            GraphDescription.Cluster(
                id: "group", label: "a [group]",
                nodes: [GraphDescription.Node(id: "style_check", label: "style_check")],
                clusters: [GraphDescription.Cluster(id: "void", label: "nothing")])
        ],
        edges: [
            GraphDescription.Edge(from: "plan", to: "end", label: "if \"x\" < 3", style: .heavy),
            GraphDescription.Edge(from: "plan", to: "group", style: .dashed),
            GraphDescription.Edge(from: "group", to: "end"),
            GraphDescription.Edge(from: "group", to: "style_check"),
            GraphDescription.Edge(from: "plan", to: "nowhere"),
        ])

    // MARK: DOT

    @Test func writesDOT() {
        #expect(
            DOTText.lines(Self.sample).joined(separator: "\n") == #"""
                digraph "nightly \"digest\"" {
                    rankdir=LR
                    compound=true
                    label="nightly \"digest\""
                    node [shape=box]
                    "plan" [label="plan", style="rounded,bold"]
                    "end" [label="end\n1.2s", shape=diamond]
                    subgraph cluster_0 {
                        label="a [group]"
                        "style_check" [label="style_check"]
                        subgraph cluster_1 {
                            label="nothing"
                            "void (empty)" [shape=point, style=invis]
                        }
                    }
                    "plan" -> "end" [label="if \"x\" < 3", style=bold]
                    "plan" -> "style_check" [style=dashed, lhead=cluster_0]
                    "style_check" -> "end" [ltail=cluster_0]
                }
                """#)
    }

    @Test(arguments: [
        ("plain", #""plain""#), (#"say "hi""#, #""say \"hi\"""#), (#"back\slash\"#, #""back\\slash\\""#),
        ("two\nlines\r\nthree", #""two\nlines\nthree""#), ("&lt; & <b>", #""&amp;lt; &amp; <b>""#),
        ("tab\tesc\u{1B}[31m\u{202E}", "\"tab esc\u{FFFD}[31m\u{FFFD}\""), ("日本 🙂", "\"日本 🙂\""), ("", "\"\""),
        (#"\N \"#, #""\\N \\""#),
    ])
    func dotLabelsAreEscaped(_ text: String, _ label: String) {
        #expect(DOTText.label(text) == label)
    }

    @Test func dotNamesAreTakenAsTheyAre() {
        #expect(DOTText.quoted("a&b") == "\"a&b\"")
        #expect(DOTText.quoted("node") == "\"node\"")
        #expect(DOTText.quoted(#"x\"y"#) == #""x\\\"y""#)
    }

    // MARK: Mermaid

    @Test func aTitleSurvivesAPageInHTML() {
        let graph = GraphDescription(title: #"a & b <c> "d" \e"#)
        #expect(MermaidText.lines(graph)[1] == #"title: "a \u0026 b \u003Cc\u003E \"d\" \\e""#)
    }

    @Test func writesMermaid() {
        #expect(
            MermaidText.lines(Self.sample).joined(separator: "\n") == #"""
                ---
                title: "nightly \"digest\""
                ---
                flowchart LR
                    s_plan("plan")
                    s_end{"end<br/>1.2s"}
                    subgraph s_group["a #91;group#93;"]
                        s_style_check["style_check"]
                        subgraph s_void["nothing"]
                        end
                    end
                    s_plan ==>|"if #34;x#34; #60; 3"| s_end
                    s_plan -.-> s_group
                    s_group --> s_end
                    classDef emphasized stroke-width:3px
                    class s_plan emphasized
                """#)
    }

    @Test(arguments: [
        ("fetch_feed", "fetch_feed"), ("_em_", "#95;em#95;"), ("say \"hi\"", "say #34;hi#34;"),
        ("a[b](c){d}<e>|f|", "a#91;b#93;(c)#123;d#125;#60;e#62;#124;f#124;"), ("one\ntwo", "one<br/>two"),
        ("&lt; #quot;", "#38;lt#59; #35;quot#59;"), ("`code` **bold**", "#96;code#96; #42;#42;bold#42;#42;"),
        ("1. first", "1#46; first"), ("12) x", "12#41; x"), ("v1.2 (x)", "v1.2 (x)"), ("- item", "#45; item"),
        ("a - b", "a - b"), ("direction LR", "direction#32;LR"), ("style: #fff;", "style#58; #35;fff#59;"),
        ("%%{init: x}%%", "#37;#37;#123;init#58; x#125;#37;#37;"), ("end", "end"), ("c:\\dir", "c#58;#92;dir"),
        ("日本 🙂", "日本 🙂"), ("", " "), ("esc\u{1B}x", "esc\u{FFFD}x"),
    ])
    func mermaidLabelsAreEscaped(_ text: String, _ label: String) {
        #expect(MermaidText.label(text) == "\"\(label)\"")
    }

    @Test func mermaidNamesAreOnlyNamesAndStayApart() {
        let ids = ["end", "a-b", "a_b", "a b", "a_b_2", "日本", "style", "9"]
        let graph = GraphDescription(nodes: ids.map { GraphDescription.Node(id: $0, label: "x") })
        let names = MermaidText.lines(graph).dropFirst().map { $0.split(separator: "[")[0].drop { $0 == " " } }
        #expect(names == ["s_end", "s_a_b", "s_a_b_2", "s_a_b_3", "s_a_b_2_2", "s___", "s_style", "s_9"])
    }

    @Test func bothWriteEveryShapeAndStyle() {
        let nodes = GraphDescription.Shape.allCases.enumerated().map {
            GraphDescription.Node(id: "n\($0)", label: "n", shape: $1)
        }
        let edges = GraphDescription.EdgeStyle.allCases.map {
            GraphDescription.Edge(from: "n0", to: "n1", style: $0)
        }
        let graph = GraphDescription(direction: .downwards, nodes: nodes, edges: edges)
        #expect(
            MermaidText.lines(graph) == [
                "flowchart TD", #"    s_n0["n"]"#, #"    s_n1("n")"#, #"    s_n2{"n"}"#, #"    s_n3{{"n"}}"#,
                #"    s_n4(("n"))"#, #"    s_n5[("n")]"#, #"    s_n6[["n"]]"#, "    s_n0 --> s_n1",
                "    s_n0 ==> s_n1", "    s_n0 -.-> s_n1",
            ])
        #expect(
            DOTText.lines(graph) == [
                #"digraph "pipeline" {"#, "    rankdir=TB", "    node [shape=box]", #"    "n0" [label="n"]"#,
                #"    "n1" [label="n", style="rounded"]"#, #"    "n2" [label="n", shape=diamond]"#,
                #"    "n3" [label="n", shape=hexagon]"#, #"    "n4" [label="n", shape=circle]"#,
                #"    "n5" [label="n", shape=cylinder]"#, #"    "n6" [label="n", peripheries=2]"#,
                #"    "n0" -> "n1""#, #"    "n0" -> "n1" [style=bold]"#, #"    "n0" -> "n1" [style=dashed]"#, "}",
            ])
    }

    // MARK: Lanes

    static func steps(_ needs: [[Int]]) -> [LaneText.Step] {
        needs.enumerated().map { LaneText.Step(name: CleanText(cleaning: "s\($0)"), needs: $1) }
    }

    @Test func writesLanes() {
        let steps = Self.steps([[], [0], [0], [2], [1, 3]])
        #expect(LaneText.lines(steps) == ["●─╮  s0", "│ ●  s1", "● │  s2", "● │  s3", "●─╯  s4"])
        #expect(
            LaneText.lines(steps, isASCII: true) == ["*-+  s0", "| *  s1", "* |  s2", "* |  s3", "*-+  s4"])
    }

    @Test func lanesAreOrderedAndLeaveOutCycles() {
        #expect(LaneText.lines(Self.steps([[1], []])) == ["●  s1", "●  s0"])
        #expect(LaneText.lines(Self.steps([[1], [0], []])).count == 3)
        #expect(LaneText.lines([]) == [])
    }
}
