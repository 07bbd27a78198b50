-- Facts for the statistics: in which divisions of NACE a dossier is active, from when to when.
CREATE TABLE projection.fact_activity (
    generation   integer NOT NULL,
    dossier      uuid    NOT NULL,
    number       integer NOT NULL,
    nace_version text    NOT NULL,
    division     text    NOT NULL,
    from_on      date    NOT NULL,
    to_on        date,
    taken_up     boolean NOT NULL,
    given_up     boolean NOT NULL,
    PRIMARY KEY (generation, dossier, number)
) PARTITION BY LIST (generation);
COMMENT ON COLUMN projection.fact_activity.taken_up IS 'and not told anew by another version of NACE';
COMMENT ON COLUMN projection.fact_activity.given_up IS 'and not told anew by another version of NACE';

GRANT SELECT, INSERT, UPDATE, DELETE ON projection.fact_activity TO dossier_app;
GRANT SELECT ON projection.fact_activity TO dossier_reader;

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
        part := 'fact_activity_' || made;
        EXECUTE format('CREATE TABLE projection.%I PARTITION OF projection.fact_activity FOR VALUES IN (%s)', part, made);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON projection.%I TO dossier_app', part);
        EXECUTE format('GRANT SELECT ON projection.%I TO dossier_reader', part);
    END LOOP;
END $$;
