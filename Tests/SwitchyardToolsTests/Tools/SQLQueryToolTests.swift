import GRDB
import SwitchyardCore
import Testing

@testable import SwitchyardTools

@Suite struct SQLQueryToolTests {
    let folder: TemporaryFolder
    let tool = SQLQueryTool()

    init() throws {
        folder = try TemporaryFolder()
    }

    func run(_ sql: String, _ parameters: Value = .null, database: String = "a.db", maxRows: Int? = nil) async
        -> ToolResult
    {
        await tool.call(
            [
                "database": .string(database), "sql": .string(sql), "parameters": parameters,
                "max_rows": Value(maxRows),
            ], in: folder)
    }

    @Test func writesAndReads() async throws {
        let made = await run("CREATE TABLE t (id INTEGER PRIMARY KEY, b, c); INSERT INTO t (b) VALUES ('x'), ('y')")
        #expect(made.value?["changes"] == 2)
        #expect(made.value?["last_insert_id"] == 2)
        #expect(made.output?.summary == "2 changes")
        let read = await run("SELECT id, b, c FROM t ORDER BY id")
        #expect(
            read.value == [
                "rows": [["id": 1, "b": "x", "c": .null], ["id": 2, "b": "y", "c": .null]],
                "columns": ["id", "b", "c"],
                "row_count": 2, "truncated": false, "changes": 0, "last_insert_id": .null,
            ])
        #expect(read.output?.summary == "2 rows")
        let returned = await run("INSERT INTO t (b) VALUES ('z') RETURNING id, b")
        #expect(returned.value?["rows"] == [["id": 3, "b": "z"]])
        #expect(returned.value?["changes"] == 1)
    }

    @Test func bindsHostileValues() async throws {
        _ = await run("CREATE TABLE t (a)")
        let hostile = "'); DROP TABLE t; --\u{1B}é"
        #expect(await run("INSERT INTO t VALUES (?)", [.string(hostile)]).value?["changes"] == 1)
        #expect(
            await run("SELECT a FROM t WHERE a = :x", ["x": .string(hostile)]).value?["rows"] == [
                ["a": .string(hostile)]
            ])
        #expect(await run("SELECT count(*) AS n FROM t").value?["rows"] == [["n": 1]])
    }

    @Test func bindsEveryKindOfValue() async throws {
        let result = await run(
            "SELECT ? AS a, ? AS b, ? AS c, ? AS d, ? AS e, typeof(?) AS f", [.null, 1, 1.5, true, ["x": [1]], 1],
            database: ":memory:")
        #expect(
            result.value?["rows"] == [["a": .null, "b": 1, "c": 1.5, "d": 1, "e": "{\"x\":[1]}", "f": "integer"]])
        #expect(await run("SELECT :a AS a", [":a": 1], database: ":memory:").value?["rows"] == [["a": 1]])
        let odd = await run("SELECT x'00ff' AS a, 1 AS a, 2 AS a", database: ":memory:")
        #expect(odd.value?["columns"] == ["a", "a_2", "a_3"])
        #expect(odd.value?["rows"] == [["a": "AP8=", "a_2": 1, "a_3": 2]])
    }

    @Test func wrongParameters() async throws {
        for (sql, parameters) in [
            ("SELECT ?", Value.null), ("SELECT ?", [1, 2]), ("SELECT :a", ["b": 1]), ("SELECT 1; SELECT ?", [1]),
            ("SELECT 1", "x"), ("", .null), ("-- nothing", .null), ("SELECT 1\0; DROP", .null), ("SELECT ?", ["a\0b"]),
            ("SELECT :a", ["a": "\0"]),
        ] as [(String, Value)] {
            let failure = await run(sql, parameters, database: ":memory:").failure
            #expect(failure?.kind == .invalidInput, "\(sql): \(String(describing: failure))")
        }
    }

    @Test func failures() async throws {
        _ = await run("CREATE TABLE t (a UNIQUE); INSERT INTO t VALUES (1)")
        let wrong = await run("SELECT nosuch FROM t").failure
        #expect(wrong?.kind == .rejected)
        #expect(wrong?.message == "SQLite: no such column: nosuch")
        #expect(await run("INSERT INTO t VALUES (1)").failure?.kind == .rejected)
        try folder.write("no.db", "this is not a database, however long it is")
        #expect(await run("SELECT * FROM t", database: "no.db").failure?.kind == .io)
        let missing = await run("SELECT 1", database: "nosuch.db").failure
        #expect(missing?.kind == .notFound)
        #expect(folder.read("nosuch.db") == nil)
    }

    @Test func aFailureUndoesEverything() async throws {
        _ = await run("CREATE TABLE t (a)")
        #expect(await run("INSERT INTO t VALUES (1); INSERT INTO nosuch VALUES (1)").failure != nil)
        #expect(await run("BEGIN; INSERT INTO t VALUES (2)").failure?.kind == .rejected)
        #expect(await run("SELECT * FROM t").value?["row_count"] == 0)
        #expect(await run("BEGIN; INSERT INTO t VALUES (3); COMMIT").failure == nil)
        #expect(await run("SELECT * FROM t").value?["row_count"] == 1)
        #expect(await run("VACUUM").failure == nil)
    }

    @Test(arguments: ["../a.db", "/tmp/a.db"])
    func isConfined(database: String) async throws {
        #expect(await run("SELECT 1", database: database).failure?.kind == .permission)
    }

    @Test(arguments: ["ATTACH '/etc/passwd' AS x", "VACUUM INTO '/tmp/x'", "SELECT 1; ATTACH ':memory:' AS y"])
    func opensNoOtherFile(sql: String) async throws {
        #expect(await run(sql, database: ":memory:").failure?.kind == .permission)
    }

    @Test(
        arguments: [
            "BEGIN; COMMIT; \u{FEFF}ATTACH DATABASE '%' AS y; CREATE TABLE y.t (a)",
            "SELECT $a('); ATTACH DATABASE '%' AS y; --'", "VACUUM \u{FEFF}INTO '%'",
        ])
    func opensNoHiddenFile(sql: String) async throws {
        let outside = try TemporaryFolder()
        let hostile = sql.replacing("%", with: outside.path + "/x")
        #expect(await run(hostile).failure?.kind == .permission)
        #expect(await run(hostile, ["a(')": 1]).failure != nil)
        #expect(try outside.names() == [])
    }

    @Test func connectionsCannotAttach() async throws {
        let outside = try TemporaryFolder()
        let queue = try SQLDatabases().queue(at: folder.path + "/a.db")
        let error = await #expect(throws: DatabaseError.self) {
            try await queue.writeWithoutTransaction { db in
                try db.execute(sql: "ATTACH ? AS x", arguments: [outside.path + "/x"])
            }
        }
        #expect(error?.message?.contains("too many attached databases") == true)
        #expect(try outside.names() == [])
        #expect(await run("CREATE TABLE t (a); INSERT INTO t VALUES (1)").failure == nil)
        #expect(await run("VACUUM; SELECT 1").failure == nil)
        #expect(await run("\u{FEFF}VACUUM").failure == nil)
    }

    @Test func infiniteNumbersAreNull() async throws {
        let sql = "SELECT 9e999 AS a, -9e999 AS b, 1.5 AS c"
        let output = try #require(await run(sql, database: ":memory:").value)
        #expect(output["rows"] == [["a": .null, "b": .null, "c": 1.5]])
        #expect(try JSON.parse(JSON.text(of: output)) == output)
    }

    @Test func rowsAreLimited() async throws {
        _ = await run("CREATE TABLE t (a)")
        let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
        let cut = await run(sql, maxRows: 3)
        #expect(cut.value?["rows"] == [["i": 1], ["i": 2], ["i": 3]])
        #expect(cut.value?["truncated"] == true)
        #expect(cut.output?.summary == "3 rows (more were left out)")
        _ = await run("INSERT INTO t VALUES (1), (2), (3) RETURNING a", maxRows: 1)
        #expect(await run("SELECT * FROM t").value?["row_count"] == 3)
    }

    @Test func aReplacedFileIsOpenedAgain() async throws {
        _ = await run("CREATE TABLE t (a); INSERT INTO t VALUES ('old')")
        _ = await run("CREATE TABLE t (a); INSERT INTO t VALUES ('new')", database: "b.db")
        _ = await ProcessTool().call(["argv": ["mv", "b.db", "a.db"]], in: folder)
        #expect(await run("SELECT a FROM t").value?["rows"] == [["a": "new"]])
    }

    @Test func manyStepsAtOnce() async throws {
        _ = await run("CREATE TABLE t (a)")
        await withTaskGroup(of: Bool.self) { group in
            for number in 0..<50 {
                group.addTask { await run("INSERT INTO t VALUES (?)", [.int(number)]).value != nil }
            }
            for await succeeded in group { #expect(succeeded) }
        }
        #expect(await run("SELECT count(DISTINCT a) AS n FROM t").value?["rows"] == [["n": 50]])
    }

    @Test func cancellationInterrupts() async throws {
        // The query writes a row before it goes on for ever: another connection cannot see it, but a second
        // statement that waits for the first one shows that it has begun.
        _ = await run("CREATE TABLE t (a)")
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
        let task = Task { await run(endless) }
        task.cancel()
        #expect(await task.value == .cancelled)
        let started = Task { await run("INSERT INTO t SELECT max(i) FROM (\(endless.replacing("max(i)", with: "i")))") }
        try await untilLocked(folder.path + "/a.db")
        started.cancel()
        #expect(await started.value == .cancelled)
        #expect(await run("SELECT * FROM t").value?["row_count"] == 0)
    }

    /// Waits until somebody else writes the database at `path`.
    private func untilLocked(_ path: String) async throws {
        var configuration = Configuration()
        configuration.busyMode = .immediateError
        let other = try DatabaseQueue(path: path, configuration: configuration)
        while true {
            do {
                try await other.writeWithoutTransaction { db in
                    try db.execute(sql: "BEGIN IMMEDIATE; ROLLBACK")
                }
            } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
                return
            }
            await Task.yield()
        }
    }
}
