package import SwitchyardCore

/// Where a store is and what it is made of.
package struct StoreLocation: Hashable, Sendable, CustomStringConvertible {
    package enum Format: Hashable, Sendable {
        /// `DIR`: ``EventStore``.
        case sqlite
        /// `jsonl:DIR`: ``JSONLinesEventLog``.
        case jsonLines
    }

    package var format: Format
    package var folder: String

    /// The location that `text` names, as `--store` takes it: without it `SWITCHYARD_STORE`, else `switchyard` in
    /// `XDG_STATE_HOME`, else in `~/.local/state`. Empty variables count as missing, and so does a relative
    /// `XDG_STATE_HOME`, as its specification says.
    ///
    /// A `~/` at the beginning is the home folder, because no shell expands it after `jsonl:`. Fails with `cannotOpen`
    /// where a home folder is needed and none is known.
    package init(_ text: String? = nil, environment: [String: String]) throws(EventLogError) {
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let home = variable("HOME")
        if let text = text ?? variable("SWITCHYARD_STORE") {
            let isJSONLines = text.hasPrefix(Self.jsonLinesPrefix)
            var folder = isJSONLines ? String(text.dropFirst(Self.jsonLinesPrefix.count)) : text
            if folder.isEmpty { throw .cannotOpen(path: text, reason: "no folder is named") }
            if folder.hasPrefix("~/") {
                guard let home else { throw .cannotOpen(path: text, reason: "HOME is not set") }
                folder = home + folder.dropFirst()
            }
            self.init(format: isJSONLines ? .jsonLines : .sqlite, folder: folder)
        } else if let state = variable("XDG_STATE_HOME"), state.hasPrefix("/") {
            self.init(format: .sqlite, folder: state + "/switchyard")
        } else if let home {
            self.init(format: .sqlite, folder: home + "/.local/state/switchyard")
        } else {
            throw .cannotOpen(
                path: "~/.local/state/switchyard",
                reason: "neither HOME nor XDG_STATE_HOME is set; name a folder with --store or SWITCHYARD_STORE"
            )
        }
    }

    package init(format: Format, folder: String) {
        self.format = format
        self.folder = folder
    }

    private static let jsonLinesPrefix = "jsonl:"

    /// The text that names the location.
    package var description: String {
        switch format {
        case .sqlite: folder
        case .jsonLines: Self.jsonLinesPrefix + folder
        }
    }

    /// Opens the store. Read-only, nothing is made and a missing store reads as empty.
    package func open(readOnly: Bool = false) throws(EventLogError) -> any EventLog {
        switch format {
        case .sqlite: try EventStore.open(folder: folder, readOnly: readOnly)
        case .jsonLines: try JSONLinesEventLog.open(folder: folder, readOnly: readOnly)
        }
    }
}
