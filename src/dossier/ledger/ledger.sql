-- append: Add entries behind the last one, which must be the one expected; none otherwise. Columns are what they say.
INSERT INTO ledger.reading (number, dossier, role, agency, reader, purpose, kind, version, position, at, stored)
SELECT (said ->> 'number')::bigint, (said ->> 'dossier')::uuid, said ->> 'role', said ->> 'agency', said ->> 'reader',
       said ->> 'purpose', said ->> 'kind', (said ->> 'version')::integer, (said ->> 'position')::bigint,
       (said ->> 'at')::timestamptz, stored
FROM (SELECT stored, convert_from(stored, 'UTF8')::jsonb AS said FROM unnest(%s::bytea[]) AS stored) AS entry
WHERE coalesce((SELECT number FROM ledger.reading ORDER BY number DESC LIMIT 1), 0) = %s;

-- last: The last entry's number and time.
SELECT number, at FROM ledger.reading ORDER BY number DESC LIMIT 1;

-- entries: The stored bytes of entries after a number, in order.
SELECT number, stored FROM ledger.reading WHERE number > %s ORDER BY number LIMIT %s;

-- since: Since when readings are recorded.
SELECT min(at) FROM ledger.opening;

-- asked: Entries by dossier, agency and time, after a number, in order.
SELECT number, dossier, role, agency, reader, purpose, kind, version, position, at, stored FROM ledger.reading
WHERE number > %(after)s
  AND (%(dossier)s::uuid IS NULL OR dossier = %(dossier)s)
  AND (%(agency)s::text IS NULL OR agency = %(agency)s)
  AND (%(start)s::timestamptz IS NULL OR at >= %(start)s)
  AND (%(end)s::timestamptz IS NULL OR at < %(end)s)
ORDER BY number LIMIT %(limit)s;

-- of_dossier: The readings of a dossier before a number, the latest first.
SELECT number, dossier, role, agency, reader, purpose, kind, version, position, at, stored FROM ledger.reading
WHERE dossier = %(dossier)s AND (%(before)s::bigint IS NULL OR number < %(before)s)
ORDER BY number DESC LIMIT %(limit)s;

-- own: One reader's latest readings of a dossier, the latest first; by agency and role where nobody is named.
SELECT number, dossier, role, agency, reader, purpose, kind, version, position, at, stored FROM ledger.reading
WHERE dossier = %(dossier)s AND role = %(role)s AND agency IS NOT DISTINCT FROM %(agency)s::text
  AND reader IS NOT DISTINCT FROM %(reader)s::text AND kind = ANY(%(kinds)s)
  AND (%(until)s::timestamptz IS NULL OR at <= %(until)s)
ORDER BY number DESC LIMIT %(limit)s;
