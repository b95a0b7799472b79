import ArgumentParser
import SwitchyardCore
import SwitchyardYAML

/// `switchyard schema`: the format for editors.
struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema of pipelines, for completion and checks in an editor.",
        discussion: """
            It is made from the table that pipelines are read with. Save it beside your pipelines:

              switchyard schema > switchyard.schema.json

            and switch it on with the first line of a pipeline:

              # yaml-language-server: $schema=switchyard.schema.json
            """
    )

    func run() throws {
        StandardStream.output.write(JSON.text(of: KeyTable.jsonSchema(), layout: .indented) + "\n")
    }
}
