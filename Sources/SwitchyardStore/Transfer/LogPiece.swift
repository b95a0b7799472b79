import FoundationEssentials
import SwitchyardCore

/// A part of an attempt's log file, as a line of an export.
///
/// `{"log":"parse.1.log","text":"…"}`, or `base64` where it is no text. The pieces of a file follow one another.
struct LogPiece: Hashable {
    static let length = 64 << 10

    var file: String
    var bytes: [UInt8]

    var line: [UInt8] {
        let content: (String, Value) =
            if let text = String(validating: bytes, as: UTF8.self) {
                ("text", .string(text))
            } else {
                ("base64", .string(Data(bytes).base64EncodedString()))
            }
        let json = Value(dictionaryLiteral: ("log", .string(file)), content)
        return Array(JSON.text(of: json).utf8) + [UInt8(ascii: "\n")]
    }

    init(file: String, bytes: [UInt8]) {
        self.file = file
        self.bytes = bytes
    }

    /// The piece that `line` is; nil if it is none, or names a file that is no log of an attempt.
    init?(line: ArraySlice<UInt8>) {
        guard let json = try? JSON.parse(String(decoding: line, as: UTF8.self)),
            let file = json["log"].stringValue, Self.isName(file)
        else { return nil }
        if let text = json["text"].stringValue {
            bytes = Array(text.utf8)
        } else if let text = json["base64"].stringValue, let data = Data(base64Encoded: text) {
            bytes = Array(data)
        } else {
            return nil
        }
        self.file = file
    }

    /// Whether `name` is that of a log file, and leads nowhere else.
    static func isName(_ name: String) -> Bool {
        name.hasSuffix(".log") && !name.hasPrefix(".") && name.utf8.count <= 255
            && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 < 0x20 }
    }
}
