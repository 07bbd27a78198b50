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

GRANT SELECT, INSERT, UPDATE, DELETE ON projection.statement TO dossier_app;
GRANT SELECT ON projection.statement TO dossier_reader;
