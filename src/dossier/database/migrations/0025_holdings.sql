-- A dossier holds an enterprise that was created on it too, not only linked; and what was told of that is read by when it
-- happened. Who holds what is found anew from the log, as dossier.holding says, once nobody is writing.
LOCK TABLE journal.event, journal.holding IN SHARE ROW EXCLUSIVE MODE;

CREATE TEMP TABLE told (dossier uuid, enterprise text, happened timestamptz, rank integer, role text) ON COMMIT DROP;
CREATE TEMP TABLE held (enterprise text, dossier uuid) ON COMMIT DROP;

-- What is in force: a history is read from its end, and an amendment counts unless a later one takes it back.
DO $$
DECLARE
    event record;
    body jsonb;
    said jsonb;
    reading uuid;
    retracted text[];
    corrected jsonb;
BEGIN
    FOR event IN
        SELECT e.dossier, e.position::text AS position, split_part(e.type, '.', 3) AS name, e.stored
        FROM journal.event e
        WHERE split_part(e.type, '.', 3) = ANY ('{enterprise-created,enterprise-linked,enterprise-unlinked,event-corrected,event-retracted}')
        ORDER BY e.dossier, e.version DESC
    LOOP
        IF reading IS DISTINCT FROM event.dossier THEN
            reading := event.dossier;
            retracted := '{}';
            corrected := '{}';
        END IF;
        CONTINUE WHEN event.position = ANY (retracted);
        body := convert_from(event.stored, 'UTF8')::jsonb;
        said := body -> 'data';
        IF event.name = 'event-retracted' THEN
            retracted := retracted || (said ->> 'corrects')::bigint::text;
        ELSIF event.name = 'event-corrected' THEN
            corrected := jsonb_build_object((said ->> 'corrects')::bigint::text, said) || corrected;
        ELSE
            body := body || jsonb_strip_nulls(jsonb_build_object(
                'data', corrected #> ARRAY[event.position, 'data'], 'time', corrected #> ARRAY[event.position, 'time']));
            INSERT INTO told VALUES (
                event.dossier,
                body #>> '{data,legal_identifier}',
                regexp_replace(body ->> 'time', '(\.\d{6})\d+', '\1')::timestamptz,
                array_position('{enterprise-created,enterprise-linked,enterprise-unlinked}', event.name),
                body #>> '{data,role}');
        END IF;
    END LOOP;
END $$;

-- Created or linked it is held until it is unlinked in its last role; then only another link makes it held again.
DO $$
DECLARE
    fact record;
    roles text[];
    created boolean;
    unlinked boolean;
BEGIN
    FOR fact IN
        SELECT *, row_number() OVER own = 1 AS first, lead(rank) OVER own IS NULL AS last FROM told
        WINDOW own AS (PARTITION BY dossier, enterprise ORDER BY happened, rank)
        ORDER BY dossier, enterprise, happened, rank
    LOOP
        IF fact.first THEN
            roles := '{}';
            created := false;
            unlinked := false;
        END IF;
        IF fact.rank = 1 THEN
            created := true;
        ELSIF fact.rank = 2 THEN
            roles := array_append(array_remove(roles, coalesce(fact.role, 'holder')), coalesce(fact.role, 'holder'));
            unlinked := false;
        ELSIF fact.role IS NULL THEN
            roles := '{}';
            unlinked := true;
        ELSE
            roles := array_remove(roles, CASE WHEN fact.role = ANY (roles) THEN fact.role ELSE 'holder' END);
            unlinked := roles = '{}';
        END IF;
        IF fact.last AND (roles <> '{}' OR created AND NOT unlinked) THEN
            INSERT INTO held VALUES (fact.enterprise, fact.dossier);
        END IF;
    END LOOP;
END $$;

DELETE FROM journal.holding h WHERE NOT EXISTS (SELECT FROM held WHERE (held.enterprise, held.dossier) = (h.enterprise, h.dossier));
INSERT INTO journal.holding SELECT enterprise, dossier FROM held ON CONFLICT DO NOTHING;
