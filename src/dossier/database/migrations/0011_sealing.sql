-- The seal over the log: its Merkle tree, the census of dossiers, the signed checkpoint, witnesses.
CREATE SCHEMA seal;

-- The keys that have signed for this log, in the order they were taken into use.
CREATE TABLE seal.key (
    number integer     GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    vkey   text        NOT NULL UNIQUE,
    since  timestamptz NOT NULL DEFAULT now()
);

-- The tree's hashes, up to 256 a tile (C2SP tlog-tiles). A tile only ever grows.
CREATE TABLE seal.tile (
    level  smallint NOT NULL,
    number bigint   NOT NULL,
    hashes bytea    NOT NULL CHECK (length(hashes) BETWEEN 32 AND 8192 AND length(hashes) % 32 = 0),
    PRIMARY KEY (level, number)
);
ALTER TABLE seal.tile ALTER COLUMN hashes SET STORAGE EXTERNAL;

CREATE FUNCTION seal.refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF substring(NEW.hashes FOR length(OLD.hashes)) <> OLD.hashes OR (NEW.level, NEW.number) <> (OLD.level, OLD.number)
    THEN
        RAISE EXCEPTION 'a tile of the tree only grows' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER only_grows BEFORE UPDATE ON seal.tile FOR EACH ROW EXECUTE FUNCTION seal.refuse_rewriting();
CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON seal.tile
    FOR EACH STATEMENT EXECUTE FUNCTION journal.refuse_change();

-- The census: what each dossier's history comes to, in buckets by the first 16 bits of SHA-256 of its id, 64 bytes a
-- dossier (id, count, last position, chain).
CREATE TABLE seal.census (
    bucket  integer PRIMARY KEY CHECK (bucket BETWEEN 0 AND 65535),
    entries bytea   NOT NULL CHECK (length(entries) % 64 = 0)
);

-- The census' tree above the buckets, 16 hashes a page.
CREATE TABLE seal.census_page (
    level  smallint NOT NULL CHECK (level BETWEEN 0 AND 3),
    number integer  NOT NULL,
    hashes bytea    NOT NULL CHECK (length(hashes) = 512),
    PRIMARY KEY (level, number)
);

-- The latest checkpoint: what tiles and census amount to. One row, changed in one transaction with them.
CREATE TABLE seal.checkpoint (
    one       boolean     PRIMARY KEY DEFAULT true CHECK (one),
    size      bigint      NOT NULL,
    root      bytea       NOT NULL CHECK (length(root) = 32),
    census    bytea       NOT NULL CHECK (length(census) = 32),
    note      text        NOT NULL
);

-- Organisations that cosign checkpoints, by their verifier keys; and what they cosigned.
CREATE TABLE seal.witness (
    vkey     text        PRIMARY KEY,
    agency   text        NOT NULL REFERENCES registry.agency,
    added_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE seal.cosigned (
    size bigint PRIMARY KEY,
    note text   NOT NULL
);
COMMENT ON COLUMN seal.cosigned.note IS 'the checkpoint as this log signed it, without cosignatures';

CREATE TABLE seal.cosignature (
    size bigint NOT NULL REFERENCES seal.cosigned,
    vkey text   NOT NULL REFERENCES seal.witness,
    line text   NOT NULL,
    at   bigint NOT NULL,
    PRIMARY KEY (size, vkey)
);
COMMENT ON COLUMN seal.cosignature.at IS 'when the witness says it cosigned, in seconds since 1970';

GRANT USAGE ON SCHEMA seal TO dossier_app, dossier_reader;
GRANT SELECT, INSERT, UPDATE ON seal.tile, seal.census, seal.census_page, seal.checkpoint TO dossier_app;
GRANT SELECT, INSERT ON seal.key, seal.witness, seal.cosigned, seal.cosignature TO dossier_app;
GRANT SELECT ON ALL TABLES IN SCHEMA seal TO dossier_reader;
