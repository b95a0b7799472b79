import SwitchyardCore

/// A question to a model, whatever format it came in.
struct SimulatedRequest: Sendable {
    struct Turn: Hashable, Sendable {
        enum Role: Hashable, Sendable { case user, assistant, tool }

        var role: Role
        var text: String
    }

    /// As rules name it.
    var provider: String
    /// Without the name before it.
    var path: String
    var model: String
    var system = ""
    var turns: [Turn] = []
    var tools: [ToolDefinition] = []
    var toolChoice = ToolChoice.automatic
    /// The schema of the answer; nil for text.
    var schema: Value?
    /// Whether the answer is to be JSON without a schema.
    var wantsJSON = false
    var maxTokens: Int?
    /// Texts that the answer ends before; none of them empty.
    var stopSequences: [String] = []
    var streams = false
    /// Whether the stream is to end with what was used, where that must be asked for.
    var includesUsage = false
    /// As it was sent.
    var body: Value

    init(provider: String, path: String, model: String, body: Value) {
        self.provider = provider
        self.path = path
        self.model = model
        self.body = body
    }

    /// The text of the last turn of the user.
    var question: String { turns.last { $0.role == .user }?.text ?? "" }

    /// The results of tools behind the last turn of the model.
    var toolResults: [String] {
        turns.reversed().prefix { $0.role == .tool }.reversed().map(\.text)
    }

    /// The tool that the request insists on: the one it names, or the only one it has where it wants some. None once
    /// results are there, so that no conversation goes round for ever.
    var forcedTool: ToolDefinition? {
        guard toolResults.isEmpty else { return nil }
        return switch toolChoice {
        case .automatic, .none: nil
        case .required: tools.count == 1 ? tools[0] : nil
        case .named(let name): tools.first { $0.name == name }
        }
    }

    /// How many tokens were sent.
    var inputTokens: Int {
        let texts = [system] + turns.map(\.text) + tools.map { $0.name + $0.description + JSON.text(of: $0.parameters) }
        // A few more for each turn, as formats have marks around them.
        return Tokens.count(in: texts + (schema.map { [JSON.text(of: $0)] } ?? [])) + 4 * max(1, turns.count)
    }
}
