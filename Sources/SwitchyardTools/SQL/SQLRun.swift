import FoundationEssentials
import GRDB
import OrderedCollections
import SwitchyardCore

/// Runs SQL inside a database access.
struct SQLRun: Sendable {
    var sql: String
    /// Values for one statement's placeholders; nil where none were given.
    var parameters: Value?
    var maxRows: Int

    /// How many bytes of text and blobs a result may hold.
    private static let byteLimit = 16 << 20

    /// Runs every statement; the rows are those of the last statement that has columns.
    func execute(_ db: Database) throws -> ToolOutput {
        let changesBefore = db.totalChangesCount
        var columns: [String] = []
        var rows: [Value] = []
        var isTruncated = false
        let statements = try db.allStatements(sql: sql, arguments: parameters.map(Self.arguments))
        while let statement = try statements.next() {
            // Once more, now that SQLite itself has said where the statement begins.
            let text = SQLText(statement.sql)
            if let refusal = text.refusal { throw StepFailure(.permission, refusal) }
            guard statement.columnCount > 0 else {
                if text.isVacuum {
                    try SQLAttachments.allowingOne(db) { try statement.execute() }
                } else {
                    try statement.execute()
                }
                continue
            }
            columns = Self.distinct(statement.columnNames)
            (rows, isTruncated) = try fetch(statement, columns)
        }
        let changes = db.totalChangesCount - changesBefore
        return ToolOutput(
            [
                "rows": .array(rows), "columns": Value(columns), "row_count": .int(rows.count),
                "truncated": .bool(isTruncated), "changes": .int(changes),
                "last_insert_id": changes > 0 && db.lastInsertedRowID != 0 ? .int(Int(db.lastInsertedRowID)) : .null,
            ],
            summary: columns.isEmpty
                ? Text.count(changes, "change")
                : Text.count(rows.count, "row") + (isTruncated ? " (more were left out)" : ""))
    }

    private func fetch(_ statement: Statement, _ columns: [String]) throws -> (rows: [Value], isTruncated: Bool) {
        var rows: [Value] = []
        var bytes = 0
        let cursor = try Row.fetchCursor(statement)
        while let row = try cursor.next() {
            guard rows.count < maxRows, bytes < Self.byteLimit else {
                // A statement that writes (`… RETURNING`) has to run to its end all the same.
                if !statement.isReadonly { while try cursor.next() != nil {} }
                return (rows, true)
            }
            var object = OrderedDictionary<String, Value>(minimumCapacity: columns.count)
            for (index, column) in columns.enumerated() {
                let value = Self.value(of: row[index] as DatabaseValue)
                bytes += value.stringValue?.utf8.count ?? 8
                object[column] = value
            }
            rows.append(.object(object))
        }
        return (rows, false)
    }

    /// `names` with `_2`, `_3`, … at those that stand there already: a row is an object.
    private static func distinct(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.map { name in
            var unique = name
            var number = 1
            while !seen.insert(unique).inserted {
                number += 1
                unique = "\(name)_\(number)"
            }
            return unique
        }
    }

    /// Blobs become base64, infinite numbers `null`: JSON has none, and a step that runs must see what a replay sees.
    private static func value(of value: DatabaseValue) -> Value {
        switch value.storage {
        case .null: .null
        case .int64(let int): .int(Int(int))
        case .double(let double): double.isFinite ? .double(double) : .null
        case .string(let string): .string(string)
        case .blob(let data): .string(data.base64EncodedString())
        }
    }

    /// Arrays bind `?`, objects `:name`. Nested arrays and objects are bound as JSON text, true and false as 1 and 0.
    private static func arguments(_ parameters: Value) -> StatementArguments {
        if let object = parameters.objectValue {
            let named = object.map { (String($0.key.drop { ":@$".contains($0) }), databaseValue(of: $0.value)) }
            return StatementArguments(Dictionary(named, uniquingKeysWith: { _, last in last }))
        }
        return StatementArguments((parameters.arrayValue ?? []).map(databaseValue))
    }

    private static func databaseValue(of value: Value) -> DatabaseValue {
        switch value {
        case .null: .null
        case .bool(let bool): (bool ? 1 : 0).databaseValue
        case .int(let int): int.databaseValue
        case .double(let double): double.databaseValue
        case .string(let string): string.databaseValue
        case .array, .object: JSON.text(of: value).databaseValue
        }
    }
}
