import OrderedCollections

extension InputDefinition {
    /// What an expression sees of the input: with `null` where a run may be given no value.
    package var expressionType: ExpressionType {
        let type: ExpressionType
        if let allowed {
            type = .union(of: allowed.map { ExpressionType(of: $0) })
        } else {
            switch kind {
            case .string, .file, .secret: type = .string()
            case .integer: type = .integer
            case .number: type = .number
            case .boolean: type = .boolean
            case .array: type = .anyArray
            case .object: type = .anyObject
            }
        }
        let isGiven = defaultValue.map { !$0.isNull } ?? isRequired
        return isGiven ? type : type.orNull
    }
}
