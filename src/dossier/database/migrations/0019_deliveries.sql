-- Facts about the facts: how late, how often corrected and how complete what each organisation recorded is, by year.
CREATE TABLE projection.fact_delivery (
    generation integer NOT NULL,
    dossier    uuid    NOT NULL,
    agency     text    NOT NULL,
    year       integer NOT NULL,
    events     integer NOT NULL,
    late       integer NOT NULL,
    corrected  integer NOT NULL,
    retracted  integer NOT NULL,
    wanted     integer NOT NULL,
    missing    integer NOT NULL,
    PRIMARY KEY (generation, dossier, agency, year)
) PARTITION BY LIST (generation);
COMMENT ON COLUMN projection.fact_delivery.year IS 'in which the log took the events';
COMMENT ON COLUMN projection.fact_delivery.wanted IS 'fields that figures are counted from, in the facts in force';
COMMENT ON COLUMN projection.fact_delivery.missing IS 'those of them that are empty or unmapped';

GRANT SELECT, INSERT, UPDATE, DELETE ON projection.fact_delivery TO dossier_app;
GRANT SELECT ON projection.fact_delivery TO dossier_reader;

-- A build that was cut off before this migration, or rehearsed, lacks this table: it is begun anew.
DO $$
DECLARE
    unfinished integer;
    part text;
BEGIN
    FOR unfinished IN SELECT id FROM projection.generation WHERE status IN ('building', 'draft') LOOP
        FOR part IN SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = 'projection' AND relname ~ ('_' || unfinished || '$') AND relkind = 'r' LOOP
            EXECUTE format('DROP TABLE projection.%I', part);
        END LOOP;
        DELETE FROM projection.generation WHERE id = unfinished;
    END LOOP;
END $$;

-- Generations made before this migration get their part of the new table; a rebuild fills it.
DO $$
DECLARE
    made integer;
    part text;
BEGIN
    FOR made IN SELECT id FROM projection.generation LOOP
        part := 'fact_delivery_' || made;
        EXECUTE format('CREATE TABLE projection.%I PARTITION OF projection.fact_delivery FOR VALUES IN (%s)', part, made);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON projection.%I TO dossier_app', part);
        EXECUTE format('GRANT SELECT ON projection.%I TO dossier_reader', part);
    END LOOP;
END $$;
