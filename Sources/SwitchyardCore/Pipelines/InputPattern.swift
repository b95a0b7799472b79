/// A regular expression that a text matches as a whole, or does not.
///
/// The syntax is the common core of the usual dialects: literals, `.`, classes, `\d \w \s \b` and their opposites,
/// `\p{L}`, groups, `|`, `* + ? {n,m}`, `^` and `$`, and `(?i)` at the start. `\d` and `\w` mean ASCII: a digit that no
/// shell and no database reads as one must not pass for one. There are no look-around and no back references, which is
/// what makes the match linear: it takes at most the product of both lengths, whoever wrote either. The standard
/// library's `Regex` backtracks, and a value of 40 letters can keep it busy for years.
package struct InputPattern: Hashable, Sendable {
    /// Why a text is no pattern.
    package struct Problem: Error, Hashable, Sendable {
        /// A sentence without a full stop.
        package var message: String
        /// In characters, from 0.
        package var offset: Int
    }

    /// The longest text that is matched, in characters.
    package static let maximumTextLength = 65_536
    /// The most instructions a pattern may come to, after `{n,m}` was written out.
    static let maximumSize = 5_000

    /// The pattern as it was written.
    package let source: String
    private let program: [PatternInstruction]

    package init(_ source: String) throws(Problem) {
        self.source = source
        var parser = PatternParser(source)
        let tree = try parser.pattern()
        var compiler = PatternCompiler()
        try compiler.emit(tree)
        program = compiler.program + [.match]
    }

    /// Whether all of `text` matches; false for a text longer than ``maximumTextLength``.
    package func matches(_ text: String) -> Bool {
        let characters = Array(text)
        guard characters.count <= Self.maximumTextLength else { return false }
        var current = PatternStates(count: program.count)
        var next = current
        enter(0, &current, at: 0, of: characters)
        for (position, character) in characters.enumerated() {
            guard !current.list.isEmpty else { return false }
            next.removeAll()
            for state in current.list {
                guard case .one(let set) = program[state], set.contains(character) else { continue }
                enter(state + 1, &next, at: position + 1, of: characters)
            }
            swap(&current, &next)
        }
        return current.list.contains(program.count - 1)
    }

    /// Adds `state` and everything reached from it without a character.
    private func enter(_ state: Int, _ states: inout PatternStates, at position: Int, of text: [Character]) {
        // No recursion: a chain of empty alternatives is as long as the program.
        var pending = [state]
        while let state = pending.popLast() {
            guard states.insert(state) else { continue }
            switch program[state] {
            case .one, .match: break
            case .jump(let target): pending.append(target)
            case .split(let first, let second): pending += [second, first]
            case .assert(let assertion):
                if assertion.holds(at: position, of: text) { pending.append(state + 1) }
            }
        }
    }
}

/// The states a match is in: a set that is emptied at no cost.
private struct PatternStates {
    private(set) var list: [Int] = []
    private var marks: [Int]
    private var generation = 1

    init(count: Int) { marks = Array(repeating: 0, count: count) }

    /// False if it was there.
    mutating func insert(_ state: Int) -> Bool {
        guard marks[state] != generation else { return false }
        marks[state] = generation
        list.append(state)
        return true
    }

    mutating func removeAll() {
        list.removeAll(keepingCapacity: true)
        generation += 1
    }
}

enum PatternInstruction: Hashable, Sendable {
    /// Takes one character of the set and goes on behind it.
    case one(PatternSet)
    case split(Int, Int)
    case jump(Int)
    case assert(PatternAssertion)
    case match
}

/// A condition between two characters.
enum PatternAssertion: Hashable, Sendable {
    case start, end, boundary, noBoundary

    func holds(at position: Int, of text: [Character]) -> Bool {
        switch self {
        case .start: position == 0
        case .end: position == text.count
        case .boundary: isBoundary(position, text)
        case .noBoundary: !isBoundary(position, text)
        }
    }

    private func isBoundary(_ position: Int, _ text: [Character]) -> Bool {
        let before = position > 0 && PatternSet.Item.word.contains(text[position - 1])
        let after = position < text.count && PatternSet.Item.word.contains(text[position])
        return before != after
    }
}

/// Writes a tree as instructions.
private struct PatternCompiler {
    var program: [PatternInstruction] = []
    /// Counts visits as well as instructions: `(){1000}` inside itself emits none.
    private var work = 0

    mutating func emit(_ node: PatternNode) throws(InputPattern.Problem) {
        work += 1
        guard work <= 4 * InputPattern.maximumSize, program.count < InputPattern.maximumSize else {
            throw InputPattern.Problem(message: "the pattern is too large; use smaller repetitions", offset: 0)
        }
        switch node {
        case .one(let set): program.append(.one(set))
        case .assert(let assertion): program.append(.assert(assertion))
        case .sequence(let parts): for part in parts { try emit(part) }
        case .choice(let parts): try emit(choice: parts)
        case .repetition(let part, let least, let most):
            for _ in 0..<least { try emit(part) }
            if let most {
                for _ in least..<most { try emit(optional: part) }
            } else {
                let start = program.count
                program.append(.jump(0))
                try emit(part)
                program.append(.jump(start))
                program[start] = .split(start + 1, program.count)
            }
        }
    }

    private mutating func emit(optional part: PatternNode) throws(InputPattern.Problem) {
        let start = program.count
        program.append(.jump(0))
        try emit(part)
        program[start] = .split(start + 1, program.count)
    }

    private mutating func emit(choice parts: [PatternNode]) throws(InputPattern.Problem) {
        var ends: [Int] = []
        for (index, part) in parts.enumerated() {
            guard index < parts.count - 1 else {
                try emit(part)
                break
            }
            let start = program.count
            program.append(.jump(0))
            try emit(part)
            ends.append(program.count)
            program.append(.jump(0))
            program[start] = .split(start + 1, program.count)
        }
        for end in ends { program[end] = .jump(program.count) }
    }
}
