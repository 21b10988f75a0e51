/**
 * `state` has one row. `destructions` counts the steps that destroyed keys. `unclean` is the last of them whose old row
 * versions may still be there.
 */
export const MIGRATIONS = [
  `
  CREATE TABLE keys (
    customer_id text COLLATE "C" PRIMARY KEY,
    wrapped     bytea NOT NULL,
    destroyed   boolean NOT NULL
  );
  CREATE INDEX destroyed_keys ON keys (customer_id) WHERE destroyed;
  CREATE TABLE erased (customer_id text COLLATE "C" PRIMARY KEY);
  CREATE TABLE state (
    one            boolean PRIMARY KEY CHECK (one),
    master         text,
    destructions   bigint NOT NULL,
    place_position bigint NOT NULL,
    place_record   text NOT NULL,
    unclean        xid8
  );
  INSERT INTO state VALUES (true, NULL, 0, 0, '', NULL);
  `,
];
