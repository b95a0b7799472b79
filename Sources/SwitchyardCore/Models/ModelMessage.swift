/// One turn of a conversation.
package struct ModelMessage: Hashable, Sendable {
    package enum Role: String, Hashable, Sendable, CaseIterable {
        case user, assistant
        /// The results of the calls of the turn before.
        case tool
    }

    package var role: Role
    package var parts: [MessagePart]

    package init(_ role: Role, _ parts: [MessagePart]) {
        self.role = role
        self.parts = parts
    }

    package static func user(_ text: String) -> ModelMessage { ModelMessage(.user, [.text(text)]) }
    package static func assistant(_ text: String) -> ModelMessage { ModelMessage(.assistant, [.text(text)]) }

    /// Its texts, joined.
    package var text: String {
        parts.reduce(into: "") { if case .text(let text) = $1 { $0 += text } }
    }

    /// The calls it makes, in order.
    package var toolCalls: [ToolCall] {
        parts.compactMap { if case .toolCall(let call) = $0 { call } else { nil } }
    }
}

/// A piece of a turn.
package enum MessagePart: Hashable, Sendable {
    case text(String)
    case image(ImageContent)
    case toolCall(ToolCall)
    case toolResult(ToolCallResult)
    /// What a provider wants back as it came: reasoning with its signature, encrypted items.
    case carried(CarriedState)
}

/// A picture in a question.
package struct ImageContent: Hashable, Sendable {
    /// `image/png`, `image/jpeg`, `image/gif` or `image/webp`.
    package var mediaType: String
    package var bytes: [UInt8]

    package init(mediaType: String, bytes: [UInt8]) {
        self.mediaType = mediaType
        self.bytes = bytes
    }
}

/// A model's wish to call a tool.
package struct ToolCall: Hashable, Sendable {
    package enum Arguments: Hashable, Sendable {
        /// An object.
        case object(Value)
        /// What the model wrote, which is no JSON object.
        case malformed(String)
    }

    /// Different for each call of a conversation; made up where the provider gives none.
    package var id: String
    package var name: String
    package var arguments: Arguments
    /// What the provider wants back with the call: Gemini's `thoughtSignature`.
    package var signature: String?
    /// The model that signed; no other is sent the signature.
    package var signedBy: ModelID?

    package init(
        id: String, name: String, arguments: Arguments, signature: String? = nil, signedBy: ModelID? = nil
    ) {
        self.id = id
        self.name = name
        self.arguments = arguments
        self.signature = signature
        self.signedBy = signedBy
    }
}

/// What became of a call.
package struct ToolCallResult: Hashable, Sendable {
    package var id: String
    package var name: String
    /// What the tool gave, or why it failed, as the model reads it.
    package var content: String
    package var isError: Bool

    package init(id: String, name: String, content: String, isError: Bool = false) {
        self.id = id
        self.name = name
        self.content = content
        self.isError = isError
    }
}

/// A part of an answer that only its own model understands. It is sent back to that model as it came, and left out for
/// any other.
package struct CarriedState: Hashable, Sendable {
    package var model: ModelID
    /// The provider's JSON.
    package var content: Value

    package init(model: ModelID, content: Value) {
        self.model = model
        self.content = content
    }
}
