-- What was published of each indicator, and when: for good, since what was said cannot be unsaid.
CREATE SCHEMA statistics;

-- One row a publication: a table of cells, hidden ones among them, true at one position under one ruleset.
-- `contributions` are the rows it was counted from (Arrow), without persons; `cells` (JSON) says which are hidden and by
-- which other tables that is proven (docs/explanation/disclosure.md). Later publications are held against both.
CREATE TABLE statistics.publication (
    indicator      text        NOT NULL,
    number         integer     NOT NULL CHECK (number > 0),
    position       bigint      NOT NULL,
    ruleset        text        NOT NULL,
    ruleset_digest text        NOT NULL,
    certificate    jsonb       NOT NULL,
    published_at   timestamptz NOT NULL DEFAULT now(),
    contributions  bytea       NOT NULL,
    cells          bytea       NOT NULL,
    PRIMARY KEY (indicator, number)
);
COMMENT ON COLUMN statistics.publication.cells IS 'zlib over JSON';

GRANT USAGE ON SCHEMA statistics TO dossier_app, dossier_reader;
GRANT SELECT, INSERT ON statistics.publication TO dossier_app;
GRANT SELECT ON statistics.publication TO dossier_reader;

CREATE FUNCTION statistics.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'publications are append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON statistics.publication
    FOR EACH STATEMENT EXECUTE FUNCTION statistics.refuse_change();
