import SwitchyardCore

/// Pictures that are shown to models.
enum ImageFile {
    /// Providers take no more than a few of this size.
    static let maximumSize = 20 << 20

    /// The picture in `file`, which the step calls `path`. Its kind is told by how it begins.
    static func read(_ file: String, named path: String) throws(StepFailure) -> ImageContent {
        let bytes: [UInt8]
        switch InputFile.bytes(file, limit: maximumSize) {
        case .success(let read): bytes = read.bytes
        case .failure(let problem): throw StepFailure(.notFound, "the image \(path) \(problem.reason)")
        }
        let kinds: [(start: [UInt8], type: String)] = [
            ([0x89, 0x50, 0x4E, 0x47], "image/png"), ([0xFF, 0xD8, 0xFF], "image/jpeg"),
            ([0x47, 0x49, 0x46, 0x38], "image/gif"),
        ]
        if let kind = kinds.first(where: { bytes.starts(with: $0.start) }) {
            return ImageContent(mediaType: kind.type, bytes: bytes)
        }
        if bytes.starts(with: Array("RIFF".utf8)), bytes.dropFirst(8).starts(with: Array("WEBP".utf8)) {
            return ImageContent(mediaType: "image/webp", bytes: bytes)
        }
        throw StepFailure(.invalidInput, "the image \(path) is no PNG, JPEG, GIF or WebP")
    }
}
