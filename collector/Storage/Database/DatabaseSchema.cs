namespace NodeTelemetry.Collector.Storage.Database;

/// <summary>
/// The tables, as the steps from one schema version to the next. SCHEMA.md explains them; a test compares the two.
/// </summary>
internal static class DatabaseSchema
{
    /// <summary>
    /// The <c>PRAGMA application_id</c> of the collector's files: another program's database is never changed.
    /// </summary>
    public const int ApplicationId = 0x4E54_4C4D;

    /// <summary>
    /// Gets the steps. The first creates version 1 in an empty file.
    /// A released step is never edited: a change is a new step.
    /// </summary>
    public static IReadOnlyList<string> Steps { get; } =
    [
        """
        CREATE TABLE outbox (
            id        INTEGER PRIMARY KEY AUTOINCREMENT,
            created   INTEGER NOT NULL,
            documents INTEGER NOT NULL,
            bytes     INTEGER NOT NULL,
            encoding  INTEGER NOT NULL,
            body      BLOB    NOT NULL
        );
        CREATE TABLE outbox_total (
            id        INTEGER PRIMARY KEY CHECK (id = 1),
            documents INTEGER NOT NULL,
            bytes     INTEGER NOT NULL
        );
        INSERT INTO outbox_total (id, documents, bytes) VALUES (1, 0, 0);
        CREATE TRIGGER outbox_inserted AFTER INSERT ON outbox BEGIN
            UPDATE outbox_total SET documents = documents + new.documents, bytes = bytes + new.bytes;
        END;
        CREATE TRIGGER outbox_deleted AFTER DELETE ON outbox BEGIN
            UPDATE outbox_total SET documents = documents - old.documents, bytes = bytes - old.bytes;
        END;
        CREATE TRIGGER outbox_updated AFTER UPDATE ON outbox BEGIN
            UPDATE outbox_total SET documents = documents - old.documents + new.documents,
                bytes = bytes - old.bytes + new.bytes;
        END;

        CREATE TABLE dead_letters (
            id           INTEGER PRIMARY KEY AUTOINCREMENT,
            created      INTEGER NOT NULL,
            action       TEXT    NOT NULL UNIQUE,
            status       INTEGER NOT NULL,
            error_type   TEXT    NOT NULL,
            error_reason TEXT    NOT NULL,
            attempts     INTEGER NOT NULL,
            document     BLOB    NOT NULL
        );

        CREATE TABLE history_node (
            id   INTEGER PRIMARY KEY,
            name TEXT    NOT NULL UNIQUE,
            last INTEGER NOT NULL
        );
        CREATE TABLE history_reading (
            id   INTEGER PRIMARY KEY,
            name TEXT    NOT NULL UNIQUE
        );
        CREATE TABLE history_tier (
            step         INTEGER PRIMARY KEY,
            rolled_up_to INTEGER NOT NULL
        );
        CREATE TABLE history (
            step    INTEGER NOT NULL,
            time    INTEGER NOT NULL,
            node    INTEGER NOT NULL,
            reading INTEGER NOT NULL,
            low     REAL    NOT NULL,
            mean    REAL    NOT NULL,
            high    REAL    NOT NULL,
            samples INTEGER NOT NULL,
            PRIMARY KEY (step, time, node, reading)
        ) WITHOUT ROWID;

        CREATE TABLE node (
            id         INTEGER PRIMARY KEY,
            name       TEXT    NOT NULL UNIQUE,
            hostname   TEXT    NOT NULL,
            address    TEXT,
            first_seen INTEGER NOT NULL,
            health     TEXT    NOT NULL,
            interval   INTEGER NOT NULL,
            about      TEXT,
            labels     TEXT
        );
        CREATE TABLE node_progress (
            node      INTEGER PRIMARY KEY,
            last_seen INTEGER NOT NULL,
            boot      INTEGER,
            run       INTEGER,
            sequence  INTEGER
        );
        """,
        "ALTER TABLE node_progress ADD COLUMN earlier_runs TEXT;",
        """
        CREATE TABLE event (
            id       INTEGER PRIMARY KEY,
            time     INTEGER NOT NULL,
            kind     TEXT    NOT NULL,
            node     TEXT,
            hostname TEXT,
            text     TEXT    NOT NULL,
            details  TEXT    NOT NULL
        );
        CREATE INDEX event_node ON event (node, id);
        """,
        "ALTER TABLE node_progress ADD COLUMN gaps TEXT;",
        """
        CREATE TABLE alert (
            id        TEXT    PRIMARY KEY,
            rule      TEXT    NOT NULL,
            severity  TEXT    NOT NULL,
            node      TEXT,
            hostname  TEXT,
            entry     TEXT,
            labels    TEXT    NOT NULL,
            state     TEXT    NOT NULL,
            since     INTEGER NOT NULL,
            held      INTEGER NOT NULL,
            fired     INTEGER,
            resolved  INTEGER,
            value     REAL,
            summary   TEXT    NOT NULL,
            ending    TEXT,
            tells_end INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE alert_told (
            channel TEXT    NOT NULL,
            alert   TEXT    NOT NULL,
            state   TEXT    NOT NULL,
            time    INTEGER NOT NULL,
            PRIMARY KEY (channel, alert)
        ) WITHOUT ROWID;
        CREATE TABLE silence (
            id       TEXT    PRIMARY KEY,
            matchers TEXT    NOT NULL,
            created  INTEGER NOT NULL,
            until    INTEGER NOT NULL,
            author   TEXT    NOT NULL,
            comment  TEXT    NOT NULL
        ) WITHOUT ROWID;
        """,
        """
        CREATE TABLE given_up (
            index_name TEXT    PRIMARY KEY,
            until      INTEGER NOT NULL
        ) WITHOUT ROWID;
        """,
        "ALTER TABLE outbox ADD COLUMN checksum INTEGER;",
        """
        ALTER TABLE node ADD COLUMN port INTEGER;
        ALTER TABLE node ADD COLUMN key TEXT;
        ALTER TABLE node ADD COLUMN bye TEXT;
        ALTER TABLE node ADD COLUMN boots TEXT;
        ALTER TABLE node ADD COLUMN cut_off INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE node ADD COLUMN multicast_lost INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE node ADD COLUMN answers_probes INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE node_progress ADD COLUMN uptime INTEGER;
        ALTER TABLE node_progress ADD COLUMN sent INTEGER;
        """,
        """
        ALTER TABLE history_reading ADD COLUMN last INTEGER NOT NULL DEFAULT 0;
        UPDATE history_reading SET last = CAST(strftime('%s', 'now') AS INTEGER);
        """,
        """
        ALTER TABLE outbox ADD COLUMN routes TEXT;
        ALTER TABLE given_up RENAME TO discarded_index;
        """,
        """
        ALTER TABLE alert_told RENAME TO alert_notification;
        ALTER TABLE alert RENAME COLUMN tells_end TO send_resolved;
        ALTER TABLE node RENAME COLUMN cut_off TO isolated;
        """,
        """
        CREATE TABLE progress (
            node         INTEGER PRIMARY KEY,
            last_seen    INTEGER NOT NULL,
            boot         INTEGER,
            run          INTEGER,
            sequence     INTEGER,
            earlier_runs TEXT,
            gaps         TEXT,
            uptime       INTEGER,
            sent         INTEGER,
            boots        TEXT
        );
        INSERT INTO progress
            SELECT node, last_seen, boot, run, sequence,
                (SELECT '[' || group_concat(value || ',0') || ']' FROM json_each(earlier_runs)), gaps, uptime, sent,
                (SELECT boots FROM node WHERE id = node_progress.node)
            FROM node_progress;
        DROP TABLE node_progress;
        ALTER TABLE progress RENAME TO node_progress;

        CREATE TABLE recovery (
            file TEXT    PRIMARY KEY,
            tier INTEGER NOT NULL,
            time INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE retention (
            id   INTEGER PRIMARY KEY CHECK (id = 1),
            time INTEGER NOT NULL
        );
        """,
        """
        ALTER TABLE node_progress ADD COLUMN identity TEXT;
        ALTER TABLE alert ADD COLUMN node_evicted INTEGER NOT NULL DEFAULT 0;
        """,
        """
        CREATE TABLE history_chunk (
            step INTEGER NOT NULL,
            time INTEGER NOT NULL,
            node INTEGER NOT NULL,
            body BLOB    NOT NULL,
            PRIMARY KEY (step, time, node)
        ) WITHOUT ROWID;
        CREATE TABLE history_column (
            step    INTEGER NOT NULL,
            time    INTEGER NOT NULL,
            node    INTEGER NOT NULL,
            reading INTEGER NOT NULL,
            body    BLOB    NOT NULL,
            PRIMARY KEY (step, time, node, reading)
        ) WITHOUT ROWID;
        """,
    ];
}
