/// Where the parts of a pipeline were written, by path: `steps[2].with.url`, `finally[0].when`, `outputs.total`.
///
/// A pipeline holds only what a run needs; a diagnostic also needs places, and a pipeline made by a program has none.
/// So they are kept beside it, by whoever read the file.
package struct SourceMap: Sendable {
    private var values: [String: Place] = [:]
    private var keys: [String: SourceLocation] = [:]

    private struct Place: Sendable {
        var start: SourceLocation
        var character: (@Sendable (Int) -> SourceLocation)?
    }

    package init() {}

    /// Records that the value at `path` starts at `location`.
    ///
    /// - Parameter character: where the character of a text with that offset stands, for texts.
    package mutating func record(
        _ path: String, at location: SourceLocation, character: (@Sendable (Int) -> SourceLocation)? = nil
    ) {
        values[path] = Place(start: location, character: character)
    }

    /// Records that the key of the value at `path` stands at `location`.
    package mutating func recordKey(_ path: String, at location: SourceLocation) {
        keys[path] = location
    }

    /// The place of the value at `path`, or of a character of it; nil where it was not recorded.
    package func location(of path: String, offset: Int = 0) -> SourceLocation? {
        guard let place = values[path] else { return nil }
        return offset > 0 ? place.character?(offset) ?? place.start : place.character?(0) ?? place.start
    }

    /// The place of the key of the value at `path`.
    package func key(of path: String) -> SourceLocation? { keys[path] }
}
