/// How many colours a terminal shows, from fewest to most.
package enum ColorDepth: Int, Hashable, Sendable, Comparable, CaseIterable {
    /// None: colours are dropped, attributes stay.
    case mono
    /// The first eight; brighter ones become bold.
    case ansi8
    /// The terminal's own sixteen.
    case ansi16
    /// xterm's palette.
    case indexed256
    /// Red, green and blue as they are.
    case direct

    package static func < (left: ColorDepth, right: ColorDepth) -> Bool { left.rawValue < right.rawValue }

    /// The nearest look that a terminal of this depth can show.
    package func reduce(_ style: Style) -> Style {
        var reduced = style
        reduced.foreground = reduce(style.foreground)
        reduced.background = reduce(style.background)
        if self == .ansi8 {
            if case .ansi(let index) = reduced.foreground, index >= 8 {
                reduced.foreground = .ansi(index - 8)
                reduced.attributes.insert(.bold)
            }
            if case .ansi(let index) = reduced.background, index >= 8 { reduced.background = .ansi(index - 8) }
        }
        return reduced
    }

    /// The nearest colour that a terminal of this depth can show; never one of a greater depth.
    ///
    /// On direct-colour terminals the bright eight become RGB, because there an index of 8 or more *is* RGB.
    package func reduce(_ color: Color) -> Color {
        switch (self, color) {
        case (.mono, _), (_, .terminalDefault): return .terminalDefault
        case (.direct, .ansi(let index)):
            guard index % 16 >= 8 else { return .ansi(index % 16) }
            let (red, green, blue) = Self.ansiPalette[Int(index % 16)]
            return .rgb(red, green, blue)
        case (_, .ansi(let index)): return .ansi(index % 16)
        case (.direct, .rgb), (.indexed256, .indexed): return color
        case (.direct, .indexed(let index)):
            let (red, green, blue) = Self.palette256(index)
            return index < 16 ? reduce(.ansi(index)) : .rgb(red, green, blue)
        case (.indexed256, .rgb(let red, let green, let blue)): return .indexed(Self.nearest256(red, green, blue))
        case (.ansi8, .rgb(let red, let green, let blue)), (.ansi16, .rgb(let red, let green, let blue)):
            return .ansi(Self.nearest16(red, green, blue))
        case (.ansi8, .indexed(let index)), (.ansi16, .indexed(let index)):
            if index < 16 { return .ansi(index) }
            let (red, green, blue) = Self.palette256(index)
            return .ansi(Self.nearest16(red, green, blue))
        }
    }

    /// xterm's sixteen; terminals differ, but the order of hue and brightness is the same everywhere.
    private static let ansiPalette: [(UInt8, UInt8, UInt8)] = [
        (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205),
        (229, 229, 229), (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255),
        (0, 255, 255), (255, 255, 255),
    ]

    private static let cubeLevels: [UInt8] = [0, 95, 135, 175, 215, 255]

    private static func palette256(_ index: UInt8) -> (UInt8, UInt8, UInt8) {
        switch index {
        case 0..<16: return ansiPalette[Int(index)]
        case 16..<232:
            let cube = Int(index) - 16
            return (cubeLevels[cube / 36], cubeLevels[cube / 6 % 6], cubeLevels[cube % 6])
        default:
            let level = UInt8(8 + (Int(index) - 232) * 10)
            return (level, level, level)
        }
    }

    /// The first sixteen are left out: users change them.
    private static func nearest256(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> UInt8 {
        nearest(16...255, red, green, blue) { palette256($0) }
    }

    private static func nearest16(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> UInt8 {
        nearest(0...15, red, green, blue) { ansiPalette[Int($0)] }
    }

    private static func nearest(
        _ range: ClosedRange<UInt8>, _ red: UInt8, _ green: UInt8, _ blue: UInt8,
        palette: (UInt8) -> (UInt8, UInt8, UInt8)
    ) -> UInt8 {
        var best = range.lowerBound
        var bestDistance = Int.max
        for index in range {
            let (candidateRed, candidateGreen, candidateBlue) = palette(index)
            let dr = Int(red) - Int(candidateRed)
            let dg = Int(green) - Int(candidateGreen)
            let db = Int(blue) - Int(candidateBlue)
            // "Redmean": cheap, and near to how differences look.
            let mean = (Int(red) + Int(candidateRed)) / 2
            let distance = (512 + mean) * dr * dr + 1024 * dg * dg + (767 - mean) * db * db
            if distance < bestDistance {
                best = index
                bestDistance = distance
            }
        }
        return best
    }
}
