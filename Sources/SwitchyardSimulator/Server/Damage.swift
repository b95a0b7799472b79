import OrderedCollections
import SwitchyardCore

/// Ways to spoil what is sent.
enum Damage {
    /// The beginning of a stream with so many pieces of the answer, or all it has, but not its end.
    static func beginning(of frames: [Frame], pieces: Int) -> [Frame] {
        var left = pieces
        var end = 0
        for (index, frame) in frames.enumerated() where frame.isPiece {
            if left == 0 { break }
            left -= 1
            end = index + 1
        }
        return Array(frames[..<end])
    }

    /// Makes the second piece of a stream, or its only one, JSON that ends half way.
    static func breakOne(_ frames: inout [Frame]) {
        let pieces = frames.indices.filter { frames[$0].isPiece }
        guard let index = pieces.dropFirst().first ?? pieces.first, case .json(let value) = frames[index].content else {
            return
        }
        frames[index].content = .text(half(JSON.text(of: value)))
    }

    /// The first half of `text`, a JSON object or array, which is none any more.
    static func half(_ text: String) -> String { String(text.prefix(max(1, text.count / 2))) }

    static func wrongTypes(_ frame: Frame) -> Frame {
        guard frame.isPiece, case .json(let value) = frame.content else { return frame }
        var frame = frame
        frame.content = .json(wrongTypes(value))
        return frame
    }

    /// `value` with a number where its answer stands, and a word where its counts do.
    static func wrongTypes(_ value: Value) -> Value {
        guard case .object(var members) = value else { return value }
        for name in ["choices", "output", "content", "candidates", "message", "delta"] where members[name] != nil {
            members[name] = 42
        }
        for name in ["usage", "usageMetadata", "eval_count"] where members[name] != nil { members[name] = "many" }
        return .object(members)
    }
}
