import GRDB

/// The schema, step by step. A step that was released is never changed: another one is added.
enum Migrations {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 events") { try $0.execute(sql: events) }
        return migrator
    }

    /// True of the events that are about the run as a whole. A range, because SQLite builds a table for every list of
    /// types, which made an insertion half as slow again.
    static let isAboutRun = "type >= 'run.' AND type < 'run/'"

    /// True of the failures that no retry followed.
    static let isFinalFailure = "type = 'step.failed' AND json_extract(data, '$.will_retry') IS NOT 1"

    /// The partial indexes hold just what a list of runs shows, so that listing reads no events but the plan, the last
    /// change of status and the failures. Their conditions must be spelled as in ``RunQueries``, or SQLite does not
    /// use them; `type`, which these settle, is in two of them because SQLite would look it up in the table.
    private static let events = """
        CREATE TABLE run (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE CHECK (length(id) > 0),
            pipeline TEXT NOT NULL,
            created_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE event (
            run INTEGER NOT NULL REFERENCES run (number),
            seq INTEGER NOT NULL CHECK (seq >= 1),
            v INTEGER NOT NULL CHECK (v >= 1),
            time INTEGER NOT NULL,
            type TEXT NOT NULL CHECK (length(type) > 0),
            step TEXT,
            attempt INTEGER CHECK (attempt >= 1),
            cause INTEGER CHECK (cause >= 1),
            actor TEXT,
            ignorable INTEGER NOT NULL CHECK (ignorable IN (0, 1)),
            data TEXT NOT NULL CHECK (json_valid(data)),
            PRIMARY KEY (run, seq)
        ) STRICT, WITHOUT ROWID;

        CREATE INDEX event_status ON event (run, seq, type) WHERE \(isAboutRun);
        CREATE INDEX event_plan ON event (run, seq) WHERE type = 'plan.compiled';
        CREATE INDEX event_success ON event (run, type) WHERE type = 'step.succeeded';
        CREATE INDEX event_failure ON event (run) WHERE \(isFinalFailure);

        CREATE TRIGGER event_follows BEFORE INSERT ON event
        WHEN NEW.seq <> 1 + (SELECT coalesce(max(seq), 0) FROM event WHERE run = NEW.run)
        BEGIN SELECT RAISE(ABORT, 'events follow one another without gaps'); END;

        CREATE TRIGGER event_stays BEFORE UPDATE ON event
        BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;

        CREATE TRIGGER event_remains BEFORE DELETE ON event
        BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;

        CREATE TRIGGER run_stays BEFORE UPDATE ON run
        BEGIN SELECT RAISE(ABORT, 'runs are append-only'); END;

        CREATE TRIGGER run_remains BEFORE DELETE ON run
        BEGIN SELECT RAISE(ABORT, 'runs are append-only'); END;
        """
}
