import OrderedCollections
import SwitchyardCore

/// Header fields of the http tools.
enum HTTPHeaderField {
    /// `fields` as they are sent; an array stands for several fields of one name, `null` for none.
    ///
    /// A line end in a value would let it add fields, or a whole request, of its own: that is refused, not repaired.
    static func list(_ fields: OrderedDictionary<String, Value>) throws(StepFailure) -> [(name: String, value: String)]
    {
        var list: [(name: String, value: String)] = []
        for (name, value) in fields where !value.isNull {
            guard !name.isEmpty, name.utf8.allSatisfy(isTokenByte) else {
                throw StepFailure(.invalidInput, "\(JSON.text(of: .string(name))) cannot name a header")
            }
            // The body's length is what it is; a wrong one lets the next request begin inside this one.
            guard !["content-length", "transfer-encoding"].contains(name.lowercased()) else {
                throw StepFailure(.invalidInput, "the header \(name) is set by Switchyard")
            }
            let values = value.arrayValue ?? [value]
            // Servers that stand in a row may each believe another one.
            guard name.lowercased() != "host" || values.count < 2 else {
                throw StepFailure(.invalidInput, "the header \(name) stands for one host")
            }
            for value in values {
                let text = value.rendered
                guard HeaderTemplate.forbidden(in: text) == nil else {
                    throw StepFailure(
                        .invalidInput, "the header \(name) contains a line end or another control character")
                }
                list.append((name, text))
            }
        }
        return list
    }

    /// What RFC 9110 allows in names of methods and fields.
    static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
