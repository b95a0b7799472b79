import Testing

@testable import SwitchyardCore

/// Places where a quoted word is still code, a name or an expression to the shell, and where shells differ.
@Suite struct ShellHazardTests {
    private func error(_ text: String, shell: String = "bash") -> String? {
        do throws(ExpressionError) {
            _ = try ShellTemplate.parse(text, shell: shell, allowsRaw: false)
            return nil
        } catch {
            return "\(error.offset): \(error.message)"
        }
    }

    @Test(arguments: [
        ("function f { eval {{ 1 }}; }", "18: a hole in `eval` would be read as code"),
        ("function f() { eval {{ 1 }}; }", "20: a hole in `eval` would be read as code"),
        ("X+=1 eval {{ 1 }}", "10: a hole in `eval` would be read as code"),
        ("a[$((1))]=x eval {{ 1 }}", "17: a hole in `eval` would be read as code"),
        ("{fd}>o eval {{ 1 }}", "12: a hole in `eval` would be read as code"),
        ("a=(x # it's\n) eval {{ 1 }}", "19: a hole in `eval` would be read as code"),
        ("case x in eval) eval {{ 1 }};; esac", "21: a hole in `eval` would be read as code"),
        ("! time -p e'va'\\l {{ 1 }}", "18: a hole in `eval` would be read as code"),
        ("coproc {{ 1 }}", "7: a hole in `coproc` would be read as code"),
        ("alias a={{ 1 }}", "8: a hole in `alias` would be read as code"),
        ("compgen -W {{ 1 }}", "11: a hole in `compgen` would be read as code"),
        ("watch -n 1 {{ 1 }}", "11: a hole in `watch` would be read as code"),
        ("PS4={{ 1 }}; set -x", "4: a hole in `PS4` would be run as code"),
        ("env BASH_ENV={{ 1 }} bash x", "13: a hole in `BASH_ENV` would be run as code"),
        (
            "ssh -p 22 -tt host ls {{ 1 }}",
            "22: a hole in a command of `ssh` would be read as code by the shell over there"
        ),
    ])
    func `what runs its words takes no hole`(text: String, expected: String) {
        #expect(error(text) == expected)
    }

    @Test(arguments: [
        "${SHELL:-/bin/sh} -c {{ 1 }}", "\"${u:-bash}\" -c {{ 1 }}", "sh -ce {{ 1 }}", "bash -c -e {{ 1 }}",
        "bash -o errexit -c {{ 1 }}", "bash -xo errexit -c {{ 1 }}",
        "bash --rcfile f -c {{ 1 }}", "busybox sh -c {{ 1 }}", "$SHELL -c {{ 1 }}", "\"${SHELL}\" -c {{ 1 }}",
        "su - user -c {{ 1 }}", "su user --command={{ 1 }}", "xargs -I% env X=1 sh +x -c {{ 1 }}",
        "find . -exec sh -c \"a {{ 1 }}\" \\;",
    ])
    func `a script for another shell takes no hole`(text: String) {
        #expect(error(text)?.hasSuffix("a hole in the script of `-c` would be read as code") == true)
    }

    @Test(arguments: [
        "bash <<< {{ 1 }}", "<<< {{ 1 }} sh -e", "echo \"rm {{ 1 }}\" | sh", "printf '%s' {{ 1 }} |& bash -s -- x",
        "echo {{ 1 }} | sudo sh -", "echo {{ 1 }} | sh /dev/stdin",
    ])
    func `what a shell reads as its script takes no hole`(text: String) {
        #expect(error(text)?.hasSuffix("the shell would read the hole's text as its script") == true)
    }

