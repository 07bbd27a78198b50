-- served: The generation being served.
SELECT id, ruleset, digest, position FROM projection.generation WHERE status = 'served';

-- served_for_update: The same, held until the transaction ends: one projector at a time, and none across a switch.
SELECT id, ruleset, digest, position FROM projection.generation WHERE status = 'served' FOR UPDATE;

-- touched: The dossiers of the events after a position and up to another, and the last position among them.
SELECT position, dossier FROM journal.event WHERE position > %s AND position <= %s
ORDER BY position LIMIT %s;

-- new: The events after a position.
SELECT position, dossier, version, stored FROM journal.event WHERE position > %s ORDER BY position LIMIT %s;

-- histories: Whole histories of dossiers, up to a position.
SELECT dossier, version, position, stored FROM journal.event
WHERE dossier = ANY(%s) AND position <= %s ORDER BY dossier, version;

-- advance: Rows of a generation now say what the log says up to a position.
UPDATE projection.generation SET position = %s WHERE id = %s;

-- set_aside: An event no projection could take.
INSERT INTO projection.set_aside (generation, position, dossier, reason) VALUES (%s, %s, %s, %s)
ON CONFLICT (generation, position) DO UPDATE SET reason = excluded.reason;

-- statements: What a generation's dossiers say of these enterprises.
SELECT dossier, enterprise, said FROM projection.statement WHERE generation = %s AND enterprise = ANY(%s)
ORDER BY dossier, enterprise;

-- naming: The dossiers that ever named one of these enterprises.
SELECT DISTINCT dossier FROM projection.statement WHERE generation = %s AND enterprise = ANY(%s) ORDER BY dossier;

-- around: What a generation's dossiers say of the enterprises that one dossier ever named.
SELECT enterprise, said FROM projection.statement
WHERE generation = %(generation)s AND enterprise IN (
    SELECT enterprise FROM projection.statement WHERE generation = %(generation)s AND dossier = %(dossier)s
) ORDER BY enterprise, dossier;

-- current: The current state of a dossier, the version it stands at, the generation it is of and its ruleset.
SELECT version, state, generation, (SELECT ruleset FROM projection.generation WHERE status = 'served'),
       (SELECT digest FROM projection.generation WHERE status = 'served')
FROM projection.current
WHERE dossier = %s AND generation = (SELECT id FROM projection.generation WHERE status = 'served');

-- timeline: The timeline of a dossier and the version it stands at.
SELECT version, entries, (SELECT ruleset FROM projection.generation WHERE status = 'served') FROM projection.timeline
WHERE dossier = %s AND generation = (SELECT id FROM projection.generation WHERE status = 'served');

-- found: Summaries of dossiers, filtered.
SELECT dossier, state FROM projection.current
WHERE generation = (SELECT id FROM projection.generation WHERE status = 'served')
  AND dossier = ANY(%(dossiers)s)
  AND (%(agency)s::text[] IS NULL OR agencies && %(agency)s)
  AND (%(phase)s::text IS NULL OR phase = %(phase)s)
  AND (%(ict)s::boolean IS NULL OR ict = %(ict)s);

-- listed: Summaries of dossiers in the order of their ids, filtered, after one.
SELECT dossier, state FROM projection.current
WHERE generation = (SELECT id FROM projection.generation WHERE status = 'served')
  AND (%(after)s::uuid IS NULL OR dossier > %(after)s)
  AND (%(agency)s::text[] IS NULL OR agencies && %(agency)s)
  AND (%(phase)s::text IS NULL OR phase = %(phase)s)
  AND (%(ict)s::boolean IS NULL OR ict = %(ict)s)
ORDER BY dossier LIMIT %(limit)s;

-- set_asides: Events set aside in the served generation.
SELECT position, dossier, reason, at FROM projection.set_aside
WHERE generation = (SELECT id FROM projection.generation WHERE status = 'served') ORDER BY position;

-- counts: How many dossiers the served generation has.
SELECT count(*) FROM projection.current
WHERE generation = (SELECT id FROM projection.generation WHERE status = 'served');

-- lead: Become the one live projector, if nobody is.
SELECT pg_try_advisory_lock(7021985);

-- generation: A generation by its number.
SELECT id, ruleset, digest, position, status, program FROM projection.generation WHERE id = %s;

-- standing_at: A generation under a ruleset, made by this program, that stands at a position.
SELECT id FROM projection.generation
WHERE ruleset = %s AND digest = %s AND program = %s AND position = %s AND status <> 'building' LIMIT 1;

-- columns: The columns of a table in their order.
SELECT column_name FROM information_schema.columns
WHERE table_schema = 'projection' AND table_name = %s ORDER BY ordinal_position;

-- named: The enterprises that one dossier ever named.
SELECT enterprise FROM projection.statement WHERE generation = %s AND dossier = %s;
