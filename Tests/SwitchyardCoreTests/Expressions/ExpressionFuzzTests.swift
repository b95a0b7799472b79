import Testing

@testable import SwitchyardCore

@Suite struct ExpressionFuzzTests {
    private static let pieces = [
        "inputs", "steps", ".host", ".list", ".output", ".rows", "[0]", "[-1]", "['name']", "item", "index", "1", "-",
        "2.5", "'a'", "\"b", "'", "\\", "(", ")", "[", "]",
        "{", "}", "{'k': 1}", " ", "+", "-", "*", "/", "%", "~", "|", "|json", "|length", "|default(1)", "|map('a')",
        "|raw", "|sort", "|date('%F')", " if ", " else ", " and ",
        " or ", "not ", " in ", "==", "!=", "<", ">=", ",", ":", ".", "true", "null", "always()", "é", "\u{301}",
        "\r\n", "{{", "}}", "${{", "$(", "`", "\"", "<<EOF\n", "\nEOF\n",
        "case x in a)", "esac", "eval ", "#", "$'", "${x:-", "$((", "))", "[[ ", " ]]", "\n", ";", "|", "&", "=(",
    ]

    @Test func `any text is an expression, a template and a script, or an error inside it`() {
        var generator = SeededGenerator(seed: 20_261_121)
        for round in 0..<10_000 {
            let text = (0..<Int.random(in: 0..<24, using: &generator))
                .map { _ in Self.pieces.randomElement(using: &generator)! }.joined()
            checkExpression(text, round)
            checkTemplate("{{" + text + "}}", round)
            checkTemplate(text, round)
            checkScript(text, round)
            checkScript("echo \"" + text + "{{ inputs.host }}\"", round)
            _ = ValueTemplate.dataFlowReference("{" + text + "}")
        }
    }

    private func checkExpression(_ text: String, _ round: Int) {
        do throws(ExpressionError) {
            let expression = try Expression.parse(text, allowsStatusFunctions: true)
            for reference in expression.references {
                #expect(text.dropFirst(reference.offset).hasPrefix(reference.root.rawValue), "\(round): \(text)")
            }
            for problem in expression.check(in: sampleEnvironment).problems {
                #expect((0...text.count).contains(problem.offset), "\(round): \(text)")
            }
            _ = sampleScope.context(of: expression.references)
            do throws(EvaluationError) {
                _ = try expression.evaluate(in: sampleScope)
            } catch {
                #expect((0...expression.source.count).contains(error.offset), "\(round): \(text)")
            }
        } catch {
            #expect((0...text.count).contains(error.offset), "\(round): \(text)")
        }
    }

    private func checkTemplate(_ text: String, _ round: Int) {
        do throws(ExpressionError) {
            let template = try Template.parse(text)
            do throws(EvaluationError) {
                _ = try template.evaluate(in: sampleScope)
            } catch {
                #expect((0...error.expression.count).contains(error.offset), "\(round): \(text)")
            }
        } catch {
            #expect((0...text.count).contains(error.offset), "\(round): \(text)")
        }
    }

    private func checkScript(_ text: String, _ round: Int) {
        do throws(ExpressionError) {
            let template = try ShellTemplate.parse(text, shell: "bash", allowsRaw: false)
            _ = try? template.resolve(in: sampleScope)
        } catch {
            #expect((0...text.count).contains(error.offset), "\(round): \(text)")
        }
    }
}
