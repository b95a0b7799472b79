import OrderedCollections

/// Follows a path into a value.
enum PathLookup {
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
                    throw Failure(value: value, path: path, index: index, name: name)
                }
                value = member
            case (.array(let array), .element(let position)):
                let place = position < 0 ? array.count + position : position
                guard array.indices.contains(place) else {
                    throw Failure(value: value, path: path, index: index, name: name)
                }
                value = array[place]
            case (.array, .member), (.object, .element), (.bool, _), (.int, _), (.double, _), (.string, _):
                throw Failure(value: value, path: path, index: index, name: name)
            }
        }
        return value
    }

    /// Where a path ends too early. The words are made only for who prints them: a filter asks each row of a table.
    struct Failure: Error, Hashable {
        /// What the path led to so far.
        var value: Value
        var path: [Reference.PathElement]
        /// Which element of the path failed.
        var index: Int
        /// What messages call the value the path starts at.
        var name: String

        /// Whether the path is sound but leads nowhere in this value: what `default` may replace.
        var isMissing: Bool {
            switch (value, path[index]) {
            case (.object, .member), (.array, .element): true
            case (.object, .element), (.array, .member), (.null, _), (.bool, _), (.int, _), (.double, _), (.string, _):
                false
            }
        }

        /// One sentence, without a full stop.
        var message: String {
            let place = "`\(name)\(Reference.text(of: path[..<index]))`"
            switch (value, path[index]) {
            case (.object(let object), .member(let key)):
                return "\(place) has no member `\(key)`\(advice(key, among: object.keys))"
            case (.array(let array), .element(let position)):
                let count = array.count == 1 ? "1 element" : "\(array.count) elements"
                return "\(place) has \(count): [\(position)] is out of range"
            case (.array, .member(let key)):
                return "\(place) is an array, which has no member `\(key)`; "
                    + "pick an element, such as [0], or `| map(\(SourceText.quoted(key)))`"
            case (.object, .element(let position)):
                return "\(place) is an object, which has no element [\(position)]"
            case (.null, let element), (.bool, let element), (.int, let element), (.double, let element),
                (.string, let element):
                let isText = value.stringValue != nil
                return "\(place) is \(value.typeWithArticle), which has no `\(element.text)`"
                    + (isText ? "; `| from_json` reads JSON text" : "")
            }
        }

        private func advice(_ key: String, among keys: some Collection<String>) -> String {
            if let minus = key.firstIndex(of: "-"), keys.contains(String(key[..<minus])) {
                return "; a minus needs spaces around it"
            }
            let near = NearestName.suggestion(for: key, among: keys.prefix(ExpressionLimits.namesCompared))
            return near.map { "; did you mean `\($0)`?" } ?? ""
        }
    }
}
