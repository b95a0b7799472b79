import Glibc
import SwitchyardCore

/// Values that show whether they were split, changed or run. `%` stands for a number of their own.
let shapes = [
    "\u{27E8}% * ' \" ` \\ $u #; a[0]\n $(:>canary) `:>canary` \u{27E9}%",
    ":>canary #\u{27E8}% * \u{27E9}%", "a[$(:>canary)]", "-va[$(:>canary)]", "($(:>canary))", "-c", "-v", "$(:>canary)",
    "\u{27E8}%\\ \u{27E9}%", "u[$(:>canary)]=1", "", "=", "1",
]

func value(_ number: Int, isConcurrent: Bool, _ generator: inout SplitMix64) -> String {
    let isFirst = Bool.random(using: &generator)
    let shape = isFirst ? shapes[0] : shapes.randomElement(using: &generator)!
    let text = shape.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "\(number);")
    // Shells write line by line, and what several processes print at once would mingle.
    return isConcurrent ? String(text.map { $0 == "\n" ? "\t" : $0 }) : text
}

/// What is wrong with what was printed, given the values of the holes.
func problem(_ run: ShellRun, values: [String]) -> String? {
    if run.ranCanary { return "a value was run" }
    // `declare` alone prints every variable, and the script; without quotes in many arguments.
    let printsScript = run.printed.contains { $0.contains("BASH_EXECUTION_STRING") }
    for argument in run.printed {
        if argument.contains("SWITCHYARD_"), !printsScript {
            return "a hole was not expanded: \(argument)"
        }
        for value in values where value.unicodeScalars.contains("\u{27E8}") {
            for (mark, part) in marks(of: value) where contains(argument, mark) && !contains(argument, part) {
                return "a value was split or changed: \(argument.debugDescription)"
            }
        }
    }
    return nil
}

/// The beginning and the end of `value`, and the whole between the marks.
func marks(of value: String) -> [(mark: String, whole: String)] {
    let scalars = value.unicodeScalars
    let start = scalars.firstIndex(of: "\u{27E8}")!
    let end = scalars.lastIndex(of: "\u{27E9}")!
    let whole = String(scalars[start...])
    let number = whole.unicodeScalars.dropFirst().prefix { $0 != ";" }
    _ = end
    return [("\u{27E8}\(String(number));", whole), ("\u{27E9}\(String(number));", whole)]
}

func contains(_ text: String, _ part: String) -> Bool {
    let text = Array(text.utf8)
    let part = Array(part.utf8)
    guard part.count <= text.count else { return false }
    return (0...(text.count - part.count)).contains { text[$0..<($0 + part.count)].elementsEqual(part) }
}

let arguments = CommandLine.arguments
guard arguments.count >= 3, let seconds = Int(arguments[1]), let seed = UInt64(arguments[2]) else {
    print("usage: ShellOracle SECONDS SEED [SHELL…]")
    exit(2)
}
let shells = arguments.count > 3 ? Array(arguments[3...]) : ["/bin/bash", "/bin/dash"]
var folderTemplate = Array("/tmp/switchyard-oracle-XXXXXX".utf8CString)
let folder = String(cString: mkdtemp(&folderTemplate))
mkdir(folder + "/bin", 0o700)
chdir(folder)
symlink("/bin/bash", folder + "/bin/bash")
symlink("/bin/dash", folder + "/bin/sh")

let prelude = "p() { printf '%s\\0' \"$@\" >&3; }\n"
var (scripts, refused, unresolved, runs, timeouts, findings) = (0, 0, 0, 0, 0, 0)
let end = time(nil) + seconds
var round = seed
while time(nil) < end {
    round &+= 1
    var writer = ScriptWriter(seed: round)
    let text = prelude + writer.script()
    var generator = SplitMix64(seed: ~round)
    let isConcurrent = text.contains("|") || text.contains("<(") || text.contains(">(") || text.contains("&")
    let values = (0..<writer.holes).map { value($0, isConcurrent: isConcurrent, &generator) }
    scripts += 1
    for shell in shells {
        let name = shell.hasSuffix("bash") ? "bash" : "sh"
        guard let template = try? ShellTemplate.parse(text, shell: name, allowsRaw: false) else {
            refused += 1
            continue
        }
        let scope = Scope(inputs: ["v": Value(values)])
        guard !template.expressions.isEmpty, let (script, given) = try? template.resolve(in: scope) else {
            unresolved += 1
            continue
        }
        let run = ShellRun(script, arguments: given, shell: shell, folder: folder)
        runs += 1
        if run.timedOut { timeouts += 1 }
        guard let problem = problem(run, values: values) else { continue }
        findings += 1
        print("--- seed \(round - 1), \(shell): \(problem)\n\(text.dropFirst(prelude.count))--- values: \(values)")
        fflush(nil)
    }
}
print(
    "\(scripts) scripts: \(refused) refused, \(unresolved) without a value, \(runs) runs, \(timeouts) timeouts, \(findings) findings"
)
exit(findings == 0 ? 0 : 1)
