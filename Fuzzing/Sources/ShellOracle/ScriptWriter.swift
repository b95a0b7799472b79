/// Writes scripts with holes at random: mostly what a shell accepts, of everything that quoting depends on.
///
/// `p` prints its arguments for the oracle. Only `x` and `y` take the values of holes, and they are expanded in quotes,
/// where a correct shell splits nothing.
struct ScriptWriter {
    private(set) var holes = 0
    private var generator: SplitMix64
    private var hereDocuments: [String] = []
    /// Whether characters are lost and added, so that quotes and parentheses may come out unbalanced. Then no variable
    /// is expanded, because it could lose its quotes.
    private var isMutated = false

    init(seed: UInt64) {
        generator = SplitMix64(seed: seed)
    }

    mutating func script() -> String {
        isMutated = chance(35)
        var text = list(depth: 3)
        guard isMutated else { return text }
        for _ in 0..<Int.random(in: 1...3, using: &generator) { text = mutated(text) }
        return text
    }

    private mutating func mutated(_ text: String) -> String {
        var scalars = Array(text.unicodeScalars)
        let index = Int.random(in: 0...max(0, scalars.count - 1), using: &generator)
        let extra = Array("'\"`$(){}[]\\\n;|&<># =\r-!?".unicodeScalars).randomElement(using: &generator)!
        switch number(3) {
        case 0: scalars.insert(extra, at: index)
        case 1: if !scalars.isEmpty { scalars.remove(at: index) }
        default: if !scalars.isEmpty { scalars[index] = extra }
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    // MARK: Chance

    private mutating func number(_ count: Int) -> Int { Int.random(in: 0..<count, using: &generator) }

    private mutating func chance(_ percent: Int) -> Bool { number(100) < percent }

    private mutating func pick(_ texts: [String]) -> String { texts.randomElement(using: &generator)! }

    // MARK: Commands

    private mutating func list(depth: Int) -> String {
        var text = ""
        for _ in 0...number(3) {
            text += command(depth: depth)
            let hasDocuments = !hereDocuments.isEmpty
            text += hasDocuments ? "\n" : pick(["\n", "; ", "\n", " && ", " || ", " # it's {{ a \"comment`\n", " |\n"])
            text += hereDocuments.joined()
            hereDocuments = []
        }
        return text + "p end\n"
    }

    /// Commands on one line, which stand inside of something.
    private mutating func inner(depth: Int) -> String {
        let outside = hereDocuments
        hereDocuments = []
        defer { hereDocuments = outside }
        if chance(25) { return "\n" + list(depth: depth - 1) }
        let text = command(depth: depth - 1)
        // A here-document needs a line end before what closes the substitution.
        return text + (hereDocuments.isEmpty ? pick(["", "; p b", "\n", " ;"]) : "\n" + hereDocuments.joined())
    }

    private mutating func command(depth: Int) -> String {
        guard depth > 0 else { return simple(depth: 0) }
        switch number(23) {
        case 0: return "(\(inner(depth: depth)))"
        case 1: return "{ \(command(depth: depth - 1)); }" + redirection(depth: depth)
        case 2: return "if \(command(depth: depth - 1)); then \(inner(depth: depth))\nelse p no; fi"
        case 3: return "for \(pick(["x", "i"])) in \(words(depth: depth)); do \(inner(depth: depth))\ndone"
        case 4: return caseCommand(depth: depth)
        case 5: return "f\(number(2))() { \(inner(depth: depth))\n}; f\(number(2)) \(words(depth: depth))"
        case 6: return "function g { \(command(depth: depth - 1)); }; g \(words(depth: depth))"
        case 7: return "! \(command(depth: depth - 1))"
        case 8: return "time \(command(depth: depth - 1))"
        case 9: return "[[ \(test(depth: depth)) ]]"
        case 10: return "\(command(depth: depth - 1)) | \(command(depth: depth - 1))"
        case 11: return "while false; do \(inner(depth: depth))\ndone"
        case 12:
            return pick(["x=1", ">o", "env", "command", "time -x", "time -p", "coproc", "coproc N", "! -x", "exec"])
                + " \(command(depth: depth - 1))"
        default: return simple(depth: depth)
        }
    }

    private mutating func caseCommand(depth: Int) -> String {
        let open = pick(["", "("])
        let pattern = pick([
            "a", "*", "a|b", "esac|x", "\(word(depth: depth - 1))", "a | \"b c\"", "case", "in", "@(a|b)",
        ])
        return "case \(pick(["a", "\(word(depth: depth - 1))"])) in \(open)\(pattern)) \(inner(depth: depth))\n"
            + pick([";;", ";;", ";&", ""])
            + pick([" esac", "\nesac", " b) p c\nesac", " *) p \(word(depth: depth - 1));; esac"])
    }

    private mutating func test(depth: Int) -> String {
        let side = word(depth: depth - 1)
        return pick([
            "\(side) == \(word(depth: depth - 1))", "-n \(side)", "a =~ \(side)", "a =~ (b|\(side))", "\(side) -eq 1",
            "1 -lt 2 && \(side) < b", "( a == \(side) )", "-v \(side)", "x -gt 1 || $x -eq 2", "! \(side) = a",
            "\(side) == a\n|| b != c", "$x -eq 1", "-n $x && -v x[$x]",
        ])
    }

    private mutating func simple(depth: Int) -> String {
        let prefix =
            chance(15)
            ? pick(["x=1 ", "X+=1 ", "arr[0]=b ", "x=\(word(depth: depth)) ", ">o ", "{fd}>o ", "2>o "]) : ""
        return prefix + plain(depth: depth) + redirection(depth: depth)
    }

    private mutating func plain(depth: Int) -> String {
        guard chance(60) else { return "p \(words(depth: depth))" }
        let a = word(depth: depth)
        let b = word(depth: depth)
        switch number(4) {
        case 0: return variable(a)
        case 1: return reader(a, b)
        case 2: return shell(a, b)
        default: return program(a, b, depth: depth)
        }
    }

    /// Variables that take the value of `a`, and what may be done with them.
    private mutating func variable(_ a: String) -> String {
        let use = [
            "p \"$x\"", "p $((x + 1))", "(( x ))", "p \"${arr[x]}\"", "y=$x; let y", "[[ $x -gt 1 ]]", "arr[$x]=1",
            "declare -i x; x=$x", "p ${u:$x}", "p \"${!x}\"", "eval \"p $x\"", "eval 'p \"$x\"'",
        ]
        let declare = [
            "local", "declare", "export", "readonly", "typeset -x", "declare -a", "declare -A", "declare -i",
        ]
        switch number(8) {
        case 0: return "x=\(a)"
        case 1: return "x=\(a); " + (isMutated ? "p x" : pick(use))
        case 2: return "arr=(\(a) \(a)\(pick([" ", "\n", " # it's\n"])))" + (isMutated ? "" : "; p \"${arr[@]}\"")
        case 3: return "\(pick(declare)) \(pick(["x", "arr", "z", "arr", "{,}arr", "$u\"\"x", "arr+"]))=\(a)"
        case 4: return "set -- \(a) b; " + (isMutated ? "p" : pick(["p \"$1\"", "p $(($1))", "shift; p \"$1\""]))
        case 5: return "read -r x <<< \(a); p $((x))"
        case 6: return "declare -a arr; declare arr=\(a)"
        default: return "f() { local v=\"$1\"; p $(( v )); }; f \(a)"
        }
    }

    /// Builtins that read a word as something else than data, or nearly.
    private mutating func reader(_ a: String, _ b: String) -> String {
        let conditions = [
            "-n \(a)", "\(a) = \(b)", "\(a) \(b)", "! \(a)", "\(a) -eq 1", "-f \(a) -a \(b) = x", "-v \(a)", "\(a)",
        ]
        let names = ["read -r", "read -t 0", "unset", "let", "trap", "wait", "mapfile -t", "compgen -W", "alias q="]
        switch number(5) {
        case 0: return "eval \(pick(["", "p "]))\(a)"
        case 1: return "printf \(pick(["%s ", "", "-- ", "-v x ", "-v x %s ", "-v"]))\(a) \(b) >/dev/null"
        case 2: return "[ \(pick(conditions)) ]"
        case 3: return "test \(pick(conditions))"
        default: return pick(names) + pick([" ", ""]) + a
        }
    }

    /// Other shells.
    private mutating func shell(_ a: String, _ b: String) -> String {
        let shell = pick(["bash", "sh", "${w:-sh}", "\"${w-bash}\""])
        let options = pick(["-c ", "-ec ", "-ce ", "-c -e ", "-o errexit -c "])
        switch number(4) {
        case 0: return "\(shell) \(options)\(pick([a, "': \"$1\"' _ \(a)", "\": $x\" \(a)"]))"
        case 1: return "\(shell) <<< \(a)"
        case 2: return "echo \(a) | \(pick(["bash", "sh -s", "read -r x", "{ read -r x; p $((x)); }"]))"
        default: return "<<< \(a) \(shell) \(pick(["", "-", "-e"]))"
        }
    }

    /// Programs, and what stands around them.
    private mutating func program(_ a: String, _ b: String, depth: Int) -> String {
        let prefix = pick(["command", "builtin", "exec 4<&1; command -p", "env", "'p'", "\\p", "\"p\""])
        switch number(7) {
        case 0: return "\(prefix) \(pick(["p ", "eval ", ""]))\(a)"
        case 1: return "p \(a) \\\n  \(b)"
        case 2: return "p $((1 + (2 * 3))) $((\(pick(["1", "$(p \(a); echo 1)", "u", "\"2\""])))) \(b)"
        case 3: return "shopt -s extglob\np \(pick(["@", "!", "+", "?", "*"]))(a|\(a))"
        case 4: return "\(a) \(b)"
        case 5: return "{ p a; } 2>/dev/null; p \(a)"
        default: return "p <(p \(a)) \(b)"
        }
    }

    private mutating func redirection(depth: Int) -> String {
        guard chance(15) else { return "" }
        switch number(6) {
        case 0: return " > \(pick(["o", "o\(word(depth: 0))"]))"
        case 1: return " 2>o <<< \(word(depth: depth - 1))"
        case 2: return " &> o"
        case 3:
            hereDocuments.append(
                pick(["it's $(p doc) \\\n\"E\nE\n", "E\n", "'\" ` \\` $x\nE\n", "\\\nE\nE\n", "$(\nE\n)\nE\n"]))
            return " <<E"
        case 4:
            hereDocuments.append(pick(["it's $( \\\n'E'\nE F\n", "`\nE F\n"]))
            return pick([" <<'E F'", " << \"E F\"", " <<E\\ F"])
        default:
            hereDocuments.append("\t'$(:)\n\tE\n")
            return " <<-E"
        }
    }

    // MARK: Words

    private mutating func words(depth: Int) -> String {
        (0...number(2)).map { _ in word(depth: depth) }.joined(separator: " ")
    }

    private mutating func hole() -> String {
        holes += 1
        return pick(["{{ inputs.v[\(holes - 1)] }}", "${{ inputs.v[\(holes - 1)] }}"])
    }

    private mutating func word(depth: Int) -> String {
        (0...number(2)).map { _ in wordPart(depth: depth) }.joined()
    }

    private mutating func wordPart(depth: Int) -> String {
        switch number(depth > 0 ? 20 : 11) {
        case 0...3: return hole()
        case 4:
            return pick([
                "a", "-v", "-c", "x=", "a#b", "~", "{a,b}", "{,b}", "*", "[a]", "=", "-", "@", "\r", "é\u{301}", ":",
            ])
        case 5: return "\\" + pick(["'", "\"", "`", "$", "\\", " ", "#", "\n", "a", "("])
        case 6:
            return "'" + pick(["", "a\"b", "$x `", "\\", "it", "# (", "\n"]) + (chance(40) ? hole() : "")
                + pick(["'", " b'"])
        case 7: return pick(["$'a\\'b'", "$'\\\\'", "$'a'", "$\"a\"", "$$", "$#", "$u", "${#u}"])
        case 8: return pick(["`: a`", "`: \"`", "`: '`", "`: \\` `"])
        case 9: return pick(["$[1]", "$((1))", "${u}", "${u[0]}", "${u:0:1}"])
        case 10: return "\"\(doubleQuoted(depth: 0))\""
        case 11...13: return "\"\(doubleQuoted(depth: depth - 1))\""
        case 14, 15: return "$(\(inner(depth: depth)))"
        case 16: return "${\(pick(["u:-", "u-", "u:+", "u+", "t:=", "t="]))\(word(depth: depth - 1))}"
        case 17: return "${u\(pick(["#", "%", "/", "//", "^", ",", ":"]))\(word(depth: depth - 1))}"
        case 18: return "\(pick(["<", ">"]))(\(inner(depth: depth)))"
        default: return hole()
        }
    }

    private mutating func doubleQuoted(depth: Int) -> String {
        var text = ""
        for _ in 0...number(2) {
            switch number(depth > 0 ? 12 : 7) {
            case 0...2: text += hole()
            case 3: text += pick(["it's", "# (", ") }", "\n", "$'", "a;b", "*", "$u", "$$", "$"])
            case 4: text += "\\" + pick(["\"", "`", "$", "\\", "a", "\n", "'"])
            case 5: text += pick(["${u:-'}", "${u#'}'}", "${u:-a}", "${u%\"}\"}", "`: \\\"`", "$((1))", "${u:-\\}}"])
            case 6: text += " "
            case 7...9: text += "$(\(inner(depth: depth)))"
            case 10: text += "${\(pick(["u:-", "u-", "u:+", "w:=", "u#", "u%"]))\(doubleQuoted(depth: depth - 1))}"
            default: text += "${u:-\"\(doubleQuoted(depth: depth - 1))\"}"
            }
        }
        return text
    }
}
