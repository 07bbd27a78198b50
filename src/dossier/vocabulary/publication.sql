-- versions: Which version of its vocabulary each agency stands at.
SELECT agency, max(version) FROM registry.vocabulary GROUP BY agency;

-- declarations: Every version of an agency's vocabulary, the oldest first.
SELECT version, declaration, digest, published_at FROM registry.vocabulary WHERE agency = %s ORDER BY version;

-- turn: Let one publication of an agency go before the next.
SELECT pg_advisory_xact_lock(7021987, hashtext(%s));

-- publish: Add a version.
INSERT INTO registry.vocabulary (agency, version, declaration, digest) VALUES (%s, %s, %s, %s)
RETURNING version, declaration, digest, published_at;

-- note: Words met without a common term.
INSERT INTO registry.unmapped AS known (agency, type, field, word, recorded, refused, first_seen, last_seen, positions)
SELECT * FROM unnest(%(agency)s::text[], %(type)s::text[], %(field)s::text[], %(word)s::text[], %(recorded)s::bigint[],
                     %(refused)s::bigint[], %(seen)s::timestamptz[], %(seen)s::timestamptz[]) AS met,
     LATERAL (SELECT ARRAY[]::bigint[]) AS none
ON CONFLICT (agency, type, field, word) DO UPDATE SET
    recorded = known.recorded + excluded.recorded, refused = known.refused + excluded.refused,
    last_seen = greatest(known.last_seen, excluded.last_seen);

-- sample: Where in the log such a word stands, the first few places.
UPDATE registry.unmapped SET positions = (positions || %(positions)s::bigint[])[1:5]
WHERE agency = %(agency)s AND type = %(type)s AND field = %(field)s AND word = %(word)s AND cardinality(positions) < 5;

-- many: How many words of an agency are in the queue.
SELECT count(*) FROM registry.unmapped WHERE agency = %s;

-- unmapped: The queue of an agency, the most frequent first.
SELECT type, field, word, recorded, refused, first_seen, last_seen, positions FROM registry.unmapped
WHERE agency = %s ORDER BY recorded + refused DESC, type, field, word;

-- events: The log of an agency, for a rehearsal.
SELECT position, type, stored FROM journal.event WHERE agency = %s ORDER BY position;
