-- published: Every publication of an indicator after a number, the oldest first.
SELECT number, certificate, published_at, contributions, cells
FROM statistics.publication WHERE indicator = %s AND number > %s ORDER BY number;

-- as_published: What one publication says it was counted from, and when it was published.
SELECT certificate, published_at FROM statistics.publication WHERE indicator = %s AND number::text = %s;

-- turn: One publisher of an indicator at a time, until the transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended('publication ' || %s, 0));

-- publish: One more publication.
INSERT INTO statistics.publication
    (indicator, number, position, ruleset, ruleset_digest, certificate, contributions, cells, program)
VALUES (%(indicator)s, %(number)s, %(position)s, %(ruleset)s, %(ruleset_digest)s, %(certificate)s, %(contributions)s, %(cells)s,
        %(program)s)
RETURNING published_at;

-- amendments: How many corrections and retractions stand between two positions, and the first twenty of them.
SELECT count(*), (array_agg(position ORDER BY position))[1:20] FROM journal.event
WHERE position > %s AND position <= %s AND type IN ('brussels.dossier.event-corrected.v1', 'brussels.dossier.event-retracted.v1');

-- ask: Have the process that publishes look at an indicator.
SELECT pg_notify('press', %s);

-- listen: Hear what is asked for.
LISTEN press;

-- listed: What the columns say of every publication, the oldest of each indicator first.
SELECT indicator, number, position, ruleset, ruleset_digest, program FROM statistics.publication ORDER BY indicator, number;
