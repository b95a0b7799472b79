/// A here-document whose body is still to come.
struct ShellHereDocument {
    var delimiter: String
    var stripsTabs: Bool
    /// Whether any part of the delimiter is quoted: then nothing is expanded in the body.
    var isQuoted: Bool
    /// How many frames were open where it was announced.
    var depth: Int
    /// The scalar behind `<<`.
    var start: Int
}

extension ShellLexer {
    /// Reads the delimiter behind a `<<`.
    mutating func readDelimiter() throws(ExpressionError) {
        var document = ShellHereDocument(
            delimiter: "", stripsTabs: has("-"), isQuoted: false, depth: frames.count, start: position)
        if document.stripsTabs { position += 1 }
        while has(" ") || has("\t") { position += 1 }
        var delimiter = String.UnicodeScalarView()
        var quote: Unicode.Scalar?
        while position < text.scalars.count {
            let scalar = text.scalars[position]
            if try scanner.hole(at: position) != nil { throw hereDocumentError(at: position) }
            if let open = quote {
                if scalar == open {
                    quote = nil
                } else {
                    if open == "\"", "\\$`".unicodeScalars.contains(scalar) { doubtDelimiter() }
                    delimiter.append(scalar)
                }
            } else if scalar == "'" || scalar == "\"" {
                quote = scalar
                document.isQuoted = true
            } else if scalar == "\\" {
                position += 1
                document.isQuoted = true
                if has("\n") { doubtDelimiter() }
                if position < text.scalars.count { delimiter.append(text.scalars[position]) }
            } else if scalar == " " || scalar == "\t" || scalar == "\n" || ";&|<>()".unicodeScalars.contains(scalar) {
                break
            } else {
                if scalar == "$" || scalar == "`" { doubtDelimiter() }
                delimiter.append(scalar)
            }
            position += 1
        }
        document.delimiter = String(delimiter)
        commands[commands.count - 1].dropTarget()
        hereDocuments.append(document)
    }

    private mutating func doubtDelimiter() {
        doubt(
            "shells differ in where a here-document with this delimiter ends",
            hint: "use a plain word, such as `'END'`",
            at: position)
    }

    private func hereDocumentError(at index: Int) -> ExpressionError {
        ExpressionError(
            "a hole inside a here-document cannot be quoted",
            hint: "pass it through `env:`, or assign it to a variable first, `value={{ … }}`, and write `$value`",
            offset: text.character(at: index))
    }

    /// Notes the here-documents whose body did not come before the substitution around them was closed, by the scalar
    /// at `index`.
    mutating func checkHereDocuments(closedAt index: Int) {
        guard hereDocuments.contains(where: { $0.depth > frames.count }) else { return }
        doubt(
            "shells differ in where the here-document of a substitution begins that is closed on the same line",
            hint: "close it behind the here-document", at: index)
    }

    /// Notes the here-documents whose line a quoted line end, at the scalar `index`, breaks in two.
    mutating func checkHereDocuments(brokenAt index: Int) {
        guard !hereDocuments.isEmpty else { return }
        if case .commands = frames[frames.count - 1].frame { return }
        doubt(
            "shells differ in where a here-document begins whose line has a line end in quotes",
            hint: "put that text into a variable first", at: index)
    }

    /// Reads the bodies of the here-documents of the line that just ended.
    mutating func readHereDocuments() throws(ExpressionError) {
        let documents = hereDocuments
        hereDocuments = []
        for document in documents {
            if document.depth != frames.count {
                doubt(
                    "shells differ in where this here-document begins",
                    hint: "put what spans lines before it into a variable", at: document.start)
            }
            try readBody(of: document)
        }
    }

    private mutating func readBody(of document: ShellHereDocument) throws(ExpressionError) {
        let start = position
        // A backslash at the end of a line joins the next one to it, which is then no delimiter.
        var isJoined = false
        while position < text.scalars.count {
            let end = text.scalars[position...].firstIndex(of: "\n") ?? text.scalars.count
            var line = position..<end
            if document.stripsTabs { line = (line.first { text.scalars[$0] != "\t" } ?? end)..<end }
            if !isJoined, text.text(line) == document.delimiter {
                checkBody(start..<position, of: document)
                position = min(end + 1, text.scalars.count)
                return
            }
            let backslashes = text.scalars[position..<end].reversed().prefix { $0 == "\\" }.count
            isJoined = !document.isQuoted && backslashes % 2 == 1
            if isJoined, document.delimiter.hasPrefix(text.text(line).dropLast()) {
                doubt(
                    "shells differ in whether lines that a backslash joins can end a here-document",
                    hint: "quote its delimiter", at: position)
            }
            try skipLine(end)
        }
    }

    /// Goes to the line behind the one that ends at `end`.
    private mutating func skipLine(_ end: Int) throws(ExpressionError) {
        while position < end {
            guard let hole = try scanner.hole(at: position) else {
                position += 1
                continue
            }
            let expression = try Expression(hole: hole, of: text, allowsRaw: allowsRaw)
            guard Self.literalBraces(expression) != nil || expression.isRaw else {
                throw hereDocumentError(at: position)
            }
            try take(hole)
        }
        position = min(position + 1, text.scalars.count)
    }

    /// Some shells end a here-document at the first line that is its delimiter, others not inside of a substitution.
    private mutating func checkBody(_ range: Range<Int>, of document: ShellHereDocument) {
        guard !document.isQuoted, range.contains(where: { "$`".unicodeScalars.contains(text.scalars[$0]) }) else {
            return
        }
        var body = ShellLexer(
            SourceText(text.text(range)), allowsRaw: allowsRaw, isBash: isBash, in: .hereDocument)
        if (try? body.scan()) != true {
            doubt(
                "shells differ in where this here-document ends, because something in it is not closed",
                hint: "quote its delimiter", at: range.lowerBound)
        }
    }
}
