/// A dotted path such as `steps.a.output.rows[0].name`: an operand of an expression.
package struct Reference: Hashable, Sendable {
    /// What a path starts from.
    package enum Root: String, Hashable, Sendable, CaseIterable {
        case inputs, steps, item, index, loop, run, env, secrets, shared
    }

    /// One step along a path.
    package enum PathElement: Hashable, Sendable {
        case member(String)
        /// Negative counts from the end: -1 is the last.
        case element(Int)
    }

    package var root: Root
    package var path: [PathElement]
    /// Where the reference starts, in characters from the start of the text that was given to `parse`.
    package var offset: Int

    package init(root: Root, path: [PathElement], offset: Int = 0) {
        self.root = root
        self.path = path
        self.offset = offset
    }

    /// The step it speaks of; nil for other roots and for `steps` alone, which speaks of all.
    package var stepID: String? {
        guard root == .steps, case .member(let id)? = path.first else { return nil }
        return id
    }

    /// The reference as an expression spells it.
    package var text: String { root.rawValue + Self.text(of: path) }

    static func text(of path: some Sequence<PathElement>) -> String {
        path.map(\.text).joined()
    }
}

extension Reference.PathElement {
    /// The element as an expression spells it: `.name`, `['odd name']`, `[0]`.
    package var text: String {
        switch self {
        case .member(let name):
            SourceText.isName(name) ? ".\(name)" : "[\(SourceText.quoted(name))]"
        case .element(let index): "[\(index)]"
        }
    }
}
