package import TerminalUI

/// A colour scheme file of tinted-theming: base16 or base24, in the present form or the older flat one.
package struct Base16Scheme: Decodable, Hashable, Sendable {
    package enum Variant: String, Decodable, Hashable, Sendable {
        case dark, light
    }

    /// `base16` or `base24`.
    package let system: String
    package let name: String
    package let author: String?
    /// Older files do not say; then the background's brightness does.
    package let variant: Variant
    /// base00 to base0F.
    package let colors: [Color]

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init(_ name: String) { stringValue = name }
        init?(intValue: Int) { nil }
    }

    package init(from decoder: any Decoder) throws {
        let file = try decoder.container(keyedBy: Key.self)
        let isFlat = !file.contains(Key("palette"))
        let palette = isFlat ? file : try file.nestedContainer(keyedBy: Key.self, forKey: Key("palette"))
        system = try file.decodeIfPresent(String.self, forKey: Key("system")) ?? "base16"
        // The older form calls the name `scheme`.
        name =
            try file.decodeIfPresent(String.self, forKey: Key("name"))
            ?? file.decode(String.self, forKey: Key("scheme"))
        author = try file.decodeIfPresent(String.self, forKey: Key("author"))
        let colors = try (0..<16).map { try Self.color($0, of: palette) }
        self.colors = colors
        variant =
            try file.decodeIfPresent(Variant.self, forKey: Key("variant"))
            ?? (Self.brightness(colors[0]) > Self.brightness(colors[5]) ? .light : .dark)
    }

    private static func color(_ index: Int, of palette: KeyedDecodingContainer<Key>) throws -> Color {
        let digit = String(index, radix: 16)
        // Files differ in the case of the last digit.
        let key = [Key("base0" + digit.uppercased()), Key("base0" + digit)].first { palette.contains($0) }
        let text = try palette.decode(String.self, forKey: key ?? Key("base0" + digit.uppercased()))
        guard let color = Color(hex: text) else {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: palette.codingPath + [Key("base0" + digit.uppercased())],
                    debugDescription: "not six hexadecimal digits: \(text)"
                )
            )
        }
        return color
    }

    private static func brightness(_ color: Color) -> Int {
        switch color {
        case .rgb(let red, let green, let blue): 2 * Int(red) + 5 * Int(green) + Int(blue)
        case .terminalDefault, .ansi, .indexed: 0
        }
    }
}
