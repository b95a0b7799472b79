package import SwitchyardCore

/// A node of a YAML text that is no pipeline, for the readers of other files: what it holds, and where it stands.
package struct LocatedNode: Sendable {
    /// A member of a map.
    package struct Entry: Sendable {
        package var name: String
        package var key: LocatedNode
        package var value: LocatedNode
    }

    private let node: YAMLNode
    private let document: YAMLDocument

    private init(_ node: YAMLNode, of document: YAMLDocument) {
        self.node = node
        self.document = document
    }

    /// The node that `text` spells, nil if it spells none, with the problems of the YAML itself.
    ///
    /// - Parameter file: how diagnostics name the text.
    package static func read(_ text: String, file: String) -> (root: LocatedNode?, diagnostics: [Diagnostic]) {
        let document = YAMLDocument(text, file: file)
        return (document.root.map { LocatedNode($0, of: document) }, document.diagnostics)
    }

    /// What the node means, every scalar typed.
    package var value: Value { node.value }

    /// What a scalar means; nil for lists and maps.
    package var scalar: Value? { node.scalar?.value }

    /// What a scalar says, without quotes and escapes; nil for lists and maps.
    package var text: String? { node.scalar?.text }

    package var list: [LocatedNode]? { node.list?.map { LocatedNode($0, of: document) } }

    /// The members in the file's order, each name once; nil for scalars and lists.
    package var map: [Entry]? {
        node.map?.map {
            Entry(name: $0.name, key: LocatedNode($0.key, of: document), value: LocatedNode($0.value, of: document))
        }
    }

    /// What it is, as a message says it: `a string`, `a list`, `nothing`.
    package var described: String { node.described }

    /// Whether it was reported already, and does not hold what its author meant.
    package var isBroken: Bool { node.isBroken }

    package var location: SourceLocation { document.location(node) }

    /// The place of the character at `offset` of a scalar's text.
    package func location(character offset: Int) -> SourceLocation { document.location(node, character: offset) }
}
