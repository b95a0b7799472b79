import SwitchyardCore
import Tracing

/// How an event is told as an event of a span.
struct NoteRule: Sendable {
    var fields: [NoteField]
    /// A metric that counts it.
    var counter: String?
    /// Whether the model call around it ends with it, badly.
    var endsCall: Bool

    init(_ fields: NoteField..., counter: String? = nil, endsCall: Bool = false) {
        self.fields = fields
        self.counter = counter
        self.endsCall = endsCall
    }

    func attributes(of data: Value) -> GenAIConventions.Attributes {
        fields.reduce(into: [:]) { $1.add(from: data, to: &$0) }
    }
}

/// A field of an event's data that is told. Fields are named as the record names them, `a.b` for `b` inside of `a`; one
/// that is not there is not told.
enum NoteField: Sendable {
    /// As it is: text, a number or a truth value.
    case plain(String, as: String)
    /// A step, told without the keys of items.
    case step(String, as: String)
    /// Microseconds, told as seconds.
    case seconds(String, as: String)
    /// Micro-dollars, told as dollars.
    case dollars(String, as: String)
    /// A model with its provider, told as both.
    case model(String)

    fileprivate func add(from data: Value, to attributes: inout GenAIConventions.Attributes) {
        switch self {
        case .plain(let field, let name): attributes[name] = Self.plain(data.field(field))
        case .step(let field, let name):
            attributes[name] = data.field(field).stringValue.map { .string(StepPath($0).planned.rawValue) }
        case .seconds(let field, let name), .dollars(let field, let name):
            attributes[name] = data.field(field).intValue.map { .double(Double($0) / 1e6) }
        case .model(let field):
            guard let model = data.field(field).stringValue.flatMap({ ModelID($0) }) else { return }
            attributes[GenAIConventions.provider] = .string(GenAIConventions.providerName(model.provider))
            attributes[GenAIConventions.requestModel] = .string(model.name)
        }
    }

    private static func plain(_ value: Value) -> SpanAttribute? {
        switch value {
        case .bool(let bool): .bool(bool)
        case .int(let int): .int64(Int64(int))
        case .double(let double): .double(double)
        case .string(let text): .string(text)
        case .null, .array, .object: nil
        }
    }
}

extension Value {
    fileprivate func field(_ path: String) -> Value {
        path.split(separator: ".").reduce(self) { $0[String($1)] }
    }
}
