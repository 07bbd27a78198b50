-- Deeds: every change of what is registered beside the log (organisations and their former names, services,
-- vocabularies, mappings, witnesses, webhooks), drawn up by the database itself, so that no way in forgets it.
-- See docs/decisions/0097.
SET LOCAL timezone = 'UTC'; -- what is found is told as the functions below tell it
ALTER DOMAIN seal.series DROP CONSTRAINT series_check;
ALTER DOMAIN seal.series ADD CONSTRAINT series_check CHECK (VALUE IN ('events', 'readings', 'deeds'));

-- One row a change. `number` counts from 1 without gaps, in commit order.
CREATE TABLE registry.deed (
    number bigint      PRIMARY KEY CHECK (number > 0),
    about  text        NOT NULL,
    at     timestamptz NOT NULL,
    stored bytea       NOT NULL,
    digest bytea       NOT NULL GENERATED ALWAYS AS (sha256(stored)) STORED
);
COMMENT ON COLUMN registry.deed.about IS 'the table, and the key of the row in it as a JSON array';
COMMENT ON COLUMN registry.deed.at IS 'the clock of the database; never decreases with the number';
COMMENT ON COLUMN registry.deed.stored IS 'JSON: number, about, at, and the row from then on, null once it is removed';

-- The application reads deeds and writes none: the functions below do, with the rights of their owner.
GRANT SELECT ON registry.deed TO dossier_app, dossier_reader;
-- Which migrations were run is checked beside.
GRANT SELECT ON public.migration TO dossier_app;

CREATE FUNCTION registry.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%.%: % is refused, for it would leave no deed', TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON registry.deed
    FOR EACH STATEMENT EXECUTE FUNCTION registry.refuse_change();

CREATE FUNCTION registry.about(named text, keys text[], told jsonb) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    RETURN named || ' ' || (SELECT jsonb_agg(told -> k ORDER BY n) FROM unnest(keys) WITH ORDINALITY AS key (k, n));

-- On disk before anybody sees it, whatever the session asked for: it is signed at once.
CREATE FUNCTION registry.draw_up(subject text, told jsonb) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    last registry.deed;
    next bigint;
    instant timestamptz;
BEGIN
    PERFORM set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off';
    SELECT * INTO last FROM registry.deed ORDER BY number DESC LIMIT 1;
    next := coalesce(last.number, 0) + 1;
    instant := greatest(clock_timestamp(), last.at);
    INSERT INTO registry.deed (number, about, at, stored) VALUES (next, subject, instant, convert_to(jsonb_build_object(
        'number', next::text, 'about', subject, 'row', told,
        'at', to_char(instant, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text, 'UTF8'));
    PERFORM pg_notify('deeds', '');
END $$;

-- Changes wait for each other before they lock a row, so that none waits for a number while another waits for its row;
-- and not for ever, so that one that nobody ends does not hold up the others.
CREATE FUNCTION registry.wait_for_turn() RETURNS trigger
    LANGUAGE plpgsql SET lock_timeout = '5s' AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('registry.deed', 0));
    RETURN NULL;
END $$;

-- Arguments: the columns that name a row, and those that deeds leave out. A row that stays as it is makes no deed.
CREATE FUNCTION registry.draw_up_deed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    named text := TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME;
    keys text[] := TG_ARGV[0]::text[];
    before jsonb := to_jsonb(OLD) - TG_ARGV[1]::text[];
    after jsonb := to_jsonb(NEW) - TG_ARGV[1]::text[];
BEGIN
    IF registry.about(named, keys, before) IS DISTINCT FROM registry.about(named, keys, after) THEN
        IF before IS NOT NULL THEN
            PERFORM registry.draw_up(registry.about(named, keys, before), NULL);
        END IF;
        before := NULL;
    END IF;
    IF after IS DISTINCT FROM before THEN
        PERFORM registry.draw_up(registry.about(named, keys, after), after);
    END IF;
    RETURN NULL;
END $$;

-- Else whoever may make a table of their own could have it draw up deeds.
REVOKE EXECUTE ON FUNCTION registry.about, registry.draw_up, registry.draw_up_deed FROM PUBLIC;

-- Draws up a deed for each row of a table that has none as it is now: at first, and after a migration of its columns.
CREATE FUNCTION registry.tell_as_found(named regclass, keys text[], untold text[]) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    found record;
BEGIN
    FOR found IN EXECUTE format(
        'SELECT registry.about(%L, %L, told) AS subject, told FROM (SELECT to_jsonb(t) - %L::text[] AS told FROM %s t) AS rows '
        'ORDER BY subject', named, keys, untold, named
    ) LOOP
        PERFORM registry.draw_up(found.subject, found.told) WHERE found.told IS DISTINCT FROM (
            SELECT convert_from(stored, 'UTF8')::jsonb -> 'row' FROM registry.deed WHERE about = found.subject
            ORDER BY number DESC LIMIT 1);
    END LOOP;
END $$;
REVOKE EXECUTE ON FUNCTION registry.tell_as_found FROM PUBLIC;

-- What was registered before is put on record as it is found: by nobody who is writing meanwhile. When readings began is
-- not to change, so it has a deed and needs no trigger.
LOCK TABLE ledger.opening, registry.agency, registry.former_name, registry.service, registry.vocabulary,
    imports.mapping, seal.witness, webhook.subscription IN SHARE ROW EXCLUSIVE MODE;
SELECT registry.tell_as_found('ledger.opening', '{at}', '{}');
DO $$
DECLARE
    kept record;
BEGIN
    FOR kept IN SELECT * FROM (VALUES
        (1, 'registry.agency', '{id}', '{}', ''),
        (2, 'registry.former_name', '{agency,until}', '{}', ''),
        (3, 'registry.service', '{agency,service}', '{}', ''),
        (4, 'registry.vocabulary', '{agency,version}', '{}', ''),
        (5, 'imports.mapping', '{agency,name}', '{}', ''),
        (6, 'seal.witness', '{vkey}', '{}', ''),
        (7, 'webhook.subscription', '{id}', '{url,secret,previous_secret,previous_until,position,succeeded_at}',
            ' OF id, agency, types, agencies, relation, status, reason, created_at')
    ) AS kept (number, named, keys, untold, columns) ORDER BY number LOOP
        PERFORM registry.tell_as_found(kept.named::regclass, kept.keys::text[], kept.untold::text[]);
        EXECUTE format('CREATE TRIGGER wait_for_turn BEFORE INSERT OR DELETE OR UPDATE%s ON %s '
                       'FOR EACH STATEMENT EXECUTE FUNCTION registry.wait_for_turn()', kept.columns, kept.named);
        EXECUTE format('CREATE TRIGGER draw_up_deed AFTER INSERT OR DELETE OR UPDATE%s ON %s '
                       'FOR EACH ROW EXECUTE FUNCTION registry.draw_up_deed(%L, %L)',
                       kept.columns, kept.named, kept.keys, kept.untold);
        EXECUTE format('CREATE TRIGGER not_all BEFORE TRUNCATE ON %s '
                       'FOR EACH STATEMENT EXECUTE FUNCTION registry.refuse_change()', kept.named);
    END LOOP;
END $$;
