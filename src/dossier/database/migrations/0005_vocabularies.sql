-- The vocabularies of agencies, each version for good: an event says which words it was posted in, and what they meant
-- then can be looked up.
CREATE TABLE registry.vocabulary (
    agency       text        NOT NULL REFERENCES registry.agency,
    version      integer     NOT NULL CHECK (version > 0),
    declaration  text        NOT NULL,
    digest       text        NOT NULL,
    published_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (agency, version)
);
COMMENT ON COLUMN registry.vocabulary.declaration IS 'canonical JSON';

-- Words that no vocabulary has a common term for, as they were met: in events that were recorded without one, and in
-- events that were refused for them. A work list, so rows may go.
CREATE TABLE registry.unmapped (
    agency     text        NOT NULL,
    type       text        NOT NULL,
    field      text        NOT NULL,
    word       text        NOT NULL CHECK (length(word) <= 120),
    recorded   bigint      NOT NULL,
    refused    bigint      NOT NULL,
    first_seen timestamptz NOT NULL,
    last_seen  timestamptz NOT NULL,
    positions  bigint[]    NOT NULL,
    PRIMARY KEY (agency, type, field, word)
);
COMMENT ON COLUMN registry.unmapped.positions IS 'the first few events recorded with it';

-- Since when the successor speaks for an agency that merged; and what agencies were called before.
ALTER TABLE registry.agency ADD COLUMN succeeded_on date;
ALTER TABLE registry.agency ADD CONSTRAINT no_successor_of_itself CHECK (successor <> id);

CREATE TABLE registry.former_name (
    agency  text NOT NULL REFERENCES registry.agency,
    until   date NOT NULL,
    name_fr text NOT NULL,
    name_nl text NOT NULL,
    name_en text NOT NULL,
    PRIMARY KEY (agency, until)
);

-- Every agency with the one that speaks for it today: itself, or the last of its line.
CREATE VIEW registry.line AS
WITH RECURSIVE line AS (
    SELECT id AS agency, id AS today, 0 AS steps FROM registry.agency
    UNION ALL
    SELECT line.agency, agency.successor, line.steps + 1
    FROM line JOIN registry.agency ON agency.id = line.today
    WHERE agency.successor IS NOT NULL AND (agency.succeeded_on IS NULL OR agency.succeeded_on <= CURRENT_DATE) AND line.steps < 32
)
SELECT DISTINCT ON (agency) agency, today FROM line ORDER BY agency, steps DESC;

GRANT SELECT, INSERT ON registry.vocabulary, registry.former_name TO dossier_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON registry.unmapped TO dossier_app;
GRANT SELECT ON registry.line TO dossier_app;
GRANT SELECT ON registry.vocabulary, registry.unmapped, registry.former_name, registry.line TO dossier_reader;

-- What was published is not changed, by the owner neither.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON registry.vocabulary
    FOR EACH STATEMENT EXECUTE FUNCTION journal.refuse_change();
