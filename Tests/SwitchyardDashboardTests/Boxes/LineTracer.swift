import TerminalUI

@testable import SwitchyardDashboard

/// Follows the lines of a drawing over its glyphs, as an eye does.
///
/// It turns only where the glyph has an arm to go in by and another to leave by; where there is none to go in by, it
/// goes on straight, beneath. It never goes back against the layers' direction.
struct LineTracer {
    private enum Heading: CaseIterable {
        case north, east, south, west

        var opposite: Heading {
            switch self {
            case .north: .south
            case .east: .west
            case .south: .north
            case .west: .east
            }
        }
    }

    private struct Walker: Hashable {
        var column: Int
        var row: Int
        var heading: Heading
    }

    private let drawing: BoxDrawing
    private let grid: BoxGrid
    private let ahead: Heading
    private let arrow: Glyph

    init(_ drawing: BoxDrawing) {
        self.drawing = drawing
        grid = drawing.grid(in: Rect(drawing.size))
        ahead = drawing.options.direction == .rightwards ? .east : .south
        let glyph: Glyph = ahead == .east ? "▸" : "▾"
        arrow = drawing.options.isASCII ? glyph.asciiForm : glyph
    }

    /// The boxes that lines lead to from a box, and the places where a line breaks off.
    func targets(of id: Int) -> (ids: Set<Int>, breaks: [String]) {
        guard let box = drawing.box(id), box.outlet > .none else { return ([], []) }
        var start = Walker(column: box.rect.endColumn, row: box.rect.row + box.port, heading: ahead)
        if ahead == .south { start = Walker(column: box.rect.column + box.port, row: box.rect.endRow, heading: ahead) }
        // Room kept for a frame, or else the blank after a label.
        if box.content.keepsRoom, !box.content.isFramed { start = moved(start, by: -1) }
        if grid[column: start.column, row: start.row]?.glyph == .blank { start = moved(start, by: 1) }
        var ids: Set<Int> = []
        var breaks: [String] = []
        var seen: Set<Walker> = [start]
        var stack = [start]
        while let walker = stack.popLast() {
            let glyph = grid[column: walker.column, row: walker.row]?.glyph ?? .blank
            if glyph == arrow, walker.heading == ahead {
                if let target = self.box(after: walker) {
                    ids.insert(target)
                } else {
                    breaks.append("arrow without a box at \(walker.column), \(walker.row)")
                }
                continue
            }
            let arms = arms(glyph, at: walker)
            guard !arms.isEmpty else {
                breaks.append("'\(glyph)' at \(walker.column), \(walker.row)")
                continue
            }
            var headings = [walker.heading]
            if arms.contains(walker.heading.opposite) {
                headings = arms.filter { $0 != walker.heading.opposite && $0 != ahead.opposite }
            }
            for heading in headings {
                let next = moved(Walker(column: walker.column, row: walker.row, heading: heading), by: 1)
                if seen.insert(next).inserted { stack.append(next) }
            }
        }
        return (ids, breaks)
    }

    private func moved(_ walker: Walker, by cells: Int) -> Walker {
        var result = walker
        switch walker.heading {
        case .north: result.row -= cells
        case .east: result.column += cells
        case .south: result.row += cells
        case .west: result.column -= cells
        }
        return result
    }

    private func box(after walker: Walker) -> Int? {
        drawing.boxes.first { box in
            let shift = box.content.keepsRoom && !box.content.isFramed ? 1 : 0
            let blank = box.content.keepsRoom || ahead == .south ? 0 : 1
            switch ahead {
            case .east:
                return box.rect.column == walker.column + 1 + blank - shift && box.rect.row + box.port == walker.row
            case .north, .south, .west:
                return box.rect.row == walker.row + 1 - shift && box.rect.column + box.port == walker.column
            }
        }?.id
    }

    private func arms(_ glyph: Glyph, at walker: Walker) -> [Heading] {
        guard drawing.options.isASCII else { return Self.unicodeArms[glyph] ?? [] }
        switch glyph {
        case "-", "=": return [.east, .west]
        case "|": return [.north, .south]
        case "+":
            // An arm wherever a line goes on, and where this one came from.
            return Heading.allCases.filter { heading in
                if heading == walker.heading.opposite { return true }
                let next = moved(Walker(column: walker.column, row: walker.row, heading: heading), by: 1)
                let glyph = grid[column: next.column, row: next.row]?.glyph ?? .blank
                return glyph == arrow ? heading == ahead : ["-", "=", "+", "|"].contains(glyph)
            }
        default: return []
        }
    }

    /// The arms of every line glyph, from the name that Unicode gives it.
    private static let unicodeArms: [Glyph: [Heading]] = {
        var result: [Glyph: [Heading]] = [:]
        for scalar in (0x2500...0x257F).compactMap(Unicode.Scalar.init) {
            let words = (scalar.properties.name ?? "").split(separator: " ")
            result[Glyph(unicodeScalarLiteral: scalar)] = Heading.allCases.filter { heading in
                switch heading {
                case .north: words.contains("UP") || words.contains("VERTICAL")
                case .east: words.contains("RIGHT") || words.contains("HORIZONTAL")
                case .south: words.contains("DOWN") || words.contains("VERTICAL")
                case .west: words.contains("LEFT") || words.contains("HORIZONTAL")
                }
            }
        }
        return result
    }()
}
