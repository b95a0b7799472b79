import SwitchyardCore
import Yams

/// A YAML text as a tree of nodes that know where they stand.
struct YAMLDocument: Sendable {
    let index: SourceIndex
    /// Nil for a text that is no YAML, or holds nothing.
    private(set) var root: YAMLNode?
    /// Syntax errors, keys that stand twice, limits.
    private(set) var diagnostics: [Diagnostic] = []
    /// Nothing stands in the text but comments.
    private(set) var isEmpty = false

    /// What a text may come to. The limits keep a small file from becoming a large tree (an "alias bomb"), and a
    /// recursive reader from running out of stack.
    enum Limit {
        static let bytes = 4 << 20
        /// After aliases were replaced.
        static let nodes = 300_000
        static let depth = 64
        /// Each costs another parse.
        static let duplicateKeys = 20
    }

    init(_ text: String, file: String) {
        index = SourceIndex(text, file: file)
        guard text.utf8.count <= Limit.bytes else {
            diagnostics = [
                Diagnostic(at: index.location(0), "the file is larger than 4 MiB, the most Switchyard reads")
            ]
            return
        }
        read()
    }

    /// Parses until no map has a key twice: libYAML's wrapper gives up at the first. The first of the two is given a
    /// new name for the next attempt, letter by letter in place, so that nothing moves.
    private mutating func read() {
        guard var disguise = YAMLDisguise(index.scalars) else {
            diagnostics = [Diagnostic(at: index.location(0), "the file uses too many private-use characters")]
            return
        }
        for _ in 0...Limit.duplicateKeys {
            do {
                try compose(disguise)
                return
            } catch YamlError.duplicatedKeysInMapping(let names, let context) {
                let offset = index.offset(line: context.mark.line, column: context.mark.column)
                guard let name = names.first, disguise.rename(disguise.undone(name), at: offset) else {
                    diagnostics.append(
                        Diagnostic(at: index.location(offset), "a key of this map stands twice: `\(names.joined())`")
                    )
                    return
                }
            } catch let error as YamlError {
                diagnostics.append(SyntaxProblem(error, in: index).diagnostic)
                return
            } catch {
                diagnostics.append(Diagnostic(at: index.location(0), "the file cannot be read: \(error)"))
                return
            }
        }
        diagnostics.append(Diagnostic(at: index.location(0), "the file has too many keys that stand twice"))
    }

    private mutating func compose(_ disguise: YAMLDisguise) throws {
        // Nothing is typed by libYAML's rules, which are those of YAML 1.1.
        let parser = try Parser(yaml: disguise.text, resolver: .basic, encoding: .utf8)
        guard let node = try parser.nextRoot() else {
            isEmpty = true
            diagnostics.append(Diagnostic(at: index.location(0), "the file is empty"))
            return
        }
        if let second = try parser.nextRoot() {
            let mark = second.mark.map { index.offset(line: $0.line, column: $0.column) }
            diagnostics.append(
                Diagnostic(
                    at: index.location(mark ?? index.scalars.count), "a second document starts here",
                    hint: "a file holds one document"
                )
            )
        }
        var builder = YAMLTreeBuilder(index: index, disguise: disguise)
        let tree = builder.node(node, depth: 0)
        diagnostics += builder.diagnostics
        // Of a tree that was cut, everything behind the cut would be missed.
        root = builder.isFull ? nil : tree
        // The nodes hold their anchors weakly.
        withExtendedLifetime(parser) {}
    }

    func location(_ node: YAMLNode) -> SourceLocation { index.location(node.offset) }

    /// The place of the character at `offset` of the text of `node`, a scalar.
    func location(_ node: YAMLNode, character offset: Int) -> SourceLocation {
        guard let scalar = node.scalar else { return location(node) }
        let positions = ScalarPositions(of: scalar, at: node.offset, in: index.scalars)
        return index.location(positions.offset(ofCharacter: offset, in: scalar.text) ?? node.offset)
    }
}

/// A text with some characters replaced, one for one, by characters that mean nothing to YAML.
///
/// The wrapper of libYAML replaces aliases itself, without any limit, and hashes keys, which takes for ever for a key
/// that is an alias bomb. It never sees an alias here: `*` becomes a private-use character, and the tree is built, and
/// counted, from that.
struct YAMLDisguise {
    private var scalars: [Unicode.Scalar]
    private var originals: [Unicode.Scalar: Unicode.Scalar] = [:]
    private var unused: [Unicode.Scalar]
    /// Stands for `*`.
    let alias: Unicode.Scalar

    /// Nil if the text leaves too few characters unused.
    init?(_ scalars: [Unicode.Scalar]) {
        let used = Set(scalars.lazy.filter { (0xE000...0xF8FF).contains($0.value) })
        unused = (0xE000...0xF8FF).lazy.compactMap(Unicode.Scalar.init).filter { !used.contains($0) }
            .prefix(YAMLDocument.Limit.duplicateKeys + 2).reversed()
        guard unused.count == YAMLDocument.Limit.duplicateKeys + 2, let alias = unused.popLast() else { return nil }
        self.alias = alias
        originals[alias] = "*"
        self.scalars = scalars.map { $0 == "*" ? alias : $0 }
    }

    var text: String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    /// Changes the first character of the key `name` at `offset`; false if it is not written there plainly.
    mutating func rename(_ name: String, at offset: Int) -> Bool {
        guard offset < scalars.count, let first = name.unicodeScalars.first else { return false }
        let start = scalars[offset] == "'" || scalars[offset] == "\"" ? offset + 1 : offset
        guard start < scalars.count, scalars[start] == first, first != "\\", let other = unused.popLast() else {
            return false
        }
        originals[other] = first
        scalars[start] = other
        return true
    }

    /// `text` as it was written.
    func undone(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { originals[$0] != nil }) else { return text }
        var view = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { view.append(originals[scalar] ?? scalar) }
        return String(view)
    }
}
