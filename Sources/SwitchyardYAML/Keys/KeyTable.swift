/// The keys of one level of the format: the one list that parsing, hints, documentation and the JSON Schema read.
package struct KeyTable: Sendable {
    package struct Key: Sendable {
        package var name: String
        package var type: KeyType
        /// One sentence for documentation.
        package var summary: String
        /// Whether it must stand there.
        package var isRequired = false
        /// What to write where it is missing.
        package var example: String?
        /// It means something only beside one of these keys; empty for a key that may stand alone.
        package var companions: [String] = []
    }

    /// The level as a message says it: `a step`.
    package var level: String
    package var keys: [Key]
    /// Of these keys exactly one must stand there; empty where there is nothing to choose.
    package var alternatives: [String] = []

    package subscript(name: String) -> Key? { keys.first { $0.name == name } }
}

/// The levels of the format: every map whose keys it names.
package enum KeyLevel: String, Hashable, Sendable, CaseIterable {
    case pipeline, settings, input, defaults, step, compensation
    case retry, backoff, timeout, goto, foreach, cache, quality, sandbox, budget
    case message, agent, decide, approval, wait, nested
    case models, tiers, concurrency
    case provider, limits, catalogue, routing, spending
}

/// What a key takes.
package indirect enum KeyType: Hashable, Sendable {
    case text
    /// Text whatever it looks like: `10`, `true` and `0755` are taken as they are written.
    case word
    case identifier
    case boolean
    case integer(atLeast: Int)
    /// A finite number within the bounds.
    case number(atLeast: Double?, atMost: Double?)
    /// US dollars with at most six decimals.
    case dollars
    case duration
    case expression
    /// One of these words.
    case choice([String])
    /// The number 1.
    case version
    case anything
    /// A JSON Schema.
    case schema
    /// A list of what is said.
    case list(KeyType, of: String)
    /// A list of words; one word alone counts as a list of it.
    case words(of: String)
    /// A map whose keys the author names.
    case map(KeyType, of: String)
    /// A map with the keys of a level.
    case table(KeyLevel)
    /// One of several forms.
    case either([KeyType])
}

extension KeyType {
    /// The type as a message says it, behind `wants`.
    package var phrase: String {
        switch self {
        case .text, .word: "a string"
        case .identifier: "an id such as `fetch-data`"
        case .boolean: "`true` or `false`"
        case .integer(let minimum): "an integer of at least \(minimum)"
        case .number(let minimum?, let maximum?): "a number from \(Self.short(minimum)) to \(Self.short(maximum))"
        case .number(let minimum?, nil): "a number of at least \(Self.short(minimum))"
        case .number(nil, let maximum?): "a number of at most \(Self.short(maximum))"
        case .number(nil, nil): "a number"
        case .dollars: "an amount in US dollars such as `0.50`"
        case .duration: "a duration such as `30s`"
        case .expression: "an expression"
        case .choice(let words): Self.list(words.map { "`\($0)`" }, "or")
        case .version: "the number 1"
        case .anything: "a value"
        case .schema: "a JSON Schema"
        case .list(_, let what), .words(let what): "a list of \(what)"
        case .map(_, let what): "a map of \(what)"
        case .table(let level): Self.phrase(of: KeyTable.of(level))
        case .either(let types): Self.list(types.flatMap(\.forms), "or")
        }
    }

    /// What may stand here, one phrase each.
    private var forms: [String] {
        switch self {
        case .choice(let words): words.map { "`\($0)`" }
        case .boolean: ["`true`", "`false`"]
        case .text, .word, .identifier, .integer, .number, .dollars, .duration, .expression, .version, .anything,
            .schema, .list, .words, .map, .table, .either:
            [phrase]
        }
    }

    private static func phrase(of table: KeyTable) -> String {
        guard table.keys.count <= 4 else { return "a map of keys" }
        return "a map of \(list(table.keys.map { "`\($0.name)`" }, "and"))"
    }

    private static func short(_ number: Double) -> String {
        number == number.rounded() ? "\(Int(number))" : "\(number)"
    }

    private static func list(_ parts: [String], _ word: String) -> String {
        guard parts.count > 1, let last = parts.last else { return parts.joined() }
        return "\(parts.dropLast().joined(separator: ", ")) \(word) \(last)"
    }

    /// The level of the map that may stand here, also beside other forms.
    var level: KeyLevel? {
        switch self {
        case .table(let level): level
        case .either(let types): types.lazy.compactMap(\.level).first
        case .text, .word, .identifier, .boolean, .integer, .number, .dollars, .duration, .expression, .choice,
            .version, .anything, .schema, .list, .words, .map:
            nil
        }
    }

    /// The words to choose from, also beside other forms.
    var choices: [String]? {
        switch self {
        case .choice(let words): words
        case .either(let types): types.lazy.compactMap(\.choices).first
        case .text, .word, .identifier, .boolean, .integer, .number, .dollars, .duration, .expression, .version,
            .anything, .schema, .list, .words, .map, .table:
            nil
        }
    }
}

extension KeyTable {
    /// The table of `level`.
    package static func of(_ level: KeyLevel) -> KeyTable {
        switch level {
        case .pipeline: .pipeline
        case .settings: .settings
        case .input: .input
        case .defaults: .defaults
        case .step: .step
        case .compensation: .compensation
        case .retry: .retry
        case .backoff: .backoff
        case .timeout: .timeout
        case .goto: .goto
        case .foreach: .foreach
        case .cache: .cache
        case .quality: .quality
        case .sandbox: .sandbox
        case .budget: .budget
        case .message: .message
        case .agent: .agent
        case .decide: .decide
        case .approval: .approval
        case .wait: .wait
        case .nested: .nested
        case .models: .models
        case .tiers: .tiers
        case .concurrency: .concurrency
        case .provider: .provider
        case .limits: .limits
        case .catalogue: .catalogue
        case .routing: .routing
        case .spending: .spending
        }
    }

    init(_ level: String, alternatives: [String] = [], _ keys: [Key]) {
        self.level = level
        self.keys = keys
        self.alternatives = alternatives
    }
}

extension KeyTable.Key {
    init(_ name: String, _ type: KeyType, _ summary: String, with companions: [String] = []) {
        self.init(name: name, type: type, summary: summary, companions: companions)
    }

    /// The key where it must stand; `example` is what to write.
    func required(_ example: String? = nil) -> Self {
        var key = self
        key.isRequired = true
        key.example = example
        return key
    }
}
