-- exists: Whether the database holds a log.
SELECT to_regclass('journal.event') IS NOT NULL;

-- head: Where the log stands.
SELECT coalesce((SELECT position FROM journal.event ORDER BY position DESC LIMIT 1), 0);

-- volume: How many events of some types there are up to a position.
SELECT count(*) FROM journal.event WHERE position <= %s AND (%s::text[] IS NULL OR type = ANY(%s));

-- events: The log up to a position, in order; of some types, where any are named.
COPY (
    SELECT position, stored FROM journal.event
    WHERE position <= %s AND (%s::text[] IS NULL OR type = ANY(%s)) ORDER BY position
) TO STDOUT (FORMAT BINARY);

-- events_told: The same, each with which values of its personal fields were the same as others, without the values.
COPY (
    SELECT position, stored, t.told::text FROM journal.event e LEFT JOIN (
        SELECT dossier, version, jsonb_object_agg(field, ordinal) AS told FROM journal.told GROUP BY dossier, version
    ) t ON t.dossier = e.dossier AND t.version = e.version
    WHERE position <= %s AND (%s::text[] IS NULL OR type = ANY(%s)) ORDER BY position
) TO STDOUT (FORMAT BINARY);

-- readings_head: How many readings there are.
SELECT coalesce((SELECT number FROM ledger.reading ORDER BY number DESC LIMIT 1), 0);

-- readings_since: Since when readings are recorded.
SELECT min(at) FROM ledger.opening;

-- readings: The access ledger up to a number, in order.
COPY (SELECT number, stored FROM ledger.reading WHERE number <= %s ORDER BY number) TO STDOUT (FORMAT BINARY);
