import Testing

@testable import SwitchyardCore

@Suite struct SQLTemplateTests {
    /// The statement and the sources of its parameters, or the error.
    private func outcome(_ text: String, allowsRaw: Bool = true) -> String {
        do throws(ExpressionError) {
            let statement = try SQLTemplate(try Template.parse(text, allowsRaw: allowsRaw))
            let parameters = statement.parameters.map { $0.template.expressions.map(\.source).joined() }
            guard let sql = try? statement.text.template.text(in: sampleScope) else { return "no value" }
            return sql + " <- " + parameters.joined(separator: ", ")
        } catch {
            return "error at \(error.offset): \(error.message)"
        }
    }

    @Test(arguments: [
        ("SELECT {{ inputs.host }}, {{ 1 + 1 }}", "SELECT ?, ? <- inputs.host, 1 + 1"),
        ("SELECT 'it''s' || {{ 1 }} || \"a\"\"b\"", "SELECT 'it''s' || ? || \"a\"\"b\" <- 1"),
        ("SELECT [a'b], `c\"`, {{ 1 }}", "SELECT [a'b], `c\"`, ? <- 1"),
        ("SELECT 1 -- it's\n, {{ 1 }}", "SELECT 1 -- it's\n, ? <- 1"),
        ("SELECT 2 /* it's */ * {{ 1 }}", "SELECT 2 /* it's */ * ? <- 1"),
        ("SELECT 2 /**/* {{ 1 }}", "SELECT 2 /**/* ? <- 1"), ("SELECT 2 */* x */{{ 1 }}", "SELECT 2 */* x */? <- 1"),
        ("SELECT 2 /*/ ' */ - {{ 1 }}", "SELECT 2 /*/ ' */ - ? <- 1"), ("SELECT 1 - -{{ 1 }}", "SELECT 1 - -? <- 1"),
        ("SELECT {{ 1 }}1", "SELECT ? 1 <- 1"),
        ("SELECT '{{ '{{' }}' || {{ 1 }} || '{{ '}}' }}'", "SELECT '{{' || ? || '}}' <- 1"),
        ("SELECT {{ 'x' | raw }} FROM \"{{ inputs.host | raw }}\"", "SELECT x FROM \"web-1\" <- "),
        ("SELECT '$' || '{', '${{ 'x' | raw }}{${{ 'y' | raw }}'", "SELECT '$' || '{', 'x{y' <- "),
        ("SELECT ?, :a", "SELECT ?, :a <- "), ("SELECT {{ 1 }} -- ?, :a", "SELECT ? -- ?, :a <- 1"),
        ("SELECT a::{{ 1 }}, '$.a?'", "SELECT a::?, '$.a?' <- 1"),
    ])
    func `holes become parameters`(text: String, expected: String) {
        #expect(outcome(text) == expected)
    }

    @Test(arguments: [
        ("SELECT 'a {{ 1 }}'", "error at 13: a hole inside an SQL string literal would not be a parameter"),
        (
            "SELECT \"{{ 1 }}\"",
            "error at 11: a hole cannot be the name of a table or column: only values can be parameters"
        ),
        (
            "SELECT [{{ 1 }}]",
            "error at 11: a hole cannot be the name of a table or column: only values can be parameters"
        ),
        ("SELECT 1 -- {{ 1 }}", "error at 15: a hole inside an SQL comment has no effect"),
        ("SELECT /*/ {{ 1 }} */ 1", "error at 14: a hole inside an SQL comment has no effect"),
        (
            "SELECT ?1, {{ 1 }}",
            "error at 14: the statement has parameters of its own (`?`, `:name`) beside holes, which are parameters as well"
        ),
        (
            "SELECT {{ 1 }}, $a",
            "error at 10: the statement has parameters of its own (`?`, `:name`) beside holes, which are parameters as well"
        ),
    ])
    func `where a parameter has no meaning, a hole is an error`(text: String, expected: String) {
        #expect(outcome(text) == expected)
    }

    @Test func `errors keep their places`() throws {
        let statement = try SQLTemplate(try Template.parse("SELECT {{ inputs.a }}, {{ steps.b.output }}"))
        let references = statement.parameters.map { $0.original($0.template.references[0].offset) }
        #expect(references == [10, 26])
    }
}
