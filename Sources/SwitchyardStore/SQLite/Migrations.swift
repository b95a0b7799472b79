import GRDB

/// The schema, step by step. A step that was released is never changed: another one is added.
enum Migrations {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 events") { try $0.execute(sql: events) }
        migrator.registerMigration("2 payloads") { try $0.execute(sql: payloads) }
        migrator.registerMigration("3 epochs") { try $0.execute(sql: epochs) }
        migrator.registerMigration("4 kept results") { try $0.execute(sql: keptResults) }
        migrator.registerMigration("5 telemetry") { try $0.execute(sql: telemetry) }
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

    /// Large members of events' data, each once. They are in the transaction of the event that refers to them, so one
    /// that nothing refers to cannot come to be.
    private static let payloads = """
        CREATE TABLE payload (
            number INTEGER PRIMARY KEY,
            hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
            text TEXT NOT NULL CHECK (json_valid(text))
        ) STRICT;

        CREATE TABLE event_payload (
            run INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            member TEXT NOT NULL,
            payload INTEGER NOT NULL REFERENCES payload (number),
            PRIMARY KEY (run, seq, member),
            FOREIGN KEY (run, seq) REFERENCES event (run, seq)
        ) STRICT, WITHOUT ROWID;

        CREATE INDEX event_payload_payload ON event_payload (payload);

        CREATE TRIGGER payload_stays BEFORE UPDATE ON payload
        BEGIN SELECT RAISE(ABORT, 'payloads are never changed'); END;

        CREATE TRIGGER payload_remains BEFORE DELETE ON payload
        WHEN EXISTS (SELECT 1 FROM event_payload WHERE payload = OLD.number)
        BEGIN SELECT RAISE(ABORT, 'events refer to the payload'); END;

        CREATE TRIGGER event_payload_stays BEFORE UPDATE ON event_payload
        BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;

        CREATE TRIGGER event_payload_remains BEFORE DELETE ON event_payload
        BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
        """

    /// Where the results are that runs keep for later ones. In the transaction of the event that holds the result.
    private static let keptResults = """
        CREATE TABLE kept_result (
            key TEXT NOT NULL CHECK (length(key) > 0),
            run INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            PRIMARY KEY (key, run, seq),
            FOREIGN KEY (run, seq) REFERENCES event (run, seq)
        ) STRICT, WITHOUT ROWID;

        CREATE TRIGGER kept_result_stays BEFORE UPDATE ON kept_result
        BEGIN SELECT RAISE(ABORT, 'kept results are never changed'); END;
        """

    /// What was asked of models, and what runs came to: made of events, and no part of the record. Runs are named by
    /// their ids, for a record may come before the run's first event is committed, or from another store.
    private static let telemetry = """
        CREATE TABLE model_call (
            run TEXT NOT NULL CHECK (length(run) > 0),
            seq INTEGER NOT NULL CHECK (seq >= 1),
            pipeline TEXT NOT NULL,
            step TEXT NOT NULL,
            time INTEGER NOT NULL,
            task TEXT,
            strategy TEXT,
            source TEXT,
            tier TEXT,
            provider TEXT NOT NULL CHECK (length(provider) > 0),
            model TEXT NOT NULL CHECK (length(model) > 0),
            outcome TEXT NOT NULL CHECK (length(outcome) > 0),
            turn INTEGER NOT NULL,
            attempt INTEGER NOT NULL CHECK (attempt >= 1),
            uncached_input INTEGER,
            cache_read INTEGER,
            cache_write INTEGER,
            cache_write_long INTEGER,
            output INTEGER,
            reasoning INTEGER,
            cost INTEGER,
            is_estimate INTEGER NOT NULL CHECK (is_estimate IN (0, 1)),
            premium_cost INTEGER,
            latency INTEGER NOT NULL CHECK (latency >= 0),
            first_token INTEGER,
            is_repaired INTEGER NOT NULL CHECK (is_repaired IN (0, 1)),
            is_simulated INTEGER NOT NULL CHECK (is_simulated IN (0, 1)),
            verdict TEXT,
            quality REAL,
            rating INTEGER CHECK (rating IN (0, 1)),
            PRIMARY KEY (run, seq)
        ) STRICT, WITHOUT ROWID;

        CREATE INDEX model_call_time ON model_call (time);

        CREATE TABLE run_telemetry (
            run TEXT NOT NULL PRIMARY KEY CHECK (length(run) > 0),
            pipeline TEXT NOT NULL,
            status TEXT NOT NULL,
            time INTEGER NOT NULL,
            duration INTEGER CHECK (duration >= 0),
            cost INTEGER NOT NULL,
            unpriced_calls INTEGER NOT NULL CHECK (unpriced_calls >= 0),
            premium_cost INTEGER,
            input_tokens INTEGER NOT NULL,
            output_tokens INTEGER NOT NULL,
            calls INTEGER NOT NULL CHECK (calls >= 0),
            failed_calls INTEGER NOT NULL CHECK (failed_calls BETWEEN 0 AND calls),
            fallbacks INTEGER NOT NULL CHECK (fallbacks >= 0),
            taken_results INTEGER NOT NULL CHECK (taken_results >= 0),
            is_simulated INTEGER NOT NULL CHECK (is_simulated IN (0, 1))
        ) STRICT, WITHOUT ROWID;

        CREATE INDEX run_telemetry_time ON run_telemetry (time);
        """

    /// The number of each run's newest lease. By the run's id, because a run is leased before its first event.
    private static let epochs = """
        CREATE TABLE run_epoch (
            run TEXT NOT NULL PRIMARY KEY CHECK (length(run) > 0),
            epoch INTEGER NOT NULL CHECK (epoch >= 1)
        ) STRICT, WITHOUT ROWID;

        CREATE TRIGGER epoch_grows BEFORE UPDATE ON run_epoch
        WHEN NEW.run <> OLD.run OR NEW.epoch <= OLD.epoch
        BEGIN SELECT RAISE(ABORT, 'epochs only grow'); END;

        CREATE TRIGGER epoch_remains BEFORE DELETE ON run_epoch
        BEGIN SELECT RAISE(ABORT, 'epochs only grow'); END;
        """
}
