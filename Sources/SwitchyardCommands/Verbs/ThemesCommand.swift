import ArgumentParser
import SwitchyardCore
import SwitchyardDashboard

/// `switchyard themes`: the colour schemes `--theme` takes.
struct ThemesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "themes",
        abstract: "List the colour schemes that --theme takes.",
        discussion: """
            Any base16 scheme of the tinted-theming collection works: put its YAML file into
            ~/.config/switchyard/themes, or name the file. Without --theme the terminal's own colours are used.

              switchyard themes
              switchyard run pipeline.yaml --theme nord
            """
    )

    @Flag(name: .long, help: "Print the themes as JSON.")
    var json = false

    @MainActor
    mutating func run() async throws {
        let files = ThemeFiles(environment: .current())
        var table = TextTable(["theme", "name", "variant", "file"])
        var list: [Value] = []
        var problems = ""
        for entry in files.entries {
            do throws(CommandFailure) {
                let scheme = try files.scheme(at: entry.path)
                table.append([entry.name, scheme.name, scheme.variant.rawValue, entry.path])
                list.append([
                    "theme": .string(entry.name), "name": .string(scheme.name),
                    "variant": .string(scheme.variant.rawValue),
                    "file": .string(entry.path),
                ])
            } catch {
                problems += ErrorMessage.text(of: error)
            }
        }
        if json {
            StandardStream.output.write(JSON.text(of: .array(list), layout: .indented) + "\n")
        } else if list.isEmpty {
            StandardStream.output.write("no themes found in:\n\(files.folders.map { "  \($0)\n" }.joined())")
        } else {
            StandardStream.output.write(table.text)
        }
        StandardStream.error.write(problems)
    }
}
