import OrderedCollections
import SwitchyardCore

@testable import SwitchyardSimulator

/// Says where a value breaks a JSON Schema: written apart from what makes the values, from the standard alone.
struct SchemaCheck {
    let root: Value

    func problems(_ value: Value, _ schema: Value, at path: String = "$") -> [String] {
        if case .bool(let isAllowed) = schema { return isAllowed ? [] : ["\(path): nothing is allowed"] }
        guard case .object(let members) = schema else { return [] }
        var problems: [String] = []
        func check(_ holds: Bool, _ rule: String) { if !holds { problems.append("\(path): \(rule)") } }
        if let reference = schema["$ref"].stringValue {
            var target = root
            for part in reference.dropFirst(2).split(separator: "/") { target = target[String(part)] }
            problems += self.problems(value, target, at: path)
        }
        if let const = members["const"] { check(value == const, "const") }
        if let values = schema["enum"].arrayValue { check(values.contains(value), "enum") }
        let types = (schema["type"].arrayValue ?? [schema["type"]]).compactMap(\.stringValue)
        if !types.isEmpty { check(types.contains { Self.isOf($0.lowercased(), value) }, "type \(types)") }
        for part in schema["allOf"].arrayValue ?? [] { problems += self.problems(value, part, at: path) }
        for name in ["anyOf", "oneOf"] {
            guard let parts = schema[name].arrayValue else { continue }
            let fitting = parts.count { self.problems(value, $0, at: path).isEmpty }
            check(name == "anyOf" ? fitting > 0 : fitting == 1, "\(name) with \(fitting)")
        }
        switch value {
        case .object(let object): problems += inObject(object, schema, at: path)
        case .array(let array): problems += inArray(array, schema, at: path)
        case .string(let text):
            check(text.count >= schema["minLength"].intValue ?? 0, "minLength")
            check(text.count <= schema["maxLength"].intValue ?? .max, "maxLength")
            if let pattern = schema["pattern"].stringValue {
                check((try? TextPattern(pattern))?.isFound(in: text) == true, "pattern \(pattern) of \(text)")
            }
        case .int, .double:
            let number = value.doubleValue ?? 0
            if let least = schema["minimum"].doubleValue { check(number >= least, "minimum") }
            if let most = schema["maximum"].doubleValue { check(number <= most, "maximum") }
            if let least = schema["exclusiveMinimum"].doubleValue { check(number > least, "exclusiveMinimum") }
            if let most = schema["exclusiveMaximum"].doubleValue { check(number < most, "exclusiveMaximum") }
            if let step = schema["multipleOf"].doubleValue {
                check(abs((number / step).rounded() - number / step) < 1e-9, "multipleOf \(step) of \(number)")
            }
        case .null, .bool: break
        }
        return problems
    }

    private func inObject(
        _ object: OrderedDictionary<String, Value>, _ schema: Value, at path: String
    ) -> [String] {
        var problems: [String] = []
        let properties = schema["properties"].objectValue ?? [:]
        for name in schema["required"].arrayValue ?? [] where object[name.rendered] == nil {
            problems.append("\(path): required \(name.rendered)")
        }
        for (name, member) in object {
            if let property = properties[name] {
                problems += self.problems(member, property, at: "\(path).\(name)")
            } else {
                problems += self.problems(member, schema["additionalProperties"], at: "\(path).\(name)")
            }
        }
        if object.count < schema["minProperties"].intValue ?? 0 { problems.append("\(path): minProperties") }
        if object.count > schema["maxProperties"].intValue ?? .max { problems.append("\(path): maxProperties") }
        return problems
    }

    private func inArray(_ array: [Value], _ schema: Value, at path: String) -> [String] {
        var problems: [String] = []
        let prefix = schema["prefixItems"].arrayValue ?? []
        for (index, element) in array.enumerated() {
            let inner = index < prefix.count ? prefix[index] : schema["items"]
            problems += self.problems(element, inner, at: "\(path)[\(index)]")
        }
        if array.count < schema["minItems"].intValue ?? 0 { problems.append("\(path): minItems") }
        if array.count > schema["maxItems"].intValue ?? .max { problems.append("\(path): maxItems") }
        if schema["uniqueItems"] == true, Set(array).count != array.count { problems.append("\(path): uniqueItems") }
        return problems
    }

    private static func isOf(_ type: String, _ value: Value) -> Bool {
        switch type {
        case "number": value.doubleValue != nil
        case "integer": value.intValue != nil
        default: value.typeName == type
        }
    }
}
