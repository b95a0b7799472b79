import OrderedCollections
package import SwitchyardCore
package import SwitchyardEngine

extension RunInputs {
    /// Inputs for simulated runs of `pipeline`: the defaults, and where there is none a value of the right kind.
    package init(simulating pipeline: Pipeline) {
        var values: OrderedDictionary<String, Value> = [:]
        var secrets: [String: String] = [:]
        for (name, definition) in pipeline.inputs {
            if definition.kind == .secret {
                secrets[name] = "simulated-secret-\(name)"
            } else {
                values[name] = definition.defaultValue ?? definition.allowed?.first ?? definition.placeholder
            }
        }
        self.init(.object(values), secrets: secrets)
    }
}

extension InputDefinition {
    fileprivate var placeholder: Value {
        switch kind {
        case .string, .file, .secret: "simulated"
        case .integer: .int(Int((minimum ?? 1).rounded(.up)))
        case .number: .double(minimum ?? 1)
        case .boolean: true
        case .array: ["simulated"]
        case .object: [:]
        }
    }
}
