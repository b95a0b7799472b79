package import TerminalUI

/// A part of a drawing as cells.
package struct BoxGrid: Hashable, Sendable {
    package struct Cell: Hashable, Sendable {
        /// What stands here; a blank in the second half of a wide glyph.
        package var glyph: Glyph
        package var role: Role
        /// How many columns the glyph takes: 1, 2 for the first half of a wide one, 0 for its second half.
        package var span: UInt8

        static let blank = Cell(glyph: .blank, role: .text, span: 1)
    }

    /// The part of the drawing, in the drawing's places.
    package let rect: Rect
    /// Row after row.
    package private(set) var cells: [Cell]

    init(_ drawing: BoxDrawing, in rect: Rect) {
        self.rect = rect
        cells = Array(repeating: .blank, count: rect.width * rect.height)
        guard !rect.isEmpty else { return }
        let isASCII = drawing.options.isASCII
        drawLines(drawing.sheet, isASCII: isASCII)
        let ahead: Glyph = drawing.options.direction == .rightwards ? "▸" : "▾"
        for arrow in drawing.sheet.arrows {
            put(
                isASCII ? ahead.asciiForm : ahead, column: arrow.column, row: arrow.row,
                role: arrow.isHeavy ? .accent : .border)
        }
        for box in drawing.boxes where !box.rect.intersection(rect).isEmpty {
            draw(box, direction: drawing.options.direction, isASCII: isASCII)
        }
    }

    /// The cell at a place of the drawing, nil outside the part.
    package subscript(column column: Int, row row: Int) -> Cell? {
        index(column, row).map { cells[$0] }
    }

    /// The glyphs, a line a row, without blanks at the ends of lines.
    package var lines: [String] {
        (0..<rect.height).map { row in
            var line = ""
            var blanks = 0
            for cell in cells[row * rect.width..<(row + 1) * rect.width] where cell.span > 0 {
                if cell.glyph == .blank {
                    blanks += 1
                    continue
                }
                if blanks > 0 { line += String(repeating: " ", count: blanks) }
                blanks = 0
                cell.glyph.forEachScalar { line.unicodeScalars.append($0) }
            }
            return line
        }
    }

    private func index(_ column: Int, _ row: Int) -> Int? {
        rect.contains(column: column, row: row)
            ? (row - rect.row) * rect.width + column - rect.column : nil
    }

    private mutating func put(_ glyph: Glyph, column: Int, row: Int, role: Role) {
        if let index = index(column, row) { cells[index] = Cell(glyph: glyph, role: role, span: 1) }
    }

    // MARK: Lines

    /// What lines do in a cell before one of them is shown.
    private struct Crossing {
        var horizontal = LineWeight.none
        var vertical = LineWeight.none

        /// The heavier of two crossing lines, else the upright one; the other passes beneath.
        var arms: LineArms {
            vertical >= horizontal
                ? LineArms(north: vertical, south: vertical) : LineArms(east: horizontal, west: horizontal)
        }
    }

    private mutating func drawLines(_ sheet: Sheet, isASCII: Bool) {
        var crossings = [Crossing](repeating: Crossing(), count: cells.count)
        for stroke in sheet.strokes {
            let area = Rect(
                column: stroke.column, row: stroke.row, width: stroke.isVertical ? 1 : stroke.length,
                height: stroke.isVertical ? stroke.length : 1
            ).intersection(rect)
            guard !area.isEmpty else { continue }
            let weight: LineWeight = stroke.isHeavy ? .heavy : .light
            let first = (area.row - rect.row) * rect.width + area.column - rect.column
            if stroke.isVertical {
                for step in 0..<area.height {
                    let index = first + step * rect.width
                    crossings[index].vertical = max(crossings[index].vertical, weight)
                }
            } else {
                for index in first..<first + area.width {
                    crossings[index].horizontal = max(crossings[index].horizontal, weight)
                }
            }
        }
        for (index, crossing) in crossings.enumerated() where max(crossing.horizontal, crossing.vertical) > .none {
            set(crossing.arms, at: index, isASCII: isASCII)
        }
        for joint in sheet.joints {
            guard let index = index(joint.column, joint.row) else { continue }
            // A stub that others share is as heavy as the heaviest of them.
            var arms = joint.arms
            let crossing = crossings[index]
            if arms.east > .none { arms.east = max(arms.east, crossing.horizontal) }
            if arms.west > .none { arms.west = max(arms.west, crossing.horizontal) }
            set(arms, at: index, isASCII: isASCII)
            // Curves tell lines from frames, and which way a line goes on that joins another one.
            if !isASCII, let curve = arms.curve { cells[index].glyph = curve }
        }
    }

    private mutating func set(_ arms: LineArms, at index: Int, isASCII: Bool) {
        let isHeavy = max(max(arms.north, arms.south), max(arms.east, arms.west)) == .heavy
        cells[index] = Cell(glyph: arms.glyph(isASCII: isASCII), role: isHeavy ? .accent : .border, span: 1)
    }

    // MARK: Boxes

    private mutating func draw(_ box: BoxDrawing.Box, direction: BoxOptions.Direction, isASCII: Bool) {
        let frameRole: Role = box.isSelected ? .focusBorder : box.isCritical ? .accent : .border
        if box.content.isFramed {
            drawFrame(box, direction: direction, role: frameRole, isASCII: isASCII)
        }
        let column = box.rect.column + (box.content.keepsRoom ? BoxContent.frameColumns : 0)
        var row = box.rect.row + (box.content.keepsRoom && !box.isGroup ? 1 : 0)
        for line in box.content.lines {
            write(line, column: column, row: row, isASCII: isASCII)
            row += 1
        }
    }

    private mutating func drawFrame(
        _ box: BoxDrawing.Box, direction: BoxOptions.Direction, role: Role, isASCII: Bool
    ) {
        let weight: LineWeight = box.isSelected || box.isCritical ? .heavy : .light
        let (left, top) = (box.rect.column, box.rect.row)
        let (right, bottom) = (box.rect.endColumn - 1, box.rect.endRow - 1)
        let flat = LineArms(east: weight, west: weight).glyph(isASCII: isASCII)
        let upright = LineArms(north: weight, south: weight).glyph(isASCII: isASCII)
        for column in max(left, rect.column)..<max(left, rect.column, min(right + 1, rect.endColumn)) {
            put(flat, column: column, row: top, role: role)
            put(flat, column: column, row: bottom, role: role)
        }
        for row in max(top, rect.row)..<max(top, rect.row, min(bottom + 1, rect.endRow)) {
            put(upright, column: left, row: row, role: role)
            put(upright, column: right, row: row, role: role)
        }
        let corners = [
            (left, top, LineArms(east: weight, south: weight)), (right, top, LineArms(south: weight, west: weight)),
            (left, bottom, LineArms(north: weight, east: weight)),
            (right, bottom, LineArms(north: weight, west: weight)),
        ]
        for (column, row, arms) in corners {
            put(arms.glyph(isASCII: isASCII), column: column, row: row, role: role)
        }
        if box.isGroup, let title = box.content.lines.first, !title.text.isEmpty {
            // Blanks between the frame and its title.
            put(.blank, column: left + 1, row: top, role: role)
            put(.blank, column: left + BoxContent.frameColumns + title.text.width, row: top, role: role)
        }
        guard box.outlet > .none else { return }
        switch direction {
        case .rightwards:
            let arms = LineArms(north: weight, east: box.outlet, south: weight)
            put(arms.glyph(isASCII: isASCII), column: right, row: top + box.port, role: role)
        case .downwards:
            let arms = LineArms(east: weight, south: box.outlet, west: weight)
            put(arms.glyph(isASCII: isASCII), column: left + box.port, row: bottom, role: role)
        }
    }

    private mutating func write(_ line: BoxGraph.Line, column: Int, row: Int, isASCII: Bool) {
        guard row >= rect.row, row < rect.endRow else { return }
        var column = column
        line.text.forEachGlyph { glyph, width in
            if isASCII {
                put(glyph.asciiForm, column: column, row: row, role: line.role)
                if width == 2 { put(.blank, column: column + 1, row: row, role: line.role) }
            } else if width == 1 {
                put(glyph, column: column, row: row, role: line.role)
            } else {
                putWide(glyph, column: column, row: row, role: line.role)
            }
            column += width
        }
    }

    /// A wide glyph of which only one half can be seen is left blank.
    private mutating func putWide(_ glyph: Glyph, column: Int, row: Int, role: Role) {
        guard let first = index(column, row), let second = index(column + 1, row) else {
            put(.blank, column: column, row: row, role: role)
            put(.blank, column: column + 1, row: row, role: role)
            return
        }
        cells[first] = Cell(glyph: glyph, role: role, span: 2)
        cells[second] = Cell(glyph: .blank, role: role, span: 0)
    }
}
