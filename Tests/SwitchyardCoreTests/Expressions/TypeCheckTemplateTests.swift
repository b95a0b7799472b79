import OrderedCollections
import Testing

@testable import SwitchyardCore

/// What is known about the values of templates, and where their problems are.
@Suite struct TypeCheckTemplateTests {
    @Test(
        arguments: [
            ("", .string(oneOf: [""])), ("plain", .string(oneOf: ["plain"])), ("{{ inputs.count }}", .integer),
            ("${{inputs.tags}}", .array(of: .string())), (" {{ inputs.count }}", .string()),
            ("{{ inputs.opt }}{{ 1 }}", .string()),
            ("{{ inputs.count / 2 }}", .number), ("{{ inputs.count * 2 }}", .integer), ("{{ -inputs.ratio }}", .number),
            ("{{ inputs.opt | default('x') }}", .union([.integer, .string(oneOf: ["x"])])),
            ("{{ inputs.opt or 'x' }}", .union([.integer, .string(oneOf: ["x"])])),
            ("{{ inputs.opt and 'x' }}", .union([.integer, .string(oneOf: ["x"]), .null])),
            ("{{ 1 if inputs.flag else null }}", .union([.integer, .null])), ("{{ not inputs.opt }}", .boolean),
            ("{{ inputs.count in [1] }}", .boolean), ("{{ inputs.host ~ 1 }}", .string()),
            ("{{ [inputs.count, null] }}", .array(of: .union([.integer, .null]))),
            ("{{ {'a': inputs.count} }}", .record(["a": .integer])),
            ("{{ steps.maybe.output.rows[0].size }}", .union([.integer, .null])),
            ("{{ steps.list.output.rows | map('size') | max }}", .union([.integer, .null])),
            ("{{ steps.list.output.rows | map('size') | sum }}", .integer),
            ("{{ inputs.cfg | keys }}", .array(of: .string(oneOf: ["port", "name"]))),
            ("{{ inputs.cfg | values }}", .array(of: .union([.integer, .string()]))),
            ("{{ inputs.tags | length }}", .integer),
            ("{{ inputs.tags | unique | truncate(1) }}", .array(of: .string())),
            ("{{ inputs.ratio | round }}", .integer),
            ("{{ inputs.ratio | round(2) }}", .number), ("{{ inputs.host | lines }}", .array(of: .string())),
            ("{{ inputs.host | from_json }}", .any), ("{{ steps.my-step.status }}", StepShape.anyStatus),
            ("{{ [1, 'a', 2.5] | first }}", .integer),
            ("{{ inputs.tags + [1] }}", .array(of: .union([.integer, .string()]))),
            ("{{ inputs.anything + 1 }}", .number), ("{{ inputs.anything + [1] }}", .anyArray),
            ("{{ inputs.host | split(',') }}", .array(of: .string())),
            ("{{ 7 | raw }}", .integer),
        ] as [(String, ExpressionType)])
    func `a lone hole keeps its type and everything else is text`(text: String, expected: ExpressionType) throws {
        let (type, problems) = try Template.parse(text, allowsRaw: true).check(in: sampleEnvironment)
        #expect(type == expected)
        #expect(problems == [])
    }

    @Test func `problems of all holes have their place in the template`() throws {
        let text = "é {{ inputs.hots }} and ${{  1 + inputs.cfg.prot }}"
        let problems = try Template.parse(text).check(in: sampleEnvironment).problems
        #expect(problems.map(\.offset) == [11, 43])
        for (problem, place) in zip(problems, [".hots", ".prot"]) {
            #expect(text.dropFirst(problem.offset).hasPrefix(place))
        }
        #expect(problems.map(\.isUndeclaredName) == [true, false])
    }

    @Test func `a condition has its place behind its braces`() throws {
        let condition = try Expression.parseScalar(
            "${{ failed() and inputs.count > 'a' }}", allowsStatusFunctions: true)
        let problem = try #require(condition.check(in: sampleEnvironment).problems.first)
        #expect(problem.offset == 30)
        #expect(problem.verdict == .failsIfReached)
    }

    @Test func `a tree has a type, and says which scalar a problem is in`() throws {
        let reference = try #require(ValueTemplate.dataFlowReference("{list.data.rows[0].name}"))
        let missing = try #require(ValueTemplate.dataFlowReference("{nobody.data.rows}"))
        let tree = ValueTemplate.object([
            "n": .literal(1),
            "rows": .array([.text(try .parse("{{ inputs.count }}")), .text(try .parse("x{{ inputs.hots }}"))]),
            "deep": .object(["odd name": .text(try .parse("{{ inputs.tags | round }}"))]), "f": .stepField(reference),
            "g": .stepField(missing),
        ])
        let (type, problems) = tree.check(in: sampleEnvironment)
        #expect(
            type
                == .record([
                    "n": .integer, "rows": .array(of: .union([.integer, .string()])),
                    "deep": .record(["odd name": .any]),
                    "f": .union([.string(), .null]), "g": .null,
                ]))
        #expect(problems.map(\.path) == [".rows[1]", ".deep.odd name"])
        #expect(problems.map(\.problem.offset) == [10, 17])
        #expect(ValueTemplate.stepField(reference).check(in: TypeEnvironment()).type == .any)
    }

    @Test(arguments: [
        "inputs.x.y + 1", "steps.any.output.z", "steps.any.output.z == 'a'", "steps | keys | first",
        "env.A ~ secrets.B",
        "run.id", "inputs | keys",
    ])
    func `where nothing is known nothing is reported`(source: String) throws {
        #expect(try Expression.parse(source).check(in: TypeEnvironment()).problems == [])
    }

    @Test func `names inside a loop are known there`() throws {
        var environment = sampleEnvironment
        environment.item = .record(["id": .integer])
        environment.hasIndex = true
        environment.loop = TypeEnvironment.loop(previous: .record(["n": .integer]))
        environment.shared = .anyObject
        func messages(_ source: String) throws -> [String] {
            try Expression.parse(source).check(in: environment).problems.map(\.message)
        }
        #expect(try messages("item.id + index + loop.index + loop.previous.n + shared.a.b") == [])
        #expect(try messages("item.di") == ["`item` has no member `di`"])
        #expect(try messages("loop.idx") == ["unknown field of a loop `idx`"])
        #expect(try messages("loop.previous.m") == ["`loop.previous` has no member `m`"])
        #expect(try messages("index.x") == ["`index` is an integer, which has no `.x`"])
    }
}
