import FoundationEssentials
import SwitchyardCore

extension ImageContent {
    private static let types = ["image/png", "image/jpeg", "image/gif", "image/webp"]

    /// The picture in base64.
    func base64() throws(WireFailure) -> String {
        guard Self.types.contains(mediaType) else {
            throw WireFailure(
                .invalidRequest, .told("takes pictures as \(Self.types.joined(separator: ", ")), not \(mediaType)"))
        }
        return Data(bytes).base64EncodedString()
    }

    /// The picture as an address of its own.
    func dataURL() throws(WireFailure) -> String { "data:\(mediaType);base64,\(try base64())" }
}
