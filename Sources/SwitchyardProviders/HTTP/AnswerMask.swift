import OrderedCollections
import SwitchyardCore

/// Hides a run's secrets and those of the provider's settings in what comes of an answer: servers echo requests.
struct AnswerMask: Sendable {
    private let secrets: SecretMask
    private let keys: SecretMask
    /// A key's beginning may be the end of a piece.
    private let keyBytes: [[UInt8]]

    /// - Parameters:
    ///   - key: the provider's.
    ///   - headers: those of its settings; some hold keys of their own.
    init(_ secrets: SecretMask, key: String?, headers: [String: String] = [:]) {
        let words = ["auth", "cookie", "key", "secret", "token"]
        let hidden = headers.filter { name, value in
            value.utf8.count >= 8 && words.contains(where: name.lowercased().contains)
        }
        let keys = [key].compactMap(\.self) + hidden.values.map { String($0.split(separator: " ").last ?? "") }
        self.secrets = secrets
        self.keys = SecretMask(keys)
        keyBytes = keys.map { Array($0.utf8) }
    }

    func masking(_ text: String) -> String { keys.masking(secrets.masking(text)) }
    func masking(_ value: Value) -> Value { keys.masking(secrets.masking(value)) }

    /// How many bytes at the start of `bytes` can be shown before it is known what follows.
    func ready(_ bytes: [UInt8]) -> Int {
        var place = bytes.count - openKey(bytes)
        if !secrets.isEmpty { place = min(place, max(0, bytes.count - secrets.longestForm + 1)) }
        // Either cut may fall into what the other one keeps together.
        for _ in 0..<2 { place = keys.cut(bytes, before: secrets.cut(bytes, before: place)) }
        while place > 0, place < bytes.count, bytes[place] & 0xC0 == 0x80 { place -= 1 }
        return place
    }

    /// The length of the longest beginning of a key that `bytes` end with.
    private func openKey(_ bytes: [UInt8]) -> Int {
        keyBytes.reduce(0) { longest, key in
            var length = min(bytes.count, key.count - 1)
            while length > longest, !bytes.suffix(length).elementsEqual(key.prefix(length)) { length -= 1 }
            return max(longest, length)
        }
    }
}

extension AnswerMask {
    func masking(_ reply: WireReply) -> WireReply {
        var reply = reply
        reply.parts = reply.parts.map(masking)
        reply.rawUsage = masking(reply.rawUsage)
        reply.answeredBy = reply.answeredBy.map(masking)
        switch reply.finish {
        case .refused(let category): reply.finish = .refused(category.map(masking))
        case .other(let reason): reply.finish = .other(masking(reason))
        case .stop, .length, .toolCalls: break
        }
        return reply
    }

    private func masking(_ part: MessagePart) -> MessagePart {
        switch part {
        case .text(let text): return .text(masking(text))
        case .toolCall(var call):
            call.name = masking(call.name)
            call.id = masking(call.id)
            switch call.arguments {
            case .object(let value): call.arguments = .object(masking(value))
            case .malformed(let text): call.arguments = .malformed(masking(text))
            }
            return .toolCall(call)
        case .carried(let state):
            return .carried(CarriedState(model: state.model, content: masking(state.content)))
        case .image, .toolResult: return part
        }
    }
}

/// Masks deltas: of a text that comes in pieces, what may be the beginning of a secret is held back.
struct DeltaMask {
    private let mask: AnswerMask
    private var held: [UInt8] = []
    private var isReasoning = false

    init(_ mask: AnswerMask) {
        self.mask = mask
    }

    /// Takes a delta; gives what can be shown of it and of those before.
    mutating func take(_ delta: ModelDelta) -> [ModelDelta] {
        switch delta {
        case .text(let text): return take(text, isReasoning: false)
        case .reasoning(let text): return take(text, isReasoning: true)
        case .toolCall(let name): return finish() + [.toolCall(name: mask.masking(name))]
        }
    }

    /// What was held back.
    mutating func finish() -> [ModelDelta] { show(held.count) }

    private mutating func take(_ text: String, isReasoning: Bool) -> [ModelDelta] {
        let before = isReasoning == self.isReasoning ? [] : finish()
        self.isReasoning = isReasoning
        held += text.utf8
        return before + show(mask.ready(held))
    }

    private mutating func show(_ count: Int) -> [ModelDelta] {
        guard count > 0 else { return [] }
        let text = mask.masking(String(decoding: held[..<count], as: UTF8.self))
        held.removeFirst(count)
        return [isReasoning ? .reasoning(text) : .text(text)]
    }
}
