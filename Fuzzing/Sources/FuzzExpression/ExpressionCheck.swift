import SwitchyardCore

/// What must hold for any text that is read as an expression, as a template and as what the sinks make of one.
enum ExpressionCheck {
    private static let scope = Scope(
        inputs: ["host": "web-1", "count": 3, "ratio": 0.5, "tags": ["b", "a"], "none": nil, "deep": ["a": ["b": 1]]],
        steps: [
            "list": StepResult(status: "succeeded", output: ["rows": [["name": "alpha", "size": 3]], "odd name": 1]),
            "skipped": StepResult(status: "skipped"), "broken": StepResult(status: "failed", error: ["message": "no"]),
            "long": StepResult(status: "succeeded", output: "begin", outputBytesCut: 5_000_000),
        ],
        run: ["id": "r1", "started_at": "2026-11-21T07:34:00.000000Z"], env: ["HOME": "/root"],
        secrets: ["TOKEN": "s3cret"])

    /// What is wrong, or nil.
    static func problem(with text: String) -> String? {
        problem(withExpression: text) ?? problem(withTemplate: text) ?? problem(withTemplate: "{{" + text + "}}")
            ?? problem(withScalar: text)
    }

    private static func problem(withExpression text: String) -> String? {
        let expression: Expression
        do throws(ExpressionError) {
            expression = try Expression.parse(text, allowsStatusFunctions: true)
        } catch {
            return outside(error, text)
        }
        for reference in expression.references
        where !text.dropFirst(reference.offset).hasPrefix(reference.root.rawValue) {
            return "a reference lies elsewhere: \(reference)"
        }
        do throws(EvaluationError) {
            let value = try expression.evaluate(in: scope)
            // What a constant is must not depend on the scope.
            if let constant = expression.constantValue, constant != value { return "a constant changes: \(constant)" }
        } catch {
            guard (0...expression.source.count).contains(error.offset) else { return "outside: \(error)" }
        }
        return nil
    }

    private static func problem(withScalar text: String) -> String? {
        if let reference = ValueTemplate.dataFlowReference("{" + text + "}"), reference.path.count < 2 {
            return "a data-flow reference without a field"
        }
        do throws(ExpressionError) {
            _ = try Expression.parseScalar(text, allowsStatusFunctions: true)
            return nil
        } catch {
            return outside(error, text)
        }
    }

    private static func problem(withTemplate text: String) -> String? {
        let template: Template
        do throws(ExpressionError) {
            template = try Template.parse(text, allowsRaw: true)
            if let problem = try problem(withSinks: template) { return problem }
        } catch {
            return outside(error, text)
        }
        do throws(EvaluationError) {
            _ = try template.evaluate(in: scope)
            return nil
        } catch {
            return (0...error.expression.count).contains(error.offset) ? nil : "outside: \(error)"
        }
    }

    private static func problem(withSinks template: Template) throws(ExpressionError) -> String? {
        let url = try URLTemplate.encodingHoles(of: template)
        if url.template.expressions.count != template.expressions.count { return "a hole of a URL is lost" }
        if let json = try JSONTemplate.encodingHoles(of: template),
            !json.template.expressions.contains(where: \.isRaw), let text = try? json.template.text(in: scope),
            (try? JSON.parse(text)) == nil
        {
            return "what should be JSON is not: \(text)"
        }
        let statement = try SQLTemplate(template)
        let bound = statement.parameters.count + statement.text.template.expressions.count
        return bound == template.expressions.count ? nil : "a hole of a statement is lost"
    }

    private static func outside(_ error: ExpressionError, _ text: String) -> String? {
        (0...text.count).contains(error.offset) ? nil : "the error lies outside the text: \(error)"
    }
}
