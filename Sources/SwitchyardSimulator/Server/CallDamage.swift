import OrderedCollections
import SwitchyardCore

/// Sends the calls of a stream of Chat Completions as servers that imitate OpenAI do; other frames stay as they are.
struct CallDamage {
    let way: CallDeltas

    func applied(to frames: [Frame]) -> [Frame] {
        var openings: [Int: Value] = [:]
        let frames = way == .whole ? joined(frames) : frames
        return frames.map { frame in
            guard let call = Self.call(in: frame), let index = call["index"].intValue else { return frame }
            if !call["id"].isNull { openings[index] = call }
            return Self.frame(frame, with: spoiled(call, index, opening: openings[index] ?? call))
        }
    }

    private func spoiled(_ call: Value, _ index: Int, opening: Value) -> Value {
        switch way {
        case .noID: Self.without(["id"], call)
        case .noIndex: Self.without(["index"], call)
        case .bare: Self.without(["id", "index"], call)
        case .sameIndex: call.with(["index": 0])
        case .fromOne: call.with(["index": .int(index + 1)])
        case .repeated: opening.with(["function": opening["function"].with(call["function"])])
        case .whole: call
        }
    }

    /// The frames with all pieces of a call in its first.
    private func joined(_ frames: [Frame]) -> [Frame] {
        var joined: [Frame] = []
        var places: [Int: Int] = [:]
        for frame in frames {
            guard let call = Self.call(in: frame), let index = call["index"].intValue else {
                joined.append(frame)
                continue
            }
            guard let place = places[index], let whole = Self.call(in: joined[place]) else {
                places[index] = joined.count
                joined.append(frame)
                continue
            }
            let function = whole["function"]
            let arguments = function["arguments"].rendered + call["function"]["arguments"].rendered
            joined[place] = Self.frame(
                joined[place], with: whole.with(["function": function.with(["arguments": .string(arguments)])]))
        }
        return joined
    }

    private static func call(in frame: Frame) -> Value? {
        guard case .json(let chunk) = frame.content else { return nil }
        return chunk["choices"].arrayValue?.first?["delta"]["tool_calls"].arrayValue?.first
    }

    private static func frame(_ frame: Frame, with call: Value) -> Frame {
        guard case .json(let chunk) = frame.content, let choice = chunk["choices"].arrayValue?.first else {
            return frame
        }
        var frame = frame
        let delta = choice["delta"].with(["tool_calls": [call]])
        frame.content = .json(chunk.with(["choices": [choice.with(["delta": delta])]]))
        return frame
    }

    private static func without(_ names: [String], _ call: Value) -> Value {
        .object((call.objectValue ?? [:]).filter { !names.contains($0.key) })
    }
}
