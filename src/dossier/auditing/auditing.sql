-- count: How many events there are to check.
SELECT count(*) FROM journal.event;

-- events: The whole log in order of position, with everything that is beside the bytes.
COPY (
    SELECT position, uuid_send(dossier), version, type, agency,
           CASE WHEN recordedtime < '0001-01-01 00:00:00Z' THEN 'BC ' ELSE '' END
               || to_char(recordedtime AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), stored, digest
    FROM journal.event ORDER BY position
) TO STDOUT (FORMAT BINARY);

-- histories: The whole log, dossier by dossier.
COPY (SELECT uuid_send(dossier), position, stored FROM journal.event ORDER BY dossier, version)
TO STDOUT (FORMAT BINARY);

-- wrong_key: An event whose idempotency key is not that of its source and id, or a key of no event.
WITH said AS (
    SELECT position, dossier, version, convert_from(stored, 'UTF8')::jsonb AS body FROM journal.event
)
SELECT s.position, encode(k.key, 'hex')
FROM said s FULL JOIN journal.event_key k ON k.dossier = s.dossier AND k.version = s.version
WHERE k.key IS DISTINCT FROM
    substring(sha256(convert_to(body ->> 'source', 'UTF8') || '\x00'::bytea || convert_to(body ->> 'id', 'UTF8')) FOR 16)
ORDER BY s.position LIMIT 1;

-- fill_keys: Every event gets the key of its source and id.
INSERT INTO journal.event_key (key, dossier, version)
SELECT
    substring(sha256(convert_to(body ->> 'source', 'UTF8') || '\x00'::bytea || convert_to(body ->> 'id', 'UTF8')) FOR 16),
    dossier, version
FROM (SELECT dossier, version, convert_from(stored, 'UTF8')::jsonb AS body FROM journal.event) said;

-- wrong_commitment: An event whose personal part the vault does not hold as committed to, though nothing erased it; or
-- a row of the vault that belongs to no event.
WITH said AS (
    SELECT position, dossier, version, type, convert_from(stored, 'UTF8')::jsonb ->> 'personal' AS commitment
    FROM journal.event
), erased AS (
    SELECT dossier, max(position) AS position FROM said
    WHERE type LIKE 'brussels.dossier.personal-data-erased.%' GROUP BY dossier
)
SELECT s.position, v.dossier, v.version,
       CASE WHEN s.position IS NULL THEN 'it is of no event'
            WHEN v.dossier IS NULL THEN 'it is missing, and no event erased it'
            WHEN s.position < e.position THEN 'it ought to be gone: an event erased it'
            ELSE 'it is not what the event committed to' END
FROM said s FULL JOIN vault.entry v ON v.dossier = s.dossier AND v.version = s.version
LEFT JOIN erased e ON e.dossier = s.dossier
WHERE (v.dossier IS NOT NULL
       AND s.commitment IS DISTINCT FROM 'sha256:' || encode(sha256(v.salt || v.personal), 'hex'))
   OR (v.dossier IS NULL AND s.commitment IS NOT NULL AND s.position > coalesce(e.position, 0))
   OR (v.dossier IS NOT NULL AND s.position < e.position)
ORDER BY s.position LIMIT 1;

-- vault: What the vault holds to be found by.
SELECT dossier, version, personal, words FROM vault.entry;

-- sameness: Which values were the same, by event: its type, whether it has a personal part, the erasures before and after.
SELECT s.dossier, s.version, s.told, e.type, convert_from(e.stored, 'UTF8')::jsonb -> 'personal' IS NOT NULL,
       x.before, x.after > 0
FROM journal.sameness s LEFT JOIN journal.event e ON e.dossier = s.dossier AND e.version = s.version
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE version < s.version) AS before, count(*) FILTER (WHERE version > s.version) AS after
    FROM journal.event WHERE dossier = s.dossier AND type LIKE 'brussels.dossier.personal-data-erased.%'
) AS x
ORDER BY s.dossier, s.version;

-- holdings: Which dossiers hold which enterprise numbers.
SELECT uuid_send(dossier), enterprise FROM journal.holding;

-- count_readings: How many readings there are to check.
SELECT count(*) FROM ledger.reading;

-- readings: The whole access ledger in order, with everything that is beside the bytes.
COPY (
    SELECT number, uuid_send(dossier), role, agency, reader, purpose, kind, version, position,
           CASE WHEN at < '0001-01-01 00:00:00Z' THEN 'BC ' ELSE '' END
               || to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), stored, digest
    FROM ledger.reading ORDER BY number
) TO STDOUT (FORMAT BINARY);

-- deeds: Every deed of the register in order, with everything that is beside the bytes.
SELECT number, about, CASE WHEN at < '0001-01-01 00:00:00Z' THEN 'BC ' ELSE '' END
               || to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), stored, digest
FROM registry.deed ORDER BY number;

-- last_deeds: What the register says of each row that ever was.
SELECT DISTINCT ON (about) about, stored FROM registry.deed ORDER BY about, number DESC;

-- migrations: Which migrations were run, and the digests of what they said.
SELECT name, sha256 FROM public.migration ORDER BY name;

-- tiles: Every tile of a tree.
SELECT level, number, hashes FROM seal.tile WHERE series = %s ORDER BY level, number;

-- census: Every bucket of a census.
SELECT bucket, entries FROM seal.census WHERE series = %s ORDER BY bucket;

-- pages: Every page of a census.
SELECT level, number, hashes FROM seal.census_page WHERE series = %s ORDER BY level, number;

-- cosigned: Every checkpoint of a series that was cosigned.
SELECT size, note FROM seal.cosigned WHERE series = %s ORDER BY size;

-- cosignatures: Every cosignature of a series.
SELECT size, vkey, line, at FROM seal.cosignature WHERE series = %s ORDER BY size, vkey;
