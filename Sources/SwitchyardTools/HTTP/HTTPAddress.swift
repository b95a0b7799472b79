import OrderedCollections
import SwitchyardCore

/// Addresses of the http tools.
enum HTTPAddress {
    /// `url` with `query` added to the query it has, without its fragment.
    ///
    /// Names and values are percent-encoded; an array stands for several parameters of one name, `null` for none.
    /// Only http and https; no control characters, spaces or backslashes; no user name or password, which would be
    /// recorded with the address; no percent-encoding in the host, which some decode after they checked it; no `.` and
    /// `..` as segments of the path, also not encoded, with which a value would leave its place.
    static func adding(
        _ query: OrderedDictionary<String, Value>, to url: String
    ) throws(StepFailure) -> String {
        func problem(_ text: String) -> StepFailure { StepFailure(.invalidInput, text) }
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw problem("the url contains a space or a control character")
        }
        guard !url.utf8.contains(UInt8(ascii: "\\")) else { throw problem("the url contains a backslash") }
        guard let scheme = ["http://", "https://"].first(where: { url.lowercased().utf8.starts(with: $0.utf8) }) else {
            throw problem("the url must start with http:// or https://")
        }
        let rest = url.utf8.dropFirst(scheme.utf8.count).prefix { $0 != UInt8(ascii: "#") }
        let authority = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
        guard !authority.isEmpty else { throw problem("the url has no host") }
        guard !authority.contains(UInt8(ascii: "@")) else {
            throw problem("the url contains a user name; pass credentials in the header `Authorization`")
        }
        guard authority.allSatisfy({ $0 < 0x80 }) else {
            throw problem("the host of the url must be written in ASCII (`xn--…`)")
        }
        guard !authority.contains(UInt8(ascii: "%")) else {
            throw problem("the host of the url contains a character that no host has")
        }
        let target = rest.dropFirst(authority.count)
        let path = target.prefix { $0 != UInt8(ascii: "?") }
        guard !path.split(separator: UInt8(ascii: "/")).contains(where: isDotSegment) else {
            throw problem("the path of the url contains the segment `.` or `..`, which leads to another path")
        }
        var text = scheme + Substring(authority) + encoded(Substring(target)) { $0 < 0x80 }
        let items = items(of: query)
        if !items.isEmpty {
            let hasQuery = target.contains(UInt8(ascii: "?"))
            text += !hasQuery ? "?" : text.hasSuffix("?") || text.hasSuffix("&") ? "" : "&"
            text += items.joined(separator: "&")
        }
        return text
    }

    /// Whether `segment` is `.` or `..`, as it stands or percent-encoded.
    private static func isDotSegment(_ segment: some Collection<UInt8>) -> Bool {
        [".", "..", "%2e", "%2e.", ".%2e", "%2e%2e"].contains(String(decoding: segment, as: UTF8.self).lowercased())
    }

    /// `url` as it may be shown and recorded: without its query, which may hold secrets.
    static func shown(_ url: String) -> String {
        String(url.prefix { $0 != "?" })
    }

    private static func items(of query: OrderedDictionary<String, Value>) -> [String] {
        query.flatMap { name, value -> [String] in
            if value.isNull { return [] }
            return (value.arrayValue ?? [value]).map {
                encoded(name, keeping: isUnreserved) + "=" + encoded($0.rendered, keeping: isUnreserved)
            }
        }
    }

    /// The bytes that RFC 3986 allows everywhere.
    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static func encoded(_ text: some StringProtocol, keeping isKept: (UInt8) -> Bool) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if isKept(byte) {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
