/** `held_until`, by the server's clock: the clocks of the machines need not agree. */
export const MIGRATIONS = [
  `
  CREATE TABLE api_keys (
    id         text COLLATE "C" PRIMARY KEY,
    name       text NOT NULL,
    scopes     text NOT NULL,
    hash       text NOT NULL UNIQUE,
    created_at bigint NOT NULL
  );
  CREATE TABLE answers (
    api_key_id      text COLLATE "C" NOT NULL,
    idempotency_key text COLLATE "C" NOT NULL,
    fingerprint     text NOT NULL,
    started_at      bigint NOT NULL,
    holder          uuid NOT NULL,
    held_until      timestamptz NOT NULL,
    status          integer,
    body            text,
    content_type    text,
    PRIMARY KEY (api_key_id, idempotency_key)
  );
  CREATE INDEX answers_by_start ON answers (started_at);
  `,
];