    @Test(arguments: [
        "printf -v{{ 1 }} x", "printf -v {{ 1 }} x", "wait -p {{ 1 }}", "wait -np{{ 1 }}", "read -ra {{ 1 }}",
        "mapfile -t {{ 1 }}", "test -v {{ 1 }}", "[ ! -v {{ 1 }} ]",
    ])
    func `a variable's name is no hole`(text: String) {
        #expect(
            error(text)?.hasSuffix("a hole here would be read as a variable's name, which can run commands") == true)
    }

    @Test(arguments: [
        (
            "printf {{ 1 }} x",
            "7: a hole at the beginning of `printf` would be read as an option, which can run commands"
        ),
        (
            "printf -v a {{ 1 }} x",
            "12: a hole at the beginning of `printf` would be read as an option, which can run commands"
        ),
        (
            "printf \"\"$x{{ 1 }} x",
            "11: a hole at the beginning of `printf` would be read as an option, which can run commands"
        ), ("wait {{ 1 }}", "5: a hole at the beginning of `wait` would be read as an option, which can run commands"),
        (
            "[ {{ 1 }} {{ 2 }} ]",
            "2: a hole before a word that is no operator would be read as one, and `-v` can run commands"
        ),
        (
            "test ! \"${u:-{{ 1 }}}\" x",
            "13: a hole before a word that is no operator would be read as one, and `-v` can run commands"
        ),
        (
            "[[ 1 -eq 1 && $n -eq {{ 1 }} ]]",
            "21: a hole in `[[ ]]` beside `-eq` or `-v` would be computed as an expression, which can run commands"
        ),
        (
            "[[ -v {{ 1 }} ]]",
            "6: a hole in `[[ ]]` beside `-eq` or `-v` would be computed as an expression, which can run commands"
        ), ("declare \"$a={{ 1 }}\"", "12: a hole in `declare` would be read as a variable's name or computed"),
        ("export {,}a={{ 1 }}", "12: a hole in `export` would be read as a variable's name or computed"),
        ("declare -ai a=({{ 1 }})", "15: a hole in `declare` would be read as a variable's name or computed"),
        ("echo ${x:={{ 1 }}}", "10: a hole inside `${…=…}`, which is split into words, cannot be quoted"),
        ("echo ${x:-${y={{ 1 }}}}", "14: a hole inside `${…=…}`, which is split into words, cannot be quoted"),
        ("echo ${!x:-{{ 1 }}}", "11: a hole inside `${…}` cannot be quoted"),
    ])
    func `a hole is not read as something else`(text: String, expected: String) {
        #expect(error(text) == expected)
    }

    @Test(arguments: [
        "printf '%s' {{ 1 }}", "printf -- {{ 1 }} x", "printf '%s' -v {{ 1 }}", "printf -v a -- {{ 1 }}",
        "printf \"x{{ 1 }}\" y", "wait -- {{ 1 }}", "[ {{ 1 }} ]",
        "[ {{ 1 }} = {{ 2 }} -a -n {{ 3 }} ]", "[ -f {{ 1 }} -a ! -d {{ 2 }} ]", "test {{ 1 }} -lt 3",
        "[[ {{ 1 }} == a && $n -eq 1 ]]", "declare -a a=({{ 1 }} {{ 2 }})", "echo \"${x:={{ 1 }}}\"",
        "bash script.sh -c {{ 1 }}", "bash -c 'echo \"$1\"' _ {{ 1 }}", "bash -c 'cat' <<< {{ 1 }}",
        "echo {{ 1 }} | bash -c 'cat'", "echo {{ 1 }} | bash script.sh", "echo a | sh; echo {{ 1 }}",
        "ssh -i key -p 22 {{ 1 }} uptime", "!(true {{ 1 }})", "p @(a|{{ 1 }}) b", "ENV={{ 1 }} make",
        "f() { :; }; f {{ 1 }}", "a=({{ 1 }} # it's\n{{ 2 }}\n)", "case esac in in) echo {{ 1 }};; (if) {{ 2 }};& esac",
        "function f { case x in a) [[ {{ 1 }} == b ]];; esac; }", "case x in a) ;; esac >{{ 1 }} 2>&1",
        "if ! [[ {{ 1 }} == b ]]; then >o echo; case {{ 2 }} in a) ;; esac; fi", "time sort {{ 1 }}",
        "[[ {{ 1 }} == @(${a}|\"$(b)\"|`c`) ]]", "x=$(a=({{ 1 }} \\\n'\\' \"\\\"\")); a=(\\' {{ 2 }})",
        "echo $((case)); echo {{ 1 }}", "x=$(case a in case) ;; esac) y={{ 1 }}",
    ])
    func `what is data takes a hole`(text: String) {
        #expect(error(text) == nil)
    }

    @Test(arguments: [
        (
            "[[ a || {{ 1 }} == b ]]",
            "`[[` is a command like any other in some shells, which run what stands behind `||`"
        ),
        ("echo $'it\\'s' {{ 1 }}", "not every `sh` reads `$'…\\'…'` as bash does"),
        (
            "echo a &> f eval {{ 1 }}",
            "`&>` runs the command in the background in some shells, and redirects it in others"
        ), ("((i++)); echo {{ 1 }}", "`((` is arithmetic in some shells, and a subshell in others"),
        ("echo ${u:->(a)} {{ 1 }}", "not every `sh` reads `>(…)` inside `${…}` as bash does"),
    ])
    func `what only bash knows takes no hole in another shell`(text: String, expected: String) {
        #expect(error(text, shell: "sh")?.hasSuffix(": \(expected)") == true)
        if !text.contains("eval") { #expect(error(text, shell: "bash") == nil) }
    }

    @Test(arguments: [
        ("cat <<E $(a\nE\n)\nb\nE\necho {{ 1 }}", "shells differ in where this here-document begins"),
        (
            "x=$(cat <<E)\nb\nE\necho {{ 1 }}",
            "shells differ in where the here-document of a substitution begins that is closed on the same line"
        ),
        (
            "cat <<E 'a\nb'\nE\necho {{ 1 }}",
            "shells differ in where a here-document begins whose line has a line end in quotes"
        ), ("cat <<a$b\nx\na$b\necho {{ 1 }}", "shells differ in where a here-document with this delimiter ends"),
        (
            "cat <<E\n$(\nE\n)\nE\necho {{ 1 }}",
            "shells differ in where this here-document ends, because something in it is not closed"
        ),
        (
            "cat <<END\nEN\\\nD\nEND\necho {{ 1 }}",
            "shells differ in whether lines that a backslash joins can end a here-document"
        ),
        (
            "echo $((a); b); echo {{ 1 }}",
            "what begins with `((` here is no arithmetic, because it does not end with `))`"
        ), ("echo $(( ' )) ' )) {{ 1 }}", "shells differ in what a `'` inside arithmetic means"),
        ("case x in a|esac) b;; esac; echo {{ 1 }}", "shells differ in whether `esac` can be a pattern"),
        ("f() { {{ 1 }}; }; export -f f", "a function is exported, and the values of the holes do not go with it"),
        ("f() { {{ 1 }}; }; declare -fx f", "a function is exported, and the values of the holes do not go with it"),
    ])
    func `where shells differ, a hole is an error`(text: String, expected: String) {
        #expect(error(text).map { $0.drop { $0 != " " }.dropFirst() } == Substring(expected))
        #expect(error(text.replacing("{{ 1 }}", with: "x")) == nil)
    }

    @Test(arguments: [
        "p $(a=(\\$'{{ 1 }}'); b)", "p <(a=(x\n\\\"{{ 1 }})\n)", "p ${u:-$(a+=(\\` {{ 1 }}))}",
    ])
    func `a backslash in an array inside of a substitution is misread`(text: String) {
        let expected = "bash misreads a backslash in an array inside of a substitution"
        #expect(error(text)?.hasSuffix(": \(expected)") == true)
    }

    @Test(arguments: [
        "p ?(a|>(p <<< \"{{ 1 }}\" sh))", "p *(a|{{ 1 }}<(eval {{ 2 }}))", "[[ a == @($(b) | {{ 1 }}) ]]",
        "p {{ 1 }} +(a|${u:-)})", "p !(a$[1]) {{ 1 }}",
    ])
    func `a pattern whose parentheses bash counts takes no substitution`(text: String) {
        let expected = "bash counts the parentheses inside `@(…)` and its like, whatever they belong to"
        #expect(error(text)?.hasSuffix(": \(expected)") == true)
    }

    @Test(arguments: [
        "p \"$(time case a in *) p '{{ 1 }}';; esac)\"", "p \"$(! time -p case a in *) p '{{ 1 }}';; esac)\"",
        "p \"$(x=1 case a in *) p '{{ 1 }}';; esac)\"", "p $(>o case a in *) p {{ 1 }};; esac)",
        "coproc case a in a) p {{ 1 }};; esac", "coproc N { case a in a) p {{ 1 }};; esac; }",
        "x=1 [[ a || eval {{ 1 }} ]]", ">o [[ a || eval {{ 1 }} ]]", "env [[ a || eval {{ 1 }} ]]",
        "time -x [[ a || eval {{ 1 }} ]]", "! -x [[ a || eval {{ 1 }} ]]",
    ])
    func `a keyword where not every shell knows one is in doubt`(text: String) {
        #expect(error(text)?.contains(": shells differ in whether `") == true)
        #expect(error(text)?.hasSuffix("` is a keyword behind what stands before it") == true)
        #expect(error(text.replacing("{{ 1 }}", with: "x")) == nil)
    }

    @Test(arguments: [
        ("x={{ 1 }}; eval \"echo $x\"", 2), ("x={{ 1 }}; y=a$x; bash -c \"echo ${y}\"", 2),
        ("set -- {{ 1 }}; sh -c \"echo $1\"", 7), ("f() { eval \"$@\"; }; f a {{ 1 }}", 24),
        ("for x in {{ 1 }}; do trap \"rm $x\" EXIT; done", 9), ("read x <<< {{ 1 }}; ssh h \"ls $x\"", 11),
        ("x={{ 1 }}; bash <<< \"ls $x\"", 2), ("x={{ 1 }}; echo \"ls $x\" | sh", 2),
    ])
    func `a variable that holds a hole's text is not run either`(text: String, offset: Int) {
        #expect(error(text)?.hasPrefix("\(offset): the script puts ") == true)
    }

    @Test(arguments: [
        "x={{ 1 }}; eval 'echo \"$x\"'", "x={{ 1 }}; bash -c 'echo \"$1\"' _ \"$x\"", "f() { eval \"$y\"; }; f {{ 1 }}",
    ])
    func `a variable is expanded by what is run`(text: String) {
        #expect(error(text) == nil)
    }
}
