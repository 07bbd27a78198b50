-- Which values of personal fields were the same, told without the values, so that `re-explaining` is counted again from
-- an export, and after an erasure. See docs/decisions/0113.

-- Of events whose personal fields were erased: what journal.told said of them just before. Numbers and names of fields.
CREATE TABLE journal.sameness (
    dossier uuid    NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    told    jsonb   NOT NULL CHECK (jsonb_typeof(told) = 'object'),
    PRIMARY KEY (dossier, version)
);
COMMENT ON TABLE journal.sameness IS 'which erased values of a profile were the same; no value';
COMMENT ON COLUMN journal.sameness.told IS 'field -> n: its value was the n-th other one of that field in its dossier';

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal.sameness
    FOR EACH STATEMENT EXECUTE FUNCTION journal.refuse_change();
-- With deeds, so that whatever is changed, put there or removed is found.
CREATE TRIGGER wait_for_turn BEFORE INSERT OR DELETE OR UPDATE ON journal.sameness
    FOR EACH STATEMENT EXECUTE FUNCTION registry.wait_for_turn();
CREATE TRIGGER draw_up_deed AFTER INSERT OR DELETE OR UPDATE ON journal.sameness
    FOR EACH ROW EXECUTE FUNCTION registry.draw_up_deed('{dossier,version}', '{}');

-- Each personal field of a profile, once for each event that sent it: its value is the `ordinal`-th other one of that
-- field in its dossier, by the first event that sent it. What comes later changes no ordinal: those of the vault go on
-- from the erased ones. The vault's values are compared in here; whoever reads this need not, and cannot, see them.
CREATE VIEW journal.told AS
SELECT dossier, version, field,
       (dense_rank() OVER (PARTITION BY dossier, field ORDER BY first) + coalesce(
           (SELECT max((s.told ->> field)::integer) FROM journal.sameness s WHERE s.dossier = since.dossier), 0)
       )::integer AS ordinal
FROM (
    SELECT v.dossier, v.version, sent.field,
           min(v.version) OVER (PARTITION BY v.dossier, sent.field, sent.value) AS first
    FROM vault.entry v
    CROSS JOIN LATERAL (SELECT convert_from(v.personal, 'UTF8')::jsonb AS said OFFSET 0) AS personal -- parsed once
    CROSS JOIN LATERAL (
        SELECT 'person ' || f.key AS field, f.value FROM jsonb_each(said -> 'person') f
        UNION ALL
        SELECT named.field, said -> named.key
        FROM (VALUES ('project title', 'title'), ('project summary', 'summary'), ('enterprise legal_name', 'legal_name'))
            AS named (field, key)
        WHERE said -> named.key IS NOT NULL
    ) AS sent
) AS since
UNION ALL
SELECT dossier, version, f.key, f.value::integer FROM journal.sameness, jsonb_each_text(told) f;

GRANT SELECT, INSERT ON journal.sameness TO dossier_app;
GRANT SELECT ON journal.told TO dossier_app;
GRANT SELECT ON journal.sameness, journal.told TO dossier_reader;
