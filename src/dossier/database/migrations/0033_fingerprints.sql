-- Rows of which nothing sealed says what is true carry a fingerprint of what the program left in them, so that an audit
-- finds what was changed behind its back. See docs/decisions/0112.
SET LOCAL dossier.program = 'on'; -- what is there before is taken as the program left it

CREATE FUNCTION registry.fingerprint_of(told jsonb) RETURNS bytea
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    RETURN sha256(convert_to((told - 'fingerprint')::text, 'UTF8'));

-- Only the program draws them: its role, or its owner's session that says so. A change by anybody else leaves the
-- fingerprint of what was there before. A file, which is large, is told by its digest in a column beside it.
CREATE FUNCTION registry.fingerprint() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
    SET timezone = 'UTC' SET bytea_output = 'hex' SET extra_float_digits = 1 AS $$
DECLARE
    told record := NEW;
BEGIN
    IF current_user = 'dossier_app' OR current_setting('dossier.program', true) = 'on' THEN
        IF TG_NARGS > 0 THEN
            told.file := NULL;
        END IF;
        NEW.fingerprint := registry.fingerprint_of(to_jsonb(told));
    END IF;
    RETURN NEW;
END $$;

ALTER TABLE imports.run ADD file_digest bytea;
UPDATE imports.run SET file_digest = sha256(file);
ALTER TABLE imports.run ALTER file_digest SET NOT NULL;
COMMENT ON COLUMN imports.run.file_digest IS 'SHA-256 of the file';

CREATE FUNCTION imports.digest_file() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.file_digest := sha256(NEW.file);
    RETURN NEW;
END $$;
-- Triggers fire in the order of their names: this one before the other.
CREATE TRIGGER digest_file BEFORE INSERT OR UPDATE OF file ON imports.run
    FOR EACH ROW EXECUTE FUNCTION imports.digest_file();

-- Of a generation that stepped back the hash is taken since, over all it holds: what is there is of the switch to it.
UPDATE projection.generation SET content = NULL WHERE status = 'kept';

-- What else changes with a row of these tables is no change of what is registered.
DROP TRIGGER draw_up_deed ON webhook.subscription;
CREATE TRIGGER draw_up_deed
    AFTER INSERT OR DELETE OR UPDATE OF id, agency, types, agencies, relation, status, reason, created_at
    ON webhook.subscription FOR EACH ROW EXECUTE FUNCTION registry.draw_up_deed(
        '{id}', '{url,secret,previous_secret,previous_until,position,succeeded_at,fingerprint}');

DO $$
DECLARE
    named text;
BEGIN
    FOREACH named IN ARRAY ARRAY[
        'imports.fault', 'imports.run', 'projection.generation', 'projection.part', 'projection.rehearsal',
        'projection.rehearsed_dossier', 'projection.rehearsed_figure', 'projection.set_aside', 'public.migration',
        'registry.unmapped', 'vault.registration', 'webhook.delivery', 'webhook.subscription'
    ] LOOP
        EXECUTE format('ALTER TABLE %s ADD fingerprint bytea', named);
        EXECUTE format('COMMENT ON COLUMN %s.fingerprint IS %L', named,
                       'SHA-256 of the row as the program left it; otherwise, somebody else changed it');
        EXECUTE format('CREATE TRIGGER fingerprint BEFORE INSERT OR UPDATE ON %s FOR EACH ROW '
                       'EXECUTE FUNCTION registry.fingerprint(%s)', named,
                       CASE named WHEN 'imports.run' THEN '''file''' ELSE '' END);
        EXECUTE format('UPDATE %s SET fingerprint = NULL', named); -- the trigger draws it
    END LOOP;
END $$;
