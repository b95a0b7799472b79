import SwitchyardCore
import SwitchyardDashboard
import SwitchyardTools
import SwitchyardYAML
import Testing

@testable import SwitchyardCommands

/// Every step of a file is in every picture of it, what runs last and what undoes others included.
@Suite struct PlanPictureTests {
    private static let picture: PlanPicture = {
        let text = """
            version: 1
            id: p
            steps:
              - {id: deploy, run: up, compensate: {run: down}}
              - id: group
                steps:
                  - {id: inner, run: up, compensate: {argv: [down]}}
              - {id: check, needs: [deploy], run: look}
            finally:
              - {id: report, run: tell}
              - {id: bill, needs: [report], run: tell}
            """
        let reading = PipelineReader.read(text: text, file: "p.yaml", tools: ToolRegistry())
        guard let pipeline = reading.pipeline, let graph = try? PipelineGraph.build(pipeline) else {
            preconditionFailure(reading.text)
        }
        return PlanPicture(graph.compiled { _ in .unsafe }, critical: graph.criticalPaths, title: pipeline.id)
    }()

    @Test func `lanes`() {
        #expect(
            Self.picture.lanes(isASCII: true).joined(separator: "\n") == """
                *-+    deploy  bash
                | *    undo deploy  bash
                |   *  group  group
                |   *    inner  bash
                |   *    undo inner  down
                *      check  bash
                  *    finally
                  *      report  bash
                  *      bill  bash
                """)
    }

    @Test func `boxes`() {
        let text = Self.picture.boxes(down: false, isASCII: false).joined(separator: "\n")
        #expect(
            text.hasSuffix(
                """
                ┌ group ────────────────────┐
                │ group                     │
                │ ┌───────┐  ┌────────────┐ │
                │ │ inner ├─▸│ undo inner │ │
                │ │ bash  │  │ down       │ │
                │ └───────┘  └────────────┘ │
                └───────────────────────────┘

                ┌ finally ─────────────┐
                │ ┏━━━━━━━━┓  ┏━━━━━━┓ │
                │ ┃ report ┣━▸┃ bill ┃ │
                │ ┃ bash   ┃  ┃ bash ┃ │
                │ ┗━━━━━━━━┛  ┗━━━━━━┛ │
                └──────────────────────┘
                """), "\(text)")
    }

    @Test func `a description has frames around groups and around what runs last`() {
        let graph = Self.picture.description(down: false)
        #expect(graph.nodes.map(\.id) == ["deploy", "deploy/:compensate", "check"])
        #expect(graph.clusters.map(\.label) == ["group", "finally"])
        #expect(graph.clusters[0].nodes.map(\.label) == ["inner\nbash", "undo inner\ndown"])
        #expect(graph.clusters[1].nodes.map(\.id) == ["finally/report", "finally/bill"])
        let undo = graph.edges.filter { $0.label == "to undo it" }
        #expect(undo.map(\.from) == ["deploy", "group/inner"])
        #expect(undo.allSatisfy { $0.style == .dashed && $0.to == $0.from + "/:compensate" })
    }
}
