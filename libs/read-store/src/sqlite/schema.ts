/** `PERR`: tells these files from any other SQLite database. */
export const APPLICATION_ID = 0x50455252;

/**
 * Version by version, what a file of the version before becomes; a file's version is how many it has had. Never change
 * one that was released: add one.
 *
 * `meta` has one row: which generation the file is, and by which one it was superseded. Members and their states are two
 * tables, so that a list reads a hundred bytes of a member and not the whole history. An activity that is written anew
 * goes to the end, and the mark of one that is gone is not used again: a reader would take the new row for one that they
 * have seen; removed members leave a row without a snapshot.
 * The index on timers is there while a generation is filled: time passes then, too.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (
    id                 INTEGER PRIMARY KEY CHECK (id = 1),
    generation         INTEGER NOT NULL,
    projection_version INTEGER NOT NULL,
    successor          INTEGER
  ) STRICT;
  CREATE TABLE checkpoints (
    partition INTEGER PRIMARY KEY,
    position  INTEGER NOT NULL,
    clock     INTEGER NOT NULL,
    settled   INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE members (
    customer_id      TEXT    PRIMARY KEY,
    partition        INTEGER NOT NULL,
    next_due         INTEGER,
    enrolled         INTEGER NOT NULL,
    tier             TEXT,
    stage            TEXT    NOT NULL,
    available        INTEGER NOT NULL,
    pending          INTEGER NOT NULL,
    reserved         INTEGER NOT NULL,
    debt             INTEGER NOT NULL,
    purchases        INTEGER NOT NULL,
    value            INTEGER NOT NULL,
    last_purchase_at INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX members_due ON members (next_due, customer_id, partition) WHERE next_due IS NOT NULL;
  CREATE TABLE member_states (
    customer_id TEXT    PRIMARY KEY,
    position    INTEGER NOT NULL,
    state       TEXT    NOT NULL
  ) STRICT;
  CREATE TABLE member_activity (
    mark        INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id TEXT    NOT NULL UNIQUE,
    now         INTEGER NOT NULL,
    due         INTEGER,
    version     INTEGER NOT NULL,
    snapshot    TEXT
  ) STRICT;
  CREATE TABLE tasks (
    ordinal       INTEGER PRIMARY KEY,
    customer_id   TEXT    NOT NULL,
    id            TEXT    NOT NULL,
    step          TEXT,
    state         TEXT    NOT NULL,
    reason        TEXT,
    due_at        INTEGER NOT NULL,
    open_until    INTEGER,
    assignee      TEXT,
    contacted_at  INTEGER,
    snoozed_until INTEGER,
    rank          INTEGER NOT NULL,
    reasons       TEXT
  ) STRICT;
  CREATE INDEX tasks_of_member ON tasks (customer_id);
  CREATE TABLE changes (
    position    INTEGER NOT NULL,
    customer_id TEXT    NOT NULL,
    ordinal     INTEGER NOT NULL,
    type        TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    body        TEXT    NOT NULL,
    PRIMARY KEY (position, customer_id, ordinal)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE links (
    position    INTEGER PRIMARY KEY,
    fact_id     TEXT    NOT NULL UNIQUE,
    alias_id    TEXT    NOT NULL,
    customer_id TEXT    NOT NULL,
    occurred_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE parked (
    customer_id TEXT    PRIMARY KEY,
    position    INTEGER NOT NULL,
    error       TEXT    NOT NULL,
    parked_at   INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
];

/** What lists are sorted by; the filters stand behind, so that what is left out costs no look at its row. */
export const LIST_INDEXES = `
  CREATE INDEX IF NOT EXISTS members_by_value     ON members (value, customer_id, tier, stage);
  CREATE INDEX IF NOT EXISTS members_by_available ON members (available, customer_id, tier, stage);
  CREATE INDEX IF NOT EXISTS members_by_purchase  ON members (last_purchase_at, customer_id, tier, stage);
  CREATE INDEX IF NOT EXISTS tasks_by_id          ON tasks (id);
  CREATE INDEX IF NOT EXISTS tasks_by_rank        ON tasks (rank, due_at, id, customer_id, state, step, assignee)
    WHERE rank <= 100;
  CREATE INDEX IF NOT EXISTS tasks_by_due         ON tasks (due_at, id, customer_id, state, step, assignee, rank)
    WHERE rank <= 100;
  CREATE INDEX IF NOT EXISTS tasks_over           ON tasks (state, due_at) WHERE rank = 101;
`;
