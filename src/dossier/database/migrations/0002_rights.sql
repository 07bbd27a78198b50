-- What each role may do. The application adds to the log and can neither change nor remove what is there.
GRANT USAGE ON SCHEMA journal, vault, registry TO dossier_app;
GRANT SELECT, INSERT ON journal.event, journal.event_key TO dossier_app;
GRANT SELECT ON journal.stored_event TO dossier_app;
GRANT SELECT, INSERT, DELETE ON journal.holding TO dossier_app;
GRANT SELECT, INSERT, DELETE ON vault.entry TO dossier_app;
GRANT SELECT, INSERT, UPDATE ON registry.agency TO dossier_app;

-- The reader sees everything but the vault.
GRANT USAGE ON SCHEMA journal, registry TO dossier_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA journal, registry TO dossier_reader;

-- The owner's own hands are tied too: a trigger refuses what the rights would let the owner do.
CREATE FUNCTION journal.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journey log is append-only: % is refused; correct a fact by a later event', TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal.event
    FOR EACH STATEMENT EXECUTE FUNCTION journal.refuse_change();

-- A statement trigger of the whole does not fire for a statement on a part: each part has its own.
DO $$
DECLARE
    part regclass;
BEGIN
    FOR part IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'journal.event'::regclass LOOP
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %s '
                       'FOR EACH STATEMENT EXECUTE FUNCTION journal.refuse_change()', part);
    END LOOP;
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal.event_key
    FOR EACH STATEMENT EXECUTE FUNCTION journal.refuse_change();
