extension ModelCatalogue {
    /// The facts that come with the program, from `models.json`.
    ///
    /// They are read once. The file is part of the program, and a test reads all of it, so a fault in it is a fault
    /// of the program.
    package static let shipped: ModelCatalogue = {
        var catalogue = ModelCatalogue()
        let problems = catalogue.apply(shippedFile)
        precondition(problems.isEmpty, "models.json: \(problems)")
        return catalogue
    }()

    /// Where the shipped facts are from.
    package struct Source: Hashable, Sendable {
        package var name: String
        package var version: String
        package var licence: String
        /// The day it was read, as `YYYY-MM-DD`.
        package var readOn: String
    }

    package static let shippedSource: Source = {
        let source = shippedFile["source"]
        return Source(
            name: source["name"].rendered, version: source["version"].rendered, licence: source["licence"].rendered,
            readOn: source["read_on"].rendered)
    }()

    private static let shippedFile: Value = {
        let text = String(decoding: PackageResources.models_json, as: UTF8.self)
        guard let value = try? JSON.parse(text) else { preconditionFailure("models.json is no JSON") }
        return value
    }()
}
