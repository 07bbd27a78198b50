-- The access ledger: who read personal data of which dossier, when and why.
CREATE SCHEMA ledger;

-- One row a reading. `stored` holds the canonical bytes (RFC 8785); the other columns repeat what queries filter by.
-- `number` counts from 1 without gaps, in commit order: each statement names the last number it knows of, and stores
-- nothing when that is no longer the last (docs/decisions/0040). No name, no e-mail address, no query: `reader` is a
-- pseudonym made with a key kept elsewhere.
CREATE TABLE ledger.reading (
    number   bigint      PRIMARY KEY CHECK (number > 0),
    dossier  uuid        NOT NULL,
    role     text        NOT NULL,
    agency   text,
    reader   text,
    purpose  text        NOT NULL,
    kind     text        NOT NULL,
    version  integer     NOT NULL,
    position bigint      NOT NULL,
    at       timestamptz NOT NULL,
    stored   bytea       NOT NULL,
    digest   bytea       NOT NULL GENERATED ALWAYS AS (sha256(stored)) STORED
);
COMMENT ON COLUMN ledger.reading.version IS 'how many events of the dossier the answer took into account';
COMMENT ON COLUMN ledger.reading.position IS 'the position of the last of them';
COMMENT ON COLUMN ledger.reading.at IS 'the clock of the server; never decreases with the number';

CREATE INDEX reading_dossier ON ledger.reading (dossier, number);
CREATE INDEX reading_agency ON ledger.reading (agency, number);
CREATE INDEX reading_at ON ledger.reading (at, number);

-- Since when readings are recorded: what was read before is not known.
CREATE TABLE ledger.opening (at timestamptz NOT NULL DEFAULT now());
INSERT INTO ledger.opening DEFAULT VALUES;

GRANT USAGE ON SCHEMA ledger TO dossier_app, dossier_reader;
GRANT SELECT, INSERT ON ledger.reading TO dossier_app;
GRANT SELECT ON ledger.opening TO dossier_app;
GRANT SELECT ON ALL TABLES IN SCHEMA ledger TO dossier_reader;

CREATE FUNCTION ledger.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the access ledger is append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.reading
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON ledger.opening
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
