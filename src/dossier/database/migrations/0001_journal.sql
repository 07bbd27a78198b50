-- The journey log: every fact about every dossier, once, for good.
CREATE SCHEMA journal;

-- One row an event. `stored` holds the canonical bytes (RFC 8785) that every proof speaks of; the other columns
-- repeat what queries filter by. `position` counts from 1 without gaps, in commit order: a writer takes
-- pg_advisory_xact_lock before it reads the highest (see docs/decisions/0004).
CREATE TABLE journal.event (
    position     bigint      NOT NULL,
    dossier      uuid        NOT NULL,
    version      integer     NOT NULL CHECK (version > 0),
    type         text        NOT NULL,
    agency       text        NOT NULL,
    recordedtime timestamptz NOT NULL,
    stored       bytea       NOT NULL,
    digest       bytea       NOT NULL GENERATED ALWAYS AS (sha256(stored)) STORED,
    PRIMARY KEY (dossier, version)
) PARTITION BY HASH (dossier);

CREATE TABLE journal.event_0 PARTITION OF journal.event FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE journal.event_1 PARTITION OF journal.event FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE journal.event_2 PARTITION OF journal.event FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE journal.event_3 PARTITION OF journal.event FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE journal.event_4 PARTITION OF journal.event FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE journal.event_5 PARTITION OF journal.event FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE journal.event_6 PARTITION OF journal.event FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE journal.event_7 PARTITION OF journal.event FOR VALUES WITH (MODULUS 8, REMAINDER 7);

CREATE INDEX event_position ON journal.event (position);

-- The log under the names the `eventsourcing` library reads by.
CREATE VIEW journal.stored_event AS
SELECT dossier AS originator_id, version::bigint AS originator_version, type AS topic, stored AS state,
       position AS notification_id
FROM journal.event;

-- The idempotency key of every event: SHA-256 of source, a null byte and id, cut to 128 bits. Unique, so that the
-- same post can never be stored twice; the full source and id stand in the event and are compared on a hit.
CREATE TABLE journal.event_key (
    key     bytea   PRIMARY KEY CHECK (length(key) = 16),
    dossier uuid    NOT NULL,
    version integer NOT NULL
);

-- Which dossiers hold which enterprise number now: what a `subject` given as a number means.
CREATE TABLE journal.holding (
    enterprise text NOT NULL,
    dossier    uuid NOT NULL,
    PRIMARY KEY (enterprise, dossier)
);

-- The personal fields of events, and the salts that open their commitments. Rows can be deleted: that is erasure.
CREATE SCHEMA vault;

CREATE TABLE vault.entry (
    dossier  uuid    NOT NULL,
    version  integer NOT NULL,
    salt     bytea   NOT NULL CHECK (length(salt) = 32),
    personal bytea   NOT NULL,
    words    text,
    PRIMARY KEY (dossier, version)
);
COMMENT ON COLUMN vault.entry.words IS 'folded names and contacts, for search; null where none';

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX entry_words ON vault.entry USING gin (words gin_trgm_ops) WHERE words IS NOT NULL;

-- The organisations that may post, and under which source URI.
CREATE SCHEMA registry;

CREATE TABLE registry.agency (
    id            text        PRIMARY KEY,
    name_fr       text        NOT NULL,
    name_nl       text        NOT NULL,
    name_en       text        NOT NULL,
    source_prefix text        NOT NULL UNIQUE,
    successor     text        REFERENCES registry.agency,
    registered_at timestamptz NOT NULL DEFAULT now()
);
