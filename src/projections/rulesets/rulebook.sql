-- published: The publication of a ruleset, by the key it was recorded under.
SELECT e.stored FROM journal.event_key k JOIN journal.event e ON e.dossier = k.dossier AND e.version = k.version
WHERE k.key = %s;

-- rulebook: Everything recorded about rulesets, in order.
SELECT position, stored FROM journal.event WHERE dossier = %s ORDER BY version;

-- last_activated: The ruleset activated last.
SELECT stored, position FROM journal.event WHERE dossier = %s AND type = %s ORDER BY version DESC LIMIT 1;

-- active: The ruleset that is served.
SELECT ruleset FROM projection.generation WHERE status = 'served';
