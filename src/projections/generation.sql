-- create: A generation to be built from the log as it stands.
INSERT INTO projection.generation (ruleset, digest, status, start, position)
VALUES (%(ruleset)s, %(digest)s, %(status)s, %(start)s, %(start)s) RETURNING id;

-- unfinished: A build that was cut off, under this ruleset.
SELECT id, start FROM projection.generation WHERE status = 'building' AND ruleset = %s AND digest = %s
ORDER BY id DESC LIMIT 1;

-- head: Where the log stands.
SELECT coalesce((SELECT position FROM journal.event ORDER BY position DESC LIMIT 1), 0);

-- built: Parts that need not be built again.
SELECT part, events, dossiers FROM projection.part WHERE generation = %s;

-- part_built: This part is built; committed together with its rows.
INSERT INTO projection.part (generation, part, events, dossiers) VALUES (%s, %s, %s, %s);

-- part_turn: Wait for whoever builds this part: a worker may outlive its killed rebuild for a moment.
SELECT pg_advisory_xact_lock(%s, %s);

-- part_found: What building this part came to, if it is built.
SELECT events, dossiers FROM projection.part WHERE generation = %s AND part = %s;

-- keep_served: The generation served until now steps back.
UPDATE projection.generation SET status = 'kept' WHERE status = 'served';

-- serve: From now on this generation is served.
UPDATE projection.generation SET status = 'served', switched_at = now(), content = %s WHERE id = %s;

-- one_build: Hold off a second rebuild; false when one is running.
SELECT pg_try_advisory_lock(7021986);

-- kept: Generations no longer served, the latest first.
SELECT id FROM projection.generation WHERE status = 'kept' ORDER BY switched_at DESC NULLS LAST, id DESC;

-- forget: Drop what is known of a generation whose tables are gone.
DELETE FROM projection.generation WHERE id = %s;

-- attached: Whether a generation's tables are served from already.
SELECT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = to_regclass(%s));

-- volume: How many events each part of the log has, up to a position.
SELECT count(*) FROM journal.event WHERE position <= %s;

-- served: The generation being served.
SELECT id FROM projection.generation WHERE status = 'served';

-- has_key: Whether a table has its key.
SELECT 1 FROM pg_index WHERE indrelid = to_regclass(%s) AND indisprimary;
