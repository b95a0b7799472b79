import Testing

@testable import SwitchyardCore

@Suite struct ShellTemplateTests {
    /// The script without the line that takes the arguments, or the error.
    private func outcome(_ text: String, shell: String = "bash", allowsRaw: Bool = false) -> String {
        do {
            let template = try ShellTemplate.parse(text, shell: shell, allowsRaw: allowsRaw)
            let (script, arguments) = try template.resolve(in: sampleScope)
            let count = arguments.count
            guard count > 0 else { return script }
            let preamble = (1...count).map { "SWITCHYARD_\($0)=${\($0)}; " }.joined() + "shift \(count); "
            #expect(script.hasPrefix(preamble))
            return String(script.dropFirst(preamble.count)).replacing("SWITCHYARD_", with: "_")
        } catch let error as ExpressionError {
            return "error at \(error.offset): \(error.message)"
        } catch {
            return "fails: \(error)"
        }
    }

    @Test(arguments: [
        ("echo hi", "echo hi"), ("ping {{ inputs.host }}", #"ping "${_1}""#), ("{{ 1 }} ${{ 2 }}", #""${_1}" "${_2}""#),
        ("a{{ 1 }}b", #"a"${_1}"b"#),
        (#"echo "x {{ 1 }} y""#, #"echo "x ${_1} y""#), ("echo 'x {{ 1 }} y'", #"echo 'x '"${_1}"' y'"#),
        (#"echo "$(cat {{ 1 }} "{{ 2 }}" '{{ 3 }}')""#, #"echo "$(cat "${_1}" "${_2}" ''"${_3}"'')""#),
        (#"x=$(a $(b "{{ 1 }}") {{ 2 }})"#, #"x=$(a $(b "${_1}") "${_2}")"#),
        (#"diff <(sort {{ 1 }}) "a""#, #"diff <(sort "${_1}") "a""#),
        (#"echo "it's {{ 1 }}" 'a"b {{ 2 }}'"#, #"echo "it's ${_1}" 'a"b '"${_2}"''"#),
        (#"echo \' {{ 1 }} \" {{ 2 }}"#, #"echo \' "${_1}" \" "${_2}""#),
        (#"echo "\" {{ 1 }}""#, #"echo "\" ${_1}""#),
        (#"echo \\{{ 1 }} "\\{{ 2 }}" '\{{ 3 }}'"#, #"echo \\"${_1}" "\\${_2}" '\'"${_3}"''"#),
        (#"echo '$'{{ 1 }}"#, #"echo '$'"${_1}""#),
        ("echo hi # don't {{ nope }}\necho {{ 1 }}", "echo hi # don't {{ nope }}\necho \"${_1}\""),
        ("echo a#b {{ 1 }}", #"echo a#b "${_1}""#), ("echo ${#x} $# {{ 1 }}", #"echo ${#x} $# "${_1}""#),
        (#"echo ${x:-{{ 1 }}} "${x:-{{ 2 }}}""#, #"echo ${x:-"${_1}"} "${x:-${_2}}""#),
        (#"echo "${x:-'}" {{ 1 }}"#, #"echo "${x:-'}" "${_1}""#),
        (#"echo "${x#'}'}" {{ 1 }}"#, #"echo "${x#'}'}" "${_1}""#),
        ("echo $$ {{ 1 }} \"$$ {{ 2 }}\"", "echo $$ \"${_1}\" \"$$ ${_2}\""),
        ("echo $'it\\'s' {{ 1 }}", "echo $'it\\'s' \"${_1}\""), (#"echo $"a {{ 1 }}""#, #"echo $"a ${_1}""#),
        ("cat <<EOF\n'unclosed (\nEOF\necho {{ 1 }}", "cat <<EOF\n'unclosed (\nEOF\necho \"${_1}\""),
        ("cat <<'EOF'\n`unclosed $(\nEOF\necho {{ 1 }}", "cat <<'EOF'\n`unclosed $(\nEOF\necho \"${_1}\""),
        ("cat <<E\n$(a \"`b`\") ${x:-'}\nE\necho {{ 1 }}", "cat <<E\n$(a \"`b`\") ${x:-'}\nE\necho \"${_1}\""),
        ("cat <<E\na\\\nE\nE\necho {{ 1 }}", "cat <<E\na\\\nE\nE\necho \"${_1}\""),
        (
            "cat <<-'E F' <<B {{ 1 }}\n\t`\n\tE F\n\"\nB\necho '{{ 2 }}'",
            "cat <<-'E F' <<B \"${_1}\"\n\t`\n\tE F\n\"\nB\necho ''\"${_2}\"''"
        ),
        ("x=$(cat <<E\n)\"\nE\n); echo {{ 1 }}", "x=$(cat <<E\n)\"\nE\n); echo \"${_1}\""),
        ("cat <<< {{ 1 }}", #"cat <<< "${_1}""#), ("cat <<E\n{{ '{{' }}.N{{ '}}' }}\nE", "cat <<E\n{{.N}}\nE"),
        ("docker ps --format '{{ '{{' }}.Names{{ '}}' }}'", "docker ps --format '{{.Names}}'"),
        ("echo `date` {{ 1 }}", "echo `date` \"${_1}\""),
        ("echo $((1 + 2)) $((a)) {{ 1 }}", #"echo $((1 + 2)) $((a)) "${_1}""#),
        ("((i++)); echo {{ 1 }}", #"((i++)); echo "${_1}""#),
        ("for ((i=0; i<3; i++)); do echo {{ 1 }}; done", #"for ((i=0; i<3; i++)); do echo "${_1}"; done"#),
        (
            #"echo "$(case $x in a|b) echo "{{ 1 }}" {{ 2 }};; (c) echo {{ 3 }};; esac) {{ 4 }}""#,
            #"echo "$(case $x in a|b) echo "${_1}" "${_2}";; (c) echo "${_3}";; esac) ${_4}""#
        ),
        ("case {{ 1 }} in {{ 2 }}) echo {{ 3 }};; esac", #"case "${_1}" in "${_2}") echo "${_3}";; esac"#),
        ("x=$(echo case); echo {{ 1 }}", #"x=$(echo case); echo "${_1}""#),
        ("a=({{ 1 }} \"{{ 2 }}\"); echo {{ 3 }}", #"a=("${_1}" "${_2}"); echo "${_3}""#),
        (
            "f() { echo {{ 1 }}; }; (f) > {{ 2 }} 2>&1 | tee {{ 3 }}",
            #"f() { echo "${_1}"; }; (f) > "${_2}" 2>&1 | tee "${_3}""#
        ), ("[[ $x == {{ 1 }} && -f {{ 2 }} ]] && echo {{ 3 }}", #"[[ $x == "${_1}" && -f "${_2}" ]] && echo "${_3}""#),
        ("[ {{ 1 }} -eq 1 ]", #"[ "${_1}" -eq 1 ]"#),
        ("local x={{ 1 }}; export Y={{ 2 }}", #"local x="${_1}"; export Y="${_2}""#),
        ("read -p {{ 1 }} x", #"read -p "${_1}" x"#),
        ("bash -c 'echo \"$1\"' _ {{ 1 }}", #"bash -c 'echo "$1"' _ "${_1}""#),
        ("echo eval {{ 1 }}", #"echo eval "${_1}""#), ("eval x; echo {{ 1 }}", #"eval x; echo "${_1}""#),
        ("eval \"$(tool {{ 1 }})\"", #"eval "$(tool "${_1}")""#),
        ("echo {{ 1 }} \\\n  {{ 2 }}", "echo \"${_1}\" \\\n  \"${_2}\""),
        ("#!/bin/sh\necho {{ 1 }}", "#!/bin/sh\necho \"${_1}\""), ("echo '{'{{ 1 }}'}'", #"echo '{'"${_1}"'}'"#),
        ("echo \"unclosed", "echo \"unclosed"), ("echo &> {{ 1 }} >| {{ 2 }}", #"echo &> "${_1}" >| "${_2}""#),
    ])
    func `each hole becomes one word where it stands`(text: String, expected: String) {
        #expect(outcome(text) == expected)
    }

    @Test(arguments: [
        ("echo `cat {{ 1 }}`", "error at 10: a hole inside backticks cannot be quoted"),
        ("echo \"`cat '{{ 1 }}'`\"", "error at 12: a hole inside backticks cannot be quoted"),
        ("cat <<EOF\nx {{ 1 }}\nEOF", "error at 12: a hole inside a here-document cannot be quoted"),
        ("cat <<-'E'\n\t{{ 1 }}\n\tE", "error at 12: a hole inside a here-document cannot be quoted"),
        ("cat <<{{ 1 }}", "error at 6: a hole inside a here-document cannot be quoted"),
        ("x=\"$(cat <<E\n{{ 1 }}\nE\n)\"", "error at 13: a hole inside a here-document cannot be quoted"),
        ("echo $(( {{ 1 }} + 1 ))", "error at 9: a hole inside arithmetic cannot be quoted"),
        ("(( {{ 1 }} > 1 ))", "error at 3: a hole inside arithmetic cannot be quoted"),
        ("if (( \"{{ 1 }}\" )); then :; fi", "error at 7: a hole inside arithmetic cannot be quoted"),
        ("echo $[ {{ 1 }} ]", "error at 8: a hole inside arithmetic cannot be quoted"),
        ("echo $'a {{ 1 }}'", "error at 9: a hole inside `$'…'` cannot be quoted"),
        ("echo ${x#{{ 1 }}}", "error at 9: a hole inside `${…}` cannot be quoted"),
        (#"echo "${x:-"{{ 1 }}"}""#, "error at 12: a hole inside `${…}` cannot be quoted"),
        ("echo ${a[{{ 1 }}]}", "error at 9: a hole inside `${…}` cannot be quoted"),
        ("eval {{ 1 }}", "error at 5: a hole in `eval` would be read as code"),
        ("x=1 command eval \"a {{ 1 }}\"", "error at 20: a hole in `eval` would be read as code"),
        ("if 'eval' >&2 {{ 1 }}; then :; fi", "error at 14: a hole in `eval` would be read as code"),
        ("(\\eval {{ 1 }})", "error at 7: a hole in `eval` would be read as code"),
        ("let x={{ 1 }}", "error at 6: a hole in `let` would be read as code"),
        ("trap 'rm {{ 1 }}' EXIT", "error at 9: a hole in `trap` would be read as code"),
        ("bash -c \"echo {{ 1 }}\"", "error at 14: a hole in the script of `-c` would be read as code"),
        ("sudo -u x /bin/sh -euc {{ 1 }}", "error at 23: a hole in the script of `-c` would be read as code"),
        (
            "[[ {{ 1 }} -eq 1 ]]",
            "error at 3: a hole in `[[ ]]` beside `-eq` or `-v` would be computed as an expression, which can run commands"
        ),
        (
            "[[ 1 -lt {{ 1 }} ]]",
            "error at 9: a hole in `[[ ]]` beside `-eq` or `-v` would be computed as an expression, which can run commands"
        ),
        ("[ -v {{ 1 }} ]", "error at 5: a hole here would be read as a variable's name, which can run commands"),
        ("read -r {{ 1 }}", "error at 8: a hole here would be read as a variable's name, which can run commands"),
        ("printf -v {{ 1 }} x", "error at 10: a hole here would be read as a variable's name, which can run commands"),
        ("declare -i x={{ 1 }}", "error at 13: a hole in `declare` would be read as a variable's name or computed"),
        ("export {{ 1 }}=x", "error at 7: a hole in `export` would be read as a variable's name or computed"),
        ("unset {{ 1 }}", "error at 6: a hole in `unset` would be read as a variable's name"),
        ("a[{{ 1 }}]=x", "error at 2: a hole inside `[ ]` of a word would be read as an index or a pattern"),
        (#"echo \{{ 1 }}"#, "error at 5: a backslash stands directly before the hole"),
        (#"echo "\${{ 1 }}""#, "error at 6: a backslash stands directly before the hole"),
        ("echo \"$${{ 1 }}\"", "error at 7: a `$` stands directly before the hole"),
        ("echo $${{ 1 }}", "error at 6: a `$` stands directly before the hole"),
        ("echo 'a {{ 1 }}", "error at 5: what opens here is not closed, so the holes of the script cannot be quoted"),
        ("echo {{ 1 }} $(", "error at 13: what opens here is not closed, so the holes of the script cannot be quoted"),
        ("echo {{ 1", "error at 5: the hole `{{` has no closing `}}`"),
        ("echo é {{ nope }}", "error at 10: unknown name `nope`"),
        ("echo {{ 1 | raw }}", "error at 12: `raw` switches escaping off, which this step does not allow"),
    ])
    func `where no quoting helps, a hole is an error`(text: String, expected: String) {
        #expect(outcome(text) == expected)
    }

    @Test func `raw splices where it is allowed`() {
        #expect(outcome("echo {{ inputs.host | raw }} {{ inputs.host }}", allowsRaw: true) == #"echo web-1 "${_1}""#)
        #expect(outcome("eval {{ 'a b' | raw }}\n`{{ 'ls' | upper | raw }}`", allowsRaw: true) == "eval a b\n`LS`")
    }

    @Test func `only shells that leave quoted words alone take holes`() {
        for shell in ["sh", "/usr/bin/bash", "dash", "ash"] {
            #expect(outcome("echo {{ 1 }}", shell: shell) == #"echo "${_1}""#)
        }
        for shell in ["fish", "/usr/bin/zsh", "ksh", "mksh", "python3"] {
            #expect(
                outcome("echo {{ 1 }}", shell: shell)
                    == "error at 5: `\(shell)` is not known to leave quoted words alone, so it cannot take a hole")
            #expect(outcome("echo", shell: shell) == "echo")
        }
    }

    @Test func `values become arguments`() throws {
        let text = "x {{ null }} {{ [1, 'a'] }} {{ 'q\"' }} {{ 1.5 }}"
        let (_, arguments) = try ShellTemplate.parse(text, shell: "sh", allowsRaw: false).resolve(in: sampleScope)
        #expect(arguments == ["", #"[1,"a"]"#, "q\"", "1.5"])
    }

    @Test(arguments: [
        ("a\u{0}b", "the text has a NUL character, which no argument can hold"),
        (
            String(repeating: "x", count: 131_072),
            "the text has 131072 bytes, and an argument holds at most 131071; let a step write it to a file, and pass the path"
        ),
    ])
    func `what no argument can hold is an error`(value: String, message: String) throws {
        var scope = sampleScope
        scope.inputs = ["v": .string(value)]
        let template = try ShellTemplate.parse("echo {{ inputs.v }}", shell: "sh", allowsRaw: false)
        #expect(throws: EvaluationError("`run`: \(message)", expression: "inputs.v", offset: 0)) {
            try template.resolve(in: scope)
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a long script takes time in proportion`() throws {
        let program = String(repeating: "print('x')\n", count: 20_000)
        let text = "python3 -c \"\(program)\" {{ inputs.host }}"
        #expect(outcome(text) == "python3 -c \"\(program)\" \"${_1}\"")
    }

    @Test func `references keep their places in the script`() throws {
        let template = try ShellTemplate.parse(
            "é\n{{ inputs.a }} '{{ steps.b.output | raw }}'", shell: "sh", allowsRaw: true)
        #expect(template.references.map(\.offset) == [5, 21])
        #expect(template.expressions.map(\.isRaw) == [false, true])
        #expect(template.source == "é\n{{ inputs.a }} '{{ steps.b.output | raw }}'")
    }
}
