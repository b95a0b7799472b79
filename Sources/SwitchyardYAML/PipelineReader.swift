import OrderedCollections
package import SwitchyardCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Reads pipeline files.
package enum PipelineReader {
    package struct Result: Sendable {
        /// Nil if any diagnostic is an error.
        package var pipeline: Pipeline?
        /// Every problem, first place first.
        package var diagnostics: [Diagnostic]
        /// The text that the diagnostics speak of; nil where there is none.
        package var source: String?
        /// Where the parts of the pipeline stand.
        package var places = SourceMap()
        /// The texts that the diagnostics speak of, by the file they name: the pipeline's and those of its settings.
        package var sources: [String: String] = [:]
        /// What each setting comes to, and why.
        package var settings = EffectiveSettings()

        /// The diagnostics as `switchyard validate` prints them.
        package var text: String { diagnostics.text(sources: sources) }
    }

    /// Beyond this many diagnostics the rest is only counted: a broken generator repeats itself.
    static let maximumDiagnostics = 500

    /// Reads the pipeline that `text` spells.
    ///
    /// - Parameters:
    ///   - file: how diagnostics name the file.
    ///   - tools: the tools that steps may name.
    ///   - settings: what the pipeline inherits, in any order: flags win over the file and its steps, the file over
    ///     the project's settings, and those over the user's.
    package static func read(
        text: String, file: String, tools: any ToolCatalog, settings: [SettingsLayer] = []
    ) -> Result {
        let text = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
        let document = YAMLDocument(text, file: file)
        var reading = PipelineReading(document: document, tools: tools)
        reading.diagnostics = document.diagnostics
        reading.read(settings)
        var result = Result(pipeline: nil, diagnostics: [], source: text)
        for layer in settings { result.sources[layer.file] = reading.concealing(layer.text) }
        result.sources[file] = text
        let pipeline = document.root.flatMap { reading.pipeline($0, source: text) }
        result.diagnostics = reading.diagnostics
        if let pipeline {
            result.diagnostics += PipelineValidator.diagnostics(for: pipeline, places: reading.places, tools: tools)
            if !result.diagnostics.hasErrors { result.pipeline = pipeline }
            result.places = reading.places
        }
        result.settings = reading.effectiveSettings(document.root)
        // What is wrong in `defaults` is wrong in every step, and said once.
        result.diagnostics = shortened(Array(OrderedSet(result.diagnostics.sortedByPlace())))
        return result
    }

    /// `diagnostics`, or the first of them with a note on how many more there are: errors before warnings, so that
    /// the many never hide why a file is invalid.
    private static func shortened(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
        guard diagnostics.count > maximumDiagnostics, let last = diagnostics.last else { return diagnostics }
        let errors = diagnostics.filter { $0.severity == .error }
        let warnings = diagnostics.filter { $0.severity == .warning }
        let surplus = diagnostics.count - maximumDiagnostics
        let note = Diagnostic(
            errors.count > maximumDiagnostics ? .error : .warning, at: last.location,
            "\(surplus) more problems are not shown"
        )
        return Array((errors + warnings).prefix(maximumDiagnostics)).sortedByPlace() + [note]
    }

    /// Reads the pipeline in the file at `path`; a file that cannot be read is a diagnostic as well.
    package static func read(path: String, tools: any ToolCatalog, settings: [SettingsLayer] = []) -> Result {
        func failure(_ message: String, line: Int = 1, hint: String? = nil) -> Result {
            let location = SourceLocation(file: path, line: line, column: 1)
            return Result(pipeline: nil, diagnostics: [Diagnostic(at: location, message, hint: hint)], source: nil)
        }
        switch bytes(of: path) {
        case .failure(let problem): return failure(problem.message, hint: problem.hint)
        case .success(let bytes):
            guard let text = String(validating: bytes, as: UTF8.self) else {
                if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
                    return failure("the file is UTF-16, not UTF-8", hint: "save it as UTF-8")
                }
                return failure("the file is not UTF-8 text", line: firstBadLine(bytes), hint: "save it as UTF-8")
            }
            return read(text: text, file: path, tools: tools, settings: settings)
        }
    }

    private struct Problem: Error {
        var message: String
        var hint: String?
    }

    private static func bytes(of path: String) -> Swift.Result<[UInt8], Problem> {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            switch errno {
            case ENOENT: return .failure(Problem(message: "there is no such file"))
            case ENOTDIR: return .failure(Problem(message: "there is no such file: a part of the path is no folder"))
            case EACCES: return .failure(Problem(message: "you may not read this file"))
            default: return .failure(Problem(message: "the file cannot be opened: \(String(cString: strerror(errno)))"))
            }
        }
        defer { close(descriptor) }
        var status = stat()
        if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            return .failure(Problem(message: "this is a folder, not a file", hint: "name the pipeline file inside it"))
        }
        // Nothing was left to wait for by the open; reading may wait, as from a terminal or a pipe.
        _ = fcntl(descriptor, F_SETFL, 0)
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Swift.min(buffer.count, YAMLDocument.Limit.bytes + 1 - bytes.count)
            let length = buffer.withUnsafeMutableBytes { systemRead(descriptor, $0.baseAddress, count) }
            if length < 0 {
                if errno == EINTR { continue }
                return .failure(Problem(message: "the file cannot be read: \(String(cString: strerror(errno)))"))
            }
            if length == 0 { return .success(bytes) }
            bytes += buffer[..<length]
            if bytes.count > YAMLDocument.Limit.bytes {
                return .failure(Problem(message: "the file is larger than 4 MiB, the most Switchyard reads"))
            }
        }
    }

    /// The line of the first byte that is no UTF-8.
    private static func firstBadLine(_ bytes: [UInt8]) -> Int {
        var lines = 1
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            if String(validating: line, as: UTF8.self) == nil { return lines }
            lines += 1
        }
        return 1
    }
}

/// The system's `read`, which the readers of this type would hide.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}
