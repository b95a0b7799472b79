import Testing

@testable import SwitchyardCore

/// Variables that take a hole's value and are computed: bash runs `$(…)` in an index wherever it computes.
@Suite struct ShellDemandTests {
    private static let hostile = "a[$(touch x)]"

    /// Whether the script takes the value.
    private func takes(_ value: String, _ text: String) throws -> Bool {
        var scope = sampleScope
        scope.inputs = ["v": .string(value)]
        let template = try ShellTemplate.parse(
            text.replacing("@", with: "{{ inputs.v }}"), shell: "bash", allowsRaw: false)
        do throws(EvaluationError) {
            _ = try template.resolve(in: scope)
            return true
        } catch {
            #expect(error.expression == "inputs.v")
            return false
        }
    }

    @Test(arguments: [
        "n=@; echo $((n + 1))", "n=@; (( n > 3 ))", "n=a@; for ((i = 0; i < $n; i++)); do :; done",
        "n=@; m=$n; let \"m += 1\"", "n=@; [[ $n -gt 3 ]]", "n=@; [[ a == b && 3 -lt n ]]", "n=@; echo ${s:n:1}",
        "n=@; echo ${a[$n]}", "n=@; a[n]=1", "n=@; echo \"$(( ${n} ))\"", "n=@; echo $[n]", "declare -i n; n=@",
        "f() { local n=$1; echo $((n)); }; f @", "set -- @; (( $1 ))", "for n in @; do ((n)); done",
        "read -r n <<< @; echo $((n))", "echo @ | while read n; do ((s += n)); done", "printf -v n %s @; ((n))",
        "n=(@); (( n[0] ))", "local n=@; echo $((n))", "echo \"${n:-$(n=@; ((n)))}\"", "[[ -v a[$n] ]]; n=@",
        "n=@; echo ${!n}", "n=@; unset \"$n\"", "n=@; read -r \"$n\"", "n=@; export \"$n=1\"", "n=@; [ -v \"$n\" ]",
        "n=@; printf -v \"$n\" x", "n=@; let \"m = $n\"", "read n < f; x=@; read \"$x\"",
    ])
    func `what is computed must be a number`(text: String) throws {
        #expect(try !takes(Self.hostile, text))
        #expect(try !takes("PATH", text))
        for number in ["42", "-1", "1.5", ""] { #expect(try takes(number, text)) }
    }

    @Test(arguments: [
        "n=@; echo \"$n\" $((m + 1))", "n=@; [ \"$n\" -eq 1 ]", "n=@; [[ $n == x && $m -gt 1 ]]",
        "declare -A a; k=@; echo \"${a[$k]}\"", "n=$(wc -l @); ((n))", "p=@; n=$(( $(wc -l < \"$p\") / 2 ))",
        "echo @; while read -r n; do ((n)); done < file", "f() { ((n)); }; g @", "n=@; echo ${n%.*} ${n:-1}",
        "a=(@); echo \"${!a[*]}\" \"${#a}\" ${!a*}", "n=@; printf %s \"$n\"; wait -- \"$n\"",
    ])
    func `what is not computed may be anything`(text: String) throws {
        #expect(try takes(Self.hostile, text))
    }

    @Test(arguments: [
        "a=(1); declare a=@", "declare -a a=@", "declare -A a; local a=@", "a[0]=1; readonly a=\"\"@",
        "read -ra a; local a=$u@", "mapfile a; declare a=@", "a=(); declare a=${u%'x'}@",
        "a=(); declare a=\"${u%\"}\"}@\"", "a=(); declare a=${u:-$x}@", "a=(); declare a=`: '`\"${u:-\"${x}\"}\"@",
        "a=(); declare a={,x}@",
    ])
    func `a list is not declared by a text`(text: String) throws {
        #expect(try !takes("($(touch x))", text))
        #expect(try takes(Self.hostile, text))
    }

    @Test func `a text with parentheses is a text elsewhere`() throws {
        for text in ["local a=@", "a=(); a=@", "a=(@)", "declare -a a=(@)", "a=(); declare a=x@"] {
            #expect(try takes("($(touch x))", text))
        }
    }

    @Test func `the message names the variable`() throws {
        let template = try ShellTemplate.parse("n={{ inputs.host }}; ((n))", shell: "bash", allowsRaw: false)
        #expect(
            throws: EvaluationError(
                "`run`: the script computes with `n`, and computing text can run commands: this must be a number",
                expression: "inputs.host", offset: 0)
        ) { try template.resolve(in: sampleScope) }
    }
}
