import FoundationEssentials
import NIOHTTP1
import OrderedCollections
import SwitchyardCore

/// Makes a tool's result of an answer.
///
/// The output is `{status, headers, body}`. Header names are in lower case; repeated fields are joined by `, `. If
/// the content type is JSON, `body` is the value, `null` for an empty body, and the call fails if it is none or too
/// long to be read whole. Otherwise it is text if it is valid UTF-8, and else in base64, with `body_encoding:
/// base64` beside it.
enum HTTPAnswer {
    static func result(
        _ status: HTTPResponseStatus, _ headers: HTTPHeaders, body: [UInt8], count: Int, _ call: HTTPCall
    ) -> ToolResult {
        let isCut = count > body.count
        let isJSON = Self.isJSON(headers.first(name: "content-type") ?? "")
        if isCut, call.isLimitGiven || isJSON {
            return .failed(
                StepFailure(
                    .invalidOutput,
                    "the answer has at least \(count) bytes, more than \(call.limit); `max_bytes` sets how many are allowed",
                    details: ["status": .int(Int(status.code)), "size": .int(count)]))
        }
        var output: OrderedDictionary<String, Value> = [
            "status": .int(Int(status.code)), "headers": Self.headers(headers),
        ]
        if isJSON {
            do throws(JSON.ParseError) {
                output["body"] = body.isEmpty ? .null : try JSON.parse(String(decoding: body, as: UTF8.self))
            } catch {
                return .failed(
                    StepFailure(
                        .invalidOutput,
                        "the answer is not the JSON it says it is: \(error.message) (byte \(error.offset))",
                        details: ["status": .int(Int(status.code)), "offset": .int(error.offset)]))
            }
        } else if let text = text(of: body, isCut: isCut) {
            output["body"] = .string(text)
        } else {
            output["body"] = .string(Data(body).base64EncodedString())
            output["body_encoding"] = "base64"
        }
        return .succeeded(
            ToolOutput(
                .object(output), bytesBeforeCut: isCut ? count : nil,
                summary: "\(HTTPFailure.name(of: status)), \(Text.size(count))"))
    }

    /// `body` as text; nil if it is not UTF-8.
    private static func text(of body: [UInt8], isCut: Bool) -> String? {
        if let text = String(validating: body, as: UTF8.self) { return text }
        // A cut may have gone through a character.
        for missing in 1...3 where isCut && body.count > missing {
            if let text = String(validating: body.dropLast(missing), as: UTF8.self) { return text }
        }
        return nil
    }

    private static func isJSON(_ contentType: String) -> Bool {
        let type = contentType.prefix { $0 != ";" && $0 != " " }.lowercased()
        return type == "application/json" || type == "text/json" || type.hasSuffix("+json")
    }

    private static func headers(_ headers: HTTPHeaders) -> Value {
        var object = OrderedDictionary<String, Value>()
        for (name, value) in headers {
            let name = name.lowercased()
            object[name] = .string(object[name].map { $0.rendered + ", " + value } ?? value)
        }
        return .object(object)
    }
}
