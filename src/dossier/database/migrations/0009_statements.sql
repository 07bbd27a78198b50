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

-- A build that was cut off before this migration lacks these tables: it is begun anew.
DO $$
DECLARE
    unfinished integer;
    part text;
BEGIN
    FOR unfinished IN SELECT id FROM projection.generation WHERE status = 'building' LOOP
        FOR part IN SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = 'projection' AND relname ~ ('_' || unfinished || '$') AND relkind = 'r' LOOP
            EXECUTE format('DROP TABLE projection.%I', part);
        END LOOP;
        DELETE FROM projection.generation WHERE id = unfinished;
    END LOOP;
END $$;

-- Generations made before this migration get their parts of the new tables; a rebuild fills them.
DO $$
DECLARE
    made integer;
    whole text;
BEGIN
    FOR made IN SELECT id FROM projection.generation LOOP
        FOREACH whole IN ARRAY ARRAY['statement', 'fact_growth'] LOOP
            EXECUTE format('CREATE TABLE projection.%I PARTITION OF projection.%I FOR VALUES IN (%s)',
                           whole || '_' || made, whole, made);
            EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON projection.%I TO dossier_app', whole || '_' || made);
            EXECUTE format('GRANT SELECT ON projection.%I TO dossier_reader', whole || '_' || made);
        END LOOP;
    END LOOP;
END $$;
