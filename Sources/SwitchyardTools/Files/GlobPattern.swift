import Glibc

/// A pattern of paths: `*` and `?` within a name, `[…]` for one character of a set, `**` for any number of folders.
struct GlobPattern: Sendable {
    private let segments: [Substring]

    init(_ pattern: String) {
        segments = pattern.split(separator: "/")
    }

    /// Whether it can match anything below the first level.
    var isDeep: Bool { segments.count > 1 || segments.contains("**") }

    /// Whether the path of these names matches. A name that starts with a dot is matched like any other: whether
    /// hidden files are seen at all is another question.
    func matches(_ path: some Collection<String>) -> Bool {
        // Which segments may come next, as a set: a recursive match of several `**` would take exponential time.
        var open = closure([0])
        for name in path {
            var next: Set<Int> = []
            for index in open where index < segments.count {
                if segments[index] == "**" {
                    next.insert(index)
                } else if fnmatch(String(segments[index]), name, FNM_NOESCAPE) == 0 {
                    next.insert(index + 1)
                }
            }
            if next.isEmpty { return false }
            open = closure(next)
        }
        return open.contains(segments.count)
    }

    /// Adds what comes after `**`, which may stand for nothing.
    private func closure(_ positions: Set<Int>) -> Set<Int> {
        var open = positions
        for var index in positions {
            while index < segments.count, segments[index] == "**" {
                index += 1
                open.insert(index)
            }
        }
        return open
    }
}
