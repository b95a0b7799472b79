import OrderedCollections

/// Follows a path into a value.
enum PathLookup {
    struct Failure: Error, Hashable {
        /// One sentence, without a full stop.
        var message: String
        /// Whether the path is sound but leads nowhere in this value: what `default` may replace.
        var isMissing: Bool
        /// Which element of the path failed.
        var index: Int
    }

    /// The value at `path` under `value`, which messages call `name`.
    ///
    /// Access through `null` gives `null`. A member that an object lacks and an element out of range are missing;
    /// a member of a string, a number or an array is an error.
    static func value(
        at path: [Reference.PathElement], of value: Value, named name: String
    ) throws(Failure) -> Value {
        var value = value
        for (index, element) in path.enumerated() {
            switch (value, element) {
            case (.null, _): return .null
            case (.object(let object), .member(let key)):
                guard let member = object[key] else {
                    throw missingMember(key, of: object.keys, named: name, path: path, index: index)
                }
                value = member
            case (.array(let array), .element(let position)):
                let place = position < 0 ? array.count + position : position
                guard array.indices.contains(place) else {
                    let count = array.count == 1 ? "1 element" : "\(array.count) elements"
                    throw Failure(
                        message: "`\(spelling(name, path, index))` has \(count): [\(position)] is out of range",
                        isMissing: true, index: index)
                }
                value = array[place]
            case (.array, .member(let key)):
                throw Failure(
                    message: "`\(spelling(name, path, index))` is an array, which has no member `\(key)`; "
                        + "pick an element, such as [0], or `| map(\(SourceText.quoted(key)))`",
                    isMissing: false, index: index)
            case (.object, .element(let position)):
                throw Failure(
                    message: "`\(spelling(name, path, index))` is an object, which has no element [\(position)]",
                    isMissing: false, index: index)
            case (.bool, _), (.int, _), (.double, _), (.string, _):
                let isText = value.stringValue != nil
                throw Failure(
                    message: "`\(spelling(name, path, index))` is \(value.typeWithArticle), which has no "
                        + "`\(element.text)`" + (isText ? "; `| from_json` reads JSON text" : ""),
                    isMissing: false, index: index)
            }
        }
        return value
    }

    private static func spelling(_ name: String, _ path: [Reference.PathElement], _ index: Int) -> String {
        name + Reference.text(of: path[..<index])
    }

    private static func missingMember(
        _ key: String, of keys: some Collection<String>, named name: String, path: [Reference.PathElement], index: Int
    ) -> Failure {
        var message = "`\(spelling(name, path, index))` has no member `\(key)`"
        if let near = NearestName.suggestion(for: key, among: keys) {
            message += "; did you mean `\(near)`?"
        } else if let minus = key.firstIndex(of: "-"), keys.contains(String(key[..<minus])) {
            message += "; a minus needs spaces around it"
        }
        return Failure(message: message, isMissing: true, index: index)
    }
}
