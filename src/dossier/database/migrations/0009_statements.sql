-- What dossiers say of enterprises that matters for their undertakings: who controls whom, what merged, which aid.
-- A single undertaking spans dossiers, so it is found by enterprise when somebody asks, never stored.
CREATE TABLE projection.statement (
    generation integer NOT NULL,
    dossier    uuid    NOT NULL,
    enterprise text    NOT NULL,
    said       text    NOT NULL,
    PRIMARY KEY (generation, dossier, enterprise)
) PARTITION BY LIST (generation);
COMMENT ON COLUMN projection.statement.said IS 'statements as a JSON list; empty when nothing said of it is in force';
CREATE INDEX statement_enterprise ON projection.statement (generation, enterprise);

-- Spans of years over which the growth of a dossier's enterprise can be judged.
CREATE TABLE projection.fact_growth (
    generation integer NOT NULL,
    dossier    uuid    NOT NULL,
    number     integer NOT NULL,
    enterprise text    NOT NULL,
    first_year integer NOT NULL,
    last_year  integer NOT NULL,
    start_fte  numeric NOT NULL,
    end_fte    numeric NOT NULL,
    high       boolean NOT NULL,
    PRIMARY KEY (generation, dossier, number)
) PARTITION BY LIST (generation);

GRANT SELECT, INSERT, UPDATE, DELETE ON projection.statement, projection.fact_growth TO dossier_app;
GRANT SELECT ON projection.statement, projection.fact_growth TO dossier_reader;
