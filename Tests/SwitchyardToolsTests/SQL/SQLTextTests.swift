import Testing

@testable import SwitchyardTools

@Suite struct SQLTextTests {
    @Test(
        arguments: [
            ("SELECT 1", true), ("  -- x\n select 1;", true), ("/* a; b */ VALUES (1)", true), ("", true),
            ("SELECT 1; DELETE FROM a", false), ("WITH a AS (SELECT 1) SELECT * FROM a", true),
            ("WITH a AS (SELECT 1) DELETE FROM b", false), ("SELECT ';DELETE FROM a'", true),
            ("SELECT 'a''; DELETE FROM a --'", true), ("SELECT \"a\"\"b;\" FROM [a;b]", true),
            ("EXPLAIN QUERY PLAN SELECT 1", true), ("PRAGMA table_info(a)", true), ("PRAGMA main.table_info(a)", true),
            ("PRAGMA user_version = 5", false), ("PRAGMA user_version(5)", false), ("PRAGMA journal_mode = WAL", false),
            ("INSERT INTO a VALUES (1)", false), ("CREATE TABLE a (b)", false), ("(SELECT 1)", true),
            ("nonsense", false), ("\u{FEFF}SELECT 1", true), ("SELECT $a('); DELETE FROM b; --'", false),
            ("SELECT :a, @b, $c::d(e), a::text FROM b", true),
            ("/* unfinished", true), ("SELECT 'unfinished", true), ("BEGIN", false),
        ] as [(String, Bool)])
    func tellsReadingFromWriting(sql: String, isReading: Bool) {
        #expect(SQLText(sql).isReading == isReading)
    }

    @Test(
        arguments: [
            ("", 0), (";;", 0), ("SELECT 1", 1), ("SELECT 1;", 1), ("SELECT ';'; SELECT 2", 2),
            ("-- a\n; /* b; */ ;", 0),
        ] as [(String, Int)])
    func countsStatements(sql: String, count: Int) {
        #expect(SQLText(sql).statements.count == count)
    }

    @Test(
        arguments: [
            "ATTACH 'x' AS y", "/**/ attach DATABASE 'x' AS y", "SELECT 1; VACUUM main INTO 'x'",
            "BEGIN; COMMIT; \u{FEFF}ATTACH DATABASE 'x' AS y", "VACUUM \u{FEFF}INTO 'x'",
            "SELECT $a('); ATTACH 'x' AS y; --'", "SELECT @a::b('); ATTACH 'x' AS y; --'",
        ])
    func refuses(sql: String) {
        #expect(SQLText(sql).refusal != nil)
    }
}
