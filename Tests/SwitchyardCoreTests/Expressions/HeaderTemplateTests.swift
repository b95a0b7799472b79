import Testing

@testable import SwitchyardCore

@Suite struct HeaderTemplateTests {
    @Test(arguments: ["", "a b", "a\tb", "é {{ inputs.host }} \u{85}", "{{ 'a\\nb' }}"])
    func `what may stand in a field`(text: String) throws {
        try HeaderTemplate.check(try Template.parse(text))
    }

    @Test(arguments: ["a\n", "{{ inputs.host }}\r\nX: y", "a\u{0}", "\u{7F}", "\r", "a\u{1B}[0m", "\r\n\u{301}"])
    func `what may not`(text: String) throws {
        let template = try Template.parse(text)
        #expect(throws: ExpressionError.self) { try HeaderTemplate.check(template) }
    }

    @Test func `the hint says how to write it`() throws {
        let template = try Template.parse("Bearer {{ secrets.TOKEN }}\n")
        #expect(
            throws: ExpressionError(
                "a header field cannot hold a line end",
                hint: "write it on one line, or use `>-` or `|-`, which end without one", offset: 0)
        ) { try HeaderTemplate.check(template) }
    }
}
