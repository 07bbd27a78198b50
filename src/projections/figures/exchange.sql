-- readings: How many entries the access ledger had when the log went on from a position; where it has not, how many it has.
SELECT coalesce((
    SELECT number FROM ledger.reading
    WHERE at < coalesce((SELECT recordedtime FROM journal.event WHERE position = %s + 1::bigint), 'infinity')
    ORDER BY at DESC, number DESC LIMIT 1), 0);

-- exchange: What one agency's facts were to another: when first read, whether sent again. One row a contribution.
WITH RECURSIVE fact AS NOT MATERIALIZED (  -- every event, by the agency that counts as its own
    SELECT dossier, version, position, coalesce(%(line)s::jsonb ->> agency, agency) AS agency, type, recordedtime, stored
    FROM journal.event WHERE position <= %(position)s
), mark AS (  -- up to where an agency (its advisers or its program) had read a dossier, and when first
    SELECT r.dossier, coalesce(%(line)s::jsonb ->> r.agency, r.agency) AS agency, r.position, min(r.at) AS at
    FROM ledger.reading r
    WHERE r.agency IS NOT NULL AND r.role IN ('agency', 'adviser') AND r.kind = ANY(%(marking)s)
      AND r.number <= %(readings)s
    GROUP BY 1, 2, 3
), first_reading AS (  -- of facts recorded since readings are
    SELECT e.dossier, e.position, e.agency AS from_agency, m.agency AS to_agency, e.recordedtime, min(m.at) AS at
    FROM mark m JOIN fact e ON e.dossier = m.dossier AND e.position <= m.position AND e.agency <> m.agency
    WHERE e.recordedtime >= (SELECT min(at) FROM ledger.opening) AND e.agency <> ALL(%(bystanders)s)
    GROUP BY e.dossier, e.position, e.agency, m.agency, e.recordedtime
), retraction AS (  -- of each dossier, the last first
    SELECT dossier, position, (convert_from(stored, 'UTF8')::jsonb #>> '{data,corrects}')::bigint AS target,
           row_number() OVER (PARTITION BY dossier ORDER BY position DESC) AS number
    FROM fact WHERE type = 'brussels.dossier.event-retracted.v1'
), taken_back AS (  -- read from the end: one that a later one in force takes back does not count
    SELECT dossier, number, ARRAY[target] AS positions FROM retraction WHERE number = 1
    UNION ALL
    SELECT r.dossier, r.number, CASE WHEN r.position = ANY(t.positions) THEN t.positions ELSE t.positions || r.target END
    FROM taken_back t JOIN retraction r ON r.dossier = t.dossier AND r.number = t.number + 1
), retracted AS (
    SELECT DISTINCT unnest(positions) AS position FROM taken_back
), erased AS (  -- from an erasure on, what was sent before is not there to be read or sent again
    SELECT dossier, max(position) AS position FROM fact
    WHERE type LIKE 'brussels.dossier.personal-data-erased.%%' GROUP BY dossier
), event AS (  -- every fact that fills in a profile
    SELECT e.dossier, e.version, e.position, e.agency, e.type, e.recordedtime,
           convert_from(e.stored, 'UTF8')::jsonb -> 'data' AS said
    FROM fact e
    WHERE e.type = ANY(%(profile)s) AND e.agency <> ALL(%(bystanders)s)
      AND e.position NOT IN (SELECT position FROM retracted WHERE position IS NOT NULL)
), sent AS (  -- one row a field of a profile and time it was sent; of personal fields not the values, but which are the same
    SELECT e.dossier, e.position, e.agency, e.recordedtime, CASE t.field
               WHEN 'enterprise legal_name' THEN 'enterprise ' || (e.said ->> 'legal_identifier') || 'legal_name'
               ELSE t.field END AS field, to_jsonb(t.ordinal) AS value
    FROM event e JOIN journal.told t ON t.dossier = e.dossier AND t.version = e.version
    LEFT JOIN erased x ON x.dossier = e.dossier
    WHERE e.position > coalesce(x.position, 0)
    UNION ALL
    SELECT dossier, position, agency, recordedtime, 'project ' || f.key, f.value
    FROM event, jsonb_each(said) f
    WHERE type = 'brussels.dossier.project-described.v1' AND f.key <> ALL('{local_term,local_terms}')
    UNION ALL
    SELECT dossier, position, agency, recordedtime, 'enterprise ' || (said ->> 'legal_identifier') || f.key, f.value
    FROM event, jsonb_each(said) f
    WHERE f.key = ANY('{legal_identifier,legal_form,nace,seat}')
      AND type IN ('brussels.dossier.enterprise-linked.v1', 'brussels.dossier.enterprise-created.v1')
), compared AS (  -- each time a field was sent: what stood, how long this stands, how often its sender had sent this before
    SELECT dossier, field, position, agency, recordedtime, value,
           lag(value) OVER sending AS stood, lag(agency) OVER sending AS stood_from,
           lead(position) OVER sending AS until,
           row_number() OVER (PARTITION BY dossier, field, agency, value ORDER BY position) AS times
    FROM sent WINDOW sending AS (PARTITION BY dossier, field ORDER BY position)
), again AS (  -- the same value sent by another agency than the one it stood from, that had not told it itself before
    SELECT dossier, field, stood_from AS from_agency, agency AS to_agency, min(recordedtime) AS at FROM compared
    WHERE stood_from <> agency AND stood = value AND times = 1
      AND recordedtime >= (SELECT min(at) FROM ledger.opening)
    GROUP BY dossier, field, stood_from, agency
), last_act AS (
    SELECT dossier, agency, max(position) AS position FROM fact GROUP BY dossier, agency
), acted AS (  -- the readings after which an agency recorded something
    SELECT m.* FROM mark m JOIN last_act l USING (dossier, agency) WHERE m.position < l.position
), reused AS (  -- a field that stood there from another agency, that this one never sent, and when it first read it
    SELECT c.dossier, c.agency AS from_agency, a.agency AS to_agency, min(a.at) AS at
    FROM acted a JOIN compared c ON c.dossier = a.dossier AND c.agency <> a.agency AND c.position <= a.position
                                AND (c.until IS NULL OR c.until > a.position)
    WHERE NOT EXISTS (
        SELECT FROM sent s WHERE s.dossier = c.dossier AND s.field = c.field AND s.agency = a.agency)
    GROUP BY c.dossier, c.field, c.agency, a.agency
)
SELECT dossier::text, from_agency, to_agency, 'hours_to_first_reading' AS measure, 'median' AS aggregate,
       extract(year FROM at AT TIME ZONE 'Europe/Brussels')::integer AS year,
       greatest(0, extract(epoch FROM at - recordedtime) / 3600)::double precision AS amount
FROM first_reading
UNION ALL
SELECT dossier::text, from_agency, to_agency, 'share_reused', 'mean', extract(year FROM at AT TIME ZONE 'Europe/Brussels')::integer, 1 FROM reused
UNION ALL
SELECT dossier::text, from_agency, to_agency, 'share_reused', 'mean', extract(year FROM at AT TIME ZONE 'Europe/Brussels')::integer, 0 FROM again
UNION ALL
SELECT dossier::text, from_agency, to_agency, 'asked_twice', 'sum', extract(year FROM at AT TIME ZONE 'Europe/Brussels')::integer, 1 FROM again;
