import SwitchyardCore
import Synchronization

/// Cuts an answer that comes in pieces into lines, of which the last goes on with the next piece.
final class AnswerLines: Sendable {
    private let isInLine = Mutex(false)

    func lines(of text: String) -> [LogLine] {
        var lines: [LogLine] = []
        isInLine.withLock { isInLine in
            var rest = text[...]
            while !rest.isEmpty {
                let end = rest.firstIndex(where: \.isNewline)
                let piece = rest[..<(end ?? rest.endIndex)]
                lines.append(LogLine(.stdout, String(piece), continues: isInLine, isOpen: end == nil))
                isInLine = end == nil
                rest = end.map { rest[rest.index(after: $0)...] } ?? ""
            }
        }
        return lines
    }
}
