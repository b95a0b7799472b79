import GRDB
import OrderedCollections
package import SwitchyardCore

/// `sql.query`: SQL on an SQLite database of the workspace.
///
/// The output is `{rows, columns, row_count, truncated, changes, last_insert_id}`; rows are objects with their
/// columns in order, blobs are base64 text, infinite numbers `null`; a repeated column name gets `_2`. `truncated` says that there were more
/// rows than `max_rows` or than 16 MiB of text hold.
///
/// Several statements may be separated by `;` if there are no parameters; they run in one transaction, unless they
/// begin their own, and the rows are the last one's. `ATTACH` and `VACUUM INTO` are refused, because they open other
/// files. Foreign keys are enforced. A database that does not exist is made by SQL that writes; reading one fails.
package struct SQLQueryTool: Tool {
    package let name = "sql.query"
    package let summary = "Runs SQL on an SQLite database of the workspace."
    package let parameters = [
        ToolParameter(
            "database", .string, required: true, sink: .path,
            "The file, or `:memory:` for one that is empty and not kept."
        ),
        ToolParameter("sql", .string, required: true, sink: .sql, "The statement, with `?` or `:name` for values."),
        ToolParameter("parameters", .any, "The values: an array for `?`, an object for `:name`."),
        ToolParameter("max_rows", .integer, "How many rows are kept; 10000 unless given."),
    ]

    private static let memory = ":memory:"
    private let databases = SQLDatabases()

    package init() {}

    /// Pure if the text certainly only reads; then it also runs in a way in which it cannot write.
    package func effect(of arguments: Value) -> Effect {
        guard let sql = arguments["sql"].stringValue else { return .unsafe }
        return SQLText(sql).isReading || arguments["database"].stringValue == Self.memory ? .pure : .unsafe
    }

    package func run(_ invocation: ToolInvocation) async -> ToolResult {
        let sql = invocation.arguments["sql"].stringValue ?? ""
        let text = SQLText(sql)
        do {
            let run = try prepare(sql, text, invocation.arguments)
            let queue = try await open(invocation, isReading: text.isReading)
            let output =
                if text.isReading {
                    try await queue.read { try run.execute($0) }
                } else if text.managesTransactions {
                    try await queue.writeWithoutTransaction { db in
                        // What a failure or a missing COMMIT leaves open would belong to the next step.
                        defer { if db.isInsideTransaction { try? db.rollback() } }
                        let output = try run.execute(db)
                        guard !db.isInsideTransaction else {
                            throw StepFailure(.rejected, "the SQL leaves a transaction open; it was rolled back")
                        }
                        return output
                    }
                } else {
                    try await queue.write { try run.execute($0) }
                }
            return .succeeded(output)
        } catch {
            return SQLFailure.isInterruption(error) && Task.isCancelled
                ? .cancelled : .failed(SQLFailure.classify(error))
        }
    }

    private func prepare(_ sql: String, _ text: SQLText, _ arguments: Value) throws(StepFailure) -> SQLRun {
        // SQLite would read up to there and run the beginning.
        guard !sql.utf8.contains(0) else { throw StepFailure(.invalidInput, "the SQL contains a null byte") }
        guard !text.statements.isEmpty else { throw StepFailure(.invalidInput, "there is no SQL") }
        if let refusal = text.refusal { throw StepFailure(.permission, refusal) }
        let values = arguments["parameters"]
        guard values.isNull || values.arrayValue != nil || values.objectValue != nil else {
            throw StepFailure(.invalidInput, "`parameters` must be an array or an object, not \(values.typeName)")
        }
        guard values.isNull || text.statements.count == 1 else {
            throw StepFailure(.invalidInput, "only a single statement takes parameters")
        }
        // SQLite's text may hold one, but what reads it stops there.
        guard !(values.arrayValue ?? values.objectValue?.values.elements ?? []).contains(where: hasNullByte) else {
            throw StepFailure(.invalidInput, "a parameter contains a null byte")
        }
        return SQLRun(
            sql: sql, parameters: values.isNull ? nil : values,
            maxRows: max(0, arguments["max_rows"].intValue ?? 10_000))
    }

    private func hasNullByte(_ value: Value) -> Bool {
        value.stringValue?.utf8.contains(0) ?? false
    }

    private func open(_ invocation: ToolInvocation, isReading: Bool) async throws -> DatabaseQueue {
        let name = invocation.arguments["database"].stringValue ?? ""
        if name == Self.memory { return try SQLDatabases.temporary() }
        return try await Blocking.run { [databases] cancellation -> Result<DatabaseQueue, any Error> in
            Result {
                try cancellation.check()
                let path = try Workspace(invocation).resolve(name)
                if isReading, !FileStatus.of(path).isPresent {
                    throw StepFailure(
                        .notFound, "the database \(name) does not exist", details: ["path": .string(name)])
                }
                return try databases.queue(at: path)
            }
        }.get()
    }
}
