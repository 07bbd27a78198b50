-- What organisations set out to reach together by a programme, beside what they set on each dossier. It is about no
-- entrepreneur, so it is no event; it leaves deeds, as all that is registered does. See docs/decisions/0118.
CREATE TABLE registry.programme_target (
    programme    text        NOT NULL,
    objective_id text        NOT NULL,
    kind         text,
    target       numeric     NOT NULL CHECK (target > 0),
    due          date,
    agencies     text[]      NOT NULL CHECK (cardinality(agencies) > 0),
    set_by       text        NOT NULL REFERENCES registry.agency,
    changed_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (programme, objective_id)
);
COMMENT ON TABLE registry.programme_target IS 'what is to be reached over all dossiers of a programme';
COMMENT ON COLUMN registry.programme_target.agencies IS 'who set out to reach it together; any of them may change it';
GRANT SELECT, INSERT, UPDATE, DELETE ON registry.programme_target TO dossier_app;
GRANT SELECT ON registry.programme_target TO dossier_reader;

CREATE TRIGGER wait_for_turn BEFORE INSERT OR DELETE OR UPDATE ON registry.programme_target
    FOR EACH STATEMENT EXECUTE FUNCTION registry.wait_for_turn();
CREATE TRIGGER draw_up_deed AFTER INSERT OR DELETE OR UPDATE ON registry.programme_target
    FOR EACH ROW EXECUTE FUNCTION registry.draw_up_deed('{programme,objective_id}', '{}');
CREATE TRIGGER not_all BEFORE TRUNCATE ON registry.programme_target
    FOR EACH STATEMENT EXECUTE FUNCTION registry.refuse_change();
