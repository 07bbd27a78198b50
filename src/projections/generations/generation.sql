-- create: A generation to be built from the log as it stands.
INSERT INTO projection.generation (ruleset, digest, status, start, position, program, tables)
VALUES (%(ruleset)s, %(digest)s, %(status)s, %(start)s, %(start)s, %(program)s, %(tables)s) RETURNING id;

-- unfinished: A build that was cut off, of these tables, under this ruleset, by this program.
SELECT id, start FROM projection.generation
WHERE status = 'building' AND ruleset = %s AND digest = %s AND program = %s AND tables = %s::text[]
ORDER BY id DESC LIMIT 1;

-- head: Where the log stands.
SELECT coalesce((SELECT position FROM journal.event ORDER BY position DESC LIMIT 1), 0);

-- built: Parts that need not be built again.
SELECT part, events, dossiers FROM projection.part WHERE generation = %s;

-- begun: Where a generation was begun, where it stands, and which of its tables were projected from the log.
SELECT start, position, tables FROM projection.generation WHERE id = %s;

-- set_asides_of: What was set aside in a generation.
SELECT position, dossier, reason FROM projection.set_aside WHERE generation = %s;

-- parts: How many events and dossiers each part of the log has up to a position.
SELECT p.part, count(e.position), count(DISTINCT e.dossier)
FROM (SELECT inhrelid, substring(inhrelid::regclass::text FROM '\d+$')::integer AS part FROM pg_inherits
      WHERE inhparent = 'journal.event'::regclass) AS p
LEFT JOIN journal.event e ON e.tableoid = p.inhrelid AND e.position <= %s
GROUP BY p.part ORDER BY p.part;

-- dossiers_of: Whose events stand at some positions.
SELECT position, dossier FROM journal.event WHERE position = ANY(%s);

-- part_built: This part is built; committed together with its rows.
INSERT INTO projection.part (generation, part, events, dossiers) VALUES (%s, %s, %s, %s);

-- part_turn: Wait for whoever builds this part: a worker may outlive its killed rebuild for a moment.
SELECT pg_advisory_xact_lock(%s, %s);

-- part_found: What building this part came to, if it is built.
SELECT events, dossiers FROM projection.part WHERE generation = %s AND part = %s;

-- keep_served: The generation served until now steps back. What it held when it was switched to, it holds no more.
UPDATE projection.generation SET status = 'kept', content = NULL WHERE status = 'served';

-- serve: From now on this generation is served.
UPDATE projection.generation SET status = 'served', switched_at = now(), content = %s WHERE id = %s;

-- one_build: Hold off a second rebuild; false when one is running.
SELECT pg_try_advisory_lock(7021986);

-- kept: Generations of the served ruleset no longer served, the latest first; one that comes with the program may have
-- said something else then.
SELECT id FROM projection.generation
WHERE status = 'kept' AND ruleset = (SELECT ruleset FROM projection.generation WHERE status = 'served')
ORDER BY switched_at DESC NULLS LAST, id DESC;

-- beside: What was built and is not served, the oldest first, with what made it and a hash of what it holds.
SELECT id, ruleset, digest, position, program, content FROM projection.generation
WHERE status IN ('draft', 'kept') ORDER BY id;

-- unhashed: What another program made, and nobody took a hash of since it steps back.
SELECT id FROM projection.generation WHERE status = 'kept' AND program <> %s AND content IS NULL ORDER BY id;

-- hashed: What a generation that stepped back holds.
UPDATE projection.generation SET content = %s WHERE id = %s;

-- left_over: Drafts, and builds that were cut off, that this program does not take up.
SELECT id FROM projection.generation WHERE status IN ('draft', 'building') AND program <> %s ORDER BY id;

-- ready: A generation that is built and not served, under this ruleset, by this program; the one furthest on.
SELECT id, ruleset, digest, position FROM projection.generation
WHERE status IN ('draft', 'kept') AND ruleset = %s AND digest = %s AND program = %s
ORDER BY position DESC, id DESC LIMIT 1;

-- program_of: What made the rows of a generation.
SELECT program FROM projection.generation WHERE id = %s;

-- set_aside_too: What was set aside stays set aside in a copy.
INSERT INTO projection.set_aside (generation, position, dossier, reason, at)
SELECT %s, position, dossier, reason, at FROM projection.set_aside WHERE generation = %s
ON CONFLICT DO NOTHING;

-- drafted: A generation that is built and waits to be activated.
UPDATE projection.generation SET status = 'draft' WHERE id = %s AND status = 'building';

-- generations: Every generation.
SELECT id, ruleset, status, position, created_at, switched_at FROM projection.generation ORDER BY id;

-- of_number: The state of a generation.
SELECT status FROM projection.generation WHERE id = %s;

-- progress: How far a build has come; others, which were cut off, are told of no more.
UPDATE projection.generation
SET done = CASE WHEN id = %(generation)s THEN %(done)s::bigint END,
    volume = CASE WHEN id = %(generation)s THEN %(of)s::bigint END,
    per_second = CASE WHEN id = %(generation)s THEN %(per_second)s::double precision END
WHERE status = 'building';

-- building: How far the generation has come that is being built now: that somebody has the turn to build.
SELECT done, volume, per_second FROM projection.generation
WHERE status = 'building' AND volume IS NOT NULL
  AND EXISTS (SELECT FROM pg_locks
              WHERE locktype = 'advisory' AND (classid, objid, objsubid) = (0, 7021986, 1) AND granted
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database()));

-- rehearsing: How far the rehearsal under way has come: events done, of how many, and a second.
SELECT done, volume, per_second FROM projection.rehearsal
WHERE status = 'running' AND volume > 0 ORDER BY requested_at LIMIT 1;

-- busy: Hold off any other rebuild until the transaction ends; false when one is running.
SELECT pg_try_advisory_xact_lock(7021986);

-- wait_turn: Wait until no other rebuild is running, and hold the next off.
SELECT pg_advisory_lock(7021986);

-- end_turn: Let the next one begin.
SELECT pg_advisory_unlock(7021986);

-- vacuumed: Give up waiting for a vacuum that nothing calls off.
SET LOCAL lock_timeout = '10s';

-- there: Whether a table is there.
SELECT to_regclass(%s) IS NOT NULL;

-- soon: Give up what needs the tables for itself alone, where it would have to wait.
SET LOCAL lock_timeout = '1s';

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
