-- Deeds of what the public was shown, and of the keys that sign: whatever is removed from there, or put there, is found.
-- See docs/decisions/0101.
SET LOCAL timezone = 'UTC'; -- what is found is told as registry.draw_up_deed tells it
LOCK TABLE statistics.publication IN ACCESS EXCLUSIVE MODE;
LOCK TABLE seal.key IN SHARE ROW EXCLUSIVE MODE;

-- A deed holds the digest of a publication's bytes, not the bytes: they can be megabytes.
ALTER TABLE statistics.publication
    ADD COLUMN digest bytea NOT NULL GENERATED ALWAYS AS (sha256(sha256(contributions) || sha256(cells))) STORED;
COMMENT ON COLUMN statistics.publication.digest IS 'SHA-256 over the SHA-256 of the contributions and that of the cells';

DO $$
DECLARE
    kept record;
BEGIN
    FOR kept IN SELECT * FROM (VALUES
        (1, 'seal.key', '{vkey}', '{}'),
        (2, 'statistics.publication', '{indicator,number}', '{contributions,cells}')
    ) AS kept (number, named, keys, untold) ORDER BY number LOOP
        PERFORM registry.tell_as_found(kept.named::regclass, kept.keys::text[], kept.untold::text[]);
        EXECUTE format('CREATE TRIGGER wait_for_turn BEFORE INSERT OR DELETE OR UPDATE ON %s '
                       'FOR EACH STATEMENT EXECUTE FUNCTION registry.wait_for_turn()', kept.named);
        EXECUTE format('CREATE TRIGGER draw_up_deed AFTER INSERT OR DELETE OR UPDATE ON %s '
                       'FOR EACH ROW EXECUTE FUNCTION registry.draw_up_deed(%L, %L)', kept.named, kept.keys, kept.untold);
        EXECUTE format('CREATE TRIGGER not_all BEFORE TRUNCATE ON %s '
                       'FOR EACH STATEMENT EXECUTE FUNCTION registry.refuse_change()', kept.named);
    END LOOP;
END $$;
