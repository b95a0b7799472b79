import Glibc
import SwitchyardDashboard
import Yams

/// The colour schemes a person can choose from.
struct ThemeFiles {
    /// A scheme's file.
    struct Entry {
        /// What `--theme` takes.
        var name: String
        var path: String
    }

    let folders: [String]

    /// Themes lie in the user's configuration, beside the program, and in `themes` of the working directory, in that
    /// order.
    init(environment: ProcessEnvironment) {
        var folders: [String] = []
        let home = environment.variables["HOME"]
        if let config = environment.variables["XDG_CONFIG_HOME"] ?? home.map({ "\($0)/.config" }) {
            folders.append("\(config)/switchyard/themes")
        }
        let program = Self.programFolder
        if let program { folders.append(Self.real("\(program)/../share/switchyard/themes")) }
        folders.append("\(environment.workingDirectory)/themes")
        // A build lies three folders below the repository: .build/TRIPLE/CONFIGURATION.
        if let program { folders.append(Self.real("\(program)/../../../themes")) }
        self.folders = folders
    }

    /// `path` without `..` and links, where it is there.
    private static func real(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    /// The folder the running program lies in.
    private static var programFolder: String? {
        guard let path = realpath("/proc/self/exe", nil) else { return nil }
        defer { free(path) }
        let text = String(cString: path)
        return text.lastIndex(of: "/").map { String(text[..<$0]) }
    }

    /// Every scheme, by name; the first folder that has a name wins.
    var entries: [Entry] {
        var entries: [String: Entry] = [:]
        for folder in folders {
            for file in TextFile.names(in: folder) where file.hasSuffix(".yaml") || file.hasSuffix(".yml") {
                let name = String(file[..<(file.lastIndex(of: ".") ?? file.endIndex)])
                if entries[name] == nil { entries[name] = Entry(name: name, path: "\(folder)/\(file)") }
            }
        }
        return entries.values.sorted { $0.name < $1.name }
    }

    /// The scheme called `name`, or in the file `name`.
    func scheme(named name: String) throws(CommandFailure) -> Base16Scheme {
        if name.contains("/") || name.hasSuffix(".yaml") || name.hasSuffix(".yml") { return try scheme(at: name) }
        let entries = entries
        guard let entry = entries.first(where: { $0.name == name }) else {
            let names = entries.map(\.name).joined(separator: ", ")
            throw .usage(
                "there is no theme \(name)",
                hint: names.isEmpty ? "no themes found in \(folders.joined(separator: ", "))" : "themes: \(names)"
            )
        }
        return try scheme(at: entry.path)
    }

    /// The scheme in the file at `path`.
    func scheme(at path: String) throws(CommandFailure) -> Base16Scheme {
        let text: String
        switch TextFile.read(path) {
        case .success(let content): text = content
        case .failure(let error): throw .usage("the theme \(path) cannot be read: \(error.reason)")
        }
        do {
            return try YAMLDecoder().decode(Base16Scheme.self, from: text)
        } catch let error as DecodingError {
            throw .usage(
                "the theme \(path) is no base16 scheme: \(Self.reason(error))",
                hint: "it needs `palette` with base00 to base0F, each six hexadecimal digits"
            )
        } catch {
            throw .usage("the theme \(path) is no YAML: \(error)")
        }
    }

    private static func reason(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, _): "`\(key.stringValue)` is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            context.debugDescription
        @unknown default: "\(error)"
        }
    }
}
