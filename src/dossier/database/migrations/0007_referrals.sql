-- Referrals and objectives across dossiers, and the services that agencies offer.

-- A build that was cut off before this migration has tables of the old form: it is begun anew.
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

ALTER TABLE projection.fact_referral
    ADD COLUMN referral_id    text,
    ADD COLUMN outcome        text,
    ADD COLUMN agreed         boolean,
    ADD COLUMN answer_due     date,
    ADD COLUMN completion_due date,
    ADD COLUMN second_agency  text,
    ADD COLUMN second_service text;
COMMENT ON COLUMN projection.fact_referral.answer_due IS 'the last day for an answer, by the rule of the day it was made';
CREATE INDEX fact_referral_to ON projection.fact_referral (to_agency, made_on);
CREATE INDEX fact_referral_from ON projection.fact_referral (from_agency, made_on);

-- One row an objective of a dossier: what programmes are summed from.
CREATE TABLE projection.fact_objective (
    generation    integer NOT NULL,
    dossier       uuid    NOT NULL,
    number        integer NOT NULL,
    objective_id  text    NOT NULL,
    programme     text,
    kind          text,
    target        numeric,
    due           date,
    set_on        date,
    set_by        text,
    status        text    NOT NULL CHECK (status IN ('open', 'reached', 'dropped')),
    percent       integer,
    progressed_on date,
    responsible   text[]  NOT NULL,
    blockers      text    NOT NULL,
    PRIMARY KEY (generation, dossier, number)
) PARTITION BY LIST (generation);
COMMENT ON COLUMN projection.fact_objective.target IS 'how much is aimed at, where it is a number';
COMMENT ON COLUMN projection.fact_objective.blockers IS 'a JSON list of terms';
CREATE INDEX fact_objective_programme ON projection.fact_objective (programme, objective_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON projection.fact_objective TO dossier_app;
GRANT SELECT ON projection.fact_objective TO dossier_reader;

-- Generations made before this migration get their part of the new table; a rebuild fills it.
DO $$
DECLARE
    made integer;
BEGIN
    FOR made IN SELECT id FROM projection.generation LOOP
        EXECUTE format('CREATE TABLE projection.fact_objective_%s PARTITION OF projection.fact_objective '
                       'FOR VALUES IN (%s)', made, made);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON projection.fact_objective_%s TO dossier_app', made);
        EXECUTE format('GRANT SELECT ON projection.fact_objective_%s TO dossier_reader', made);
    END LOOP;
END $$;

-- What an agency offers, and whether there is room.
CREATE TABLE registry.service (
    agency     text        NOT NULL REFERENCES registry.agency,
    service    text        NOT NULL,
    capacity   text        NOT NULL CHECK (capacity IN ('open', 'limited', 'closed')),
    until      date,
    note_fr    text,
    note_nl    text,
    note_en    text,
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (agency, service)
);
COMMENT ON COLUMN registry.service.until IS 'the last day the capacity holds; the service is open again after it';
GRANT SELECT, INSERT, UPDATE, DELETE ON registry.service TO dossier_app;
GRANT SELECT ON registry.service TO dossier_reader;
