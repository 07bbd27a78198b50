-- Facts for the statistics: enterprises, figures, technologies, topics, stays, and which enterprises are one undertaking.
CREATE TABLE projection.fact_enterprise (
    generation   integer NOT NULL,
    dossier      uuid    NOT NULL,
    number       integer NOT NULL,
    enterprise   text    NOT NULL,
    created_on   date,
    linked_on    date,
    ceased_on    date,
    absorbed_on  date,
    nace_version text,
    nace_code    text,
    ict          boolean,
    commune      text,
    PRIMARY KEY (generation, dossier, number)
) PARTITION BY LIST (generation);
COMMENT ON COLUMN projection.fact_enterprise.absorbed_on IS 'when it went into another by a merger or a takeover';

CREATE TABLE projection.fact_figure (
    generation  integer NOT NULL,
    dossier     uuid    NOT NULL,
    number      integer NOT NULL,
    enterprise  text    NOT NULL,
    year        integer NOT NULL,
    fte         numeric,
    turnover    numeric(17, 2),
    recorded_on date    NOT NULL,
    PRIMARY KEY (generation, dossier, number)
) PARTITION BY LIST (generation);
COMMENT ON COLUMN projection.fact_figure.fte IS 'full-time equivalents, never heads';

CREATE TABLE projection.fact_technology (
    generation integer NOT NULL,
    dossier    uuid    NOT NULL,
    number     integer NOT NULL,
    technology text    NOT NULL,
    from_on    date    NOT NULL,
    to_on      date,
    PRIMARY KEY (generation, dossier, number)
) PARTITION BY LIST (generation);

CREATE TABLE projection.fact_topic (
    generation integer NOT NULL,
    dossier    uuid    NOT NULL,
    number     integer NOT NULL,
    topic      text    NOT NULL,
    first_on   date    NOT NULL,
    times      integer NOT NULL,
    PRIMARY KEY (generation, dossier, number)
) PARTITION BY LIST (generation);

CREATE TABLE projection.fact_stay (
    generation integer NOT NULL,
    dossier    uuid    NOT NULL,
    number     integer NOT NULL,
    site       text    NOT NULL,
    kind       text,
    entered_on date    NOT NULL,
    left_on    date,
    PRIMARY KEY (generation, dossier, number)
) PARTITION BY LIST (generation);

CREATE TABLE projection.fact_tie (
    generation integer NOT NULL,
    dossier    uuid    NOT NULL,
    number     integer NOT NULL,
    enterprise text    NOT NULL,
    other      text    NOT NULL,
    from_on    date    NOT NULL,
    until_on   date,
    PRIMARY KEY (generation, dossier, number)
) PARTITION BY LIST (generation);
COMMENT ON TABLE projection.fact_tie IS 'enterprises that are one undertaking from a day to another';

ALTER TABLE projection.fact_dossier ADD COLUMN recorded_on date;
COMMENT ON COLUMN projection.fact_dossier.recorded_on IS 'when the log took the last event of the dossier';
ALTER TABLE projection.fact_aid ADD COLUMN equivalent numeric(17, 2), ADD COLUMN recorded_on date;
COMMENT ON COLUMN projection.fact_aid.equivalent IS 'gross grant equivalent of a granted de minimis aid in EUR';

GRANT SELECT, INSERT, UPDATE, DELETE ON projection.fact_enterprise, projection.fact_figure, projection.fact_technology,
    projection.fact_topic, projection.fact_stay, projection.fact_tie TO dossier_app;
GRANT SELECT ON projection.fact_enterprise, projection.fact_figure, projection.fact_technology, projection.fact_topic,
    projection.fact_stay, projection.fact_tie TO dossier_reader;

-- A build that was cut off before this migration, or rehearsed, lacks these tables: it is begun anew.
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

-- Generations made before this migration get their parts of the new tables; a rebuild fills them.
DO $$
DECLARE
    made integer;
    whole text;
BEGIN
    FOR made IN SELECT id FROM projection.generation LOOP
        FOREACH whole IN ARRAY ARRAY['fact_enterprise', 'fact_figure', 'fact_technology', 'fact_topic', 'fact_stay',
                                     'fact_tie'] LOOP
            EXECUTE format('CREATE TABLE projection.%I PARTITION OF projection.%I FOR VALUES IN (%s)',
                           whole || '_' || made, whole, made);
            EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON projection.%I TO dossier_app', whole || '_' || made);
            EXECUTE format('GRANT SELECT ON projection.%I TO dossier_reader', whole || '_' || made);
        END LOOP;
    END LOOP;
END $$;
