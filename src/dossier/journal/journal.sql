-- begin: Take the turn to write, and read where the log stands. Held until the transaction ends.
BEGIN;
SELECT pg_advisory_xact_lock(7021984);
SELECT position, recordedtime FROM journal.event ORDER BY position DESC LIMIT 1;

-- turn: Take the turn to write inside a transaction that is open.
SELECT pg_advisory_xact_lock(7021984);

-- wake: Wake whoever follows the log, once the transaction is durable.
NOTIFY journal;

-- commit: Wake whoever follows the log, and make it durable.
NOTIFY journal;
COMMIT;

-- copy_events: Append events.
COPY journal.event (position, dossier, version, type, agency, recordedtime, stored) FROM STDIN (FORMAT BINARY);

-- copy_keys: Claim idempotency keys; a key claimed before breaks the transaction.
COPY journal.event_key (key, dossier, version) FROM STDIN (FORMAT BINARY);

-- copy_vault: Put personal parts into the vault.
COPY vault.entry (dossier, version, salt, personal, words) FROM STDIN (FORMAT BINARY);

-- keep_sameness: Before persons are forgotten: which of their values were the same, without the values.
INSERT INTO journal.sameness (dossier, version, told)
SELECT dossier, version, jsonb_object_agg(field, ordinal) FROM journal.told
WHERE dossier = ANY(%s) AND (dossier, version) IN (SELECT dossier, version FROM vault.entry WHERE dossier = ANY(%s))
GROUP BY dossier, version ORDER BY dossier, version;

-- erase: Forget the persons of dossiers: values, salts and search words.
DELETE FROM vault.entry WHERE dossier = ANY(%s);

-- erase_registrations: Forget what registrations that found these dossiers held.
UPDATE vault.registration SET content = NULL WHERE dossier = ANY(%s) AND content IS NOT NULL;

-- hold: Dossiers that now hold an enterprise number.
INSERT INTO journal.holding (enterprise, dossier) SELECT * FROM unnest(%s::text[], %s::uuid[]) ON CONFLICT DO NOTHING;

-- release: Dossiers that no longer hold one.
DELETE FROM journal.holding h USING unnest(%s::text[], %s::uuid[]) AS r (enterprise, dossier)
WHERE h.enterprise = r.enterprise AND h.dossier = r.dossier;

-- recorded: Events already in the log under these idempotency keys, with the salt that opens their commitment.
SELECT k.key, e.dossier, e.version, e.position, e.stored, v.salt
FROM journal.event_key k
JOIN journal.event e ON e.dossier = k.dossier AND e.version = k.version
LEFT JOIN vault.entry v ON v.dossier = k.dossier AND v.version = k.version
WHERE k.key = ANY(%s);

-- places: Which dossiers the events under these idempotency keys are of.
SELECT key, dossier FROM journal.event_key WHERE key = ANY(%s);

-- holders: Who holds which of these enterprise numbers.
SELECT enterprise, dossier FROM journal.holding WHERE enterprise = ANY(%s);

-- holdings: Who holds which enterprise numbers, all of them.
SELECT enterprise, dossier FROM journal.holding ORDER BY enterprise, dossier;

-- comparing: Dossiers that ever said of this one whether both are of one person; by an index of just these events.
SELECT DISTINCT dossier FROM journal.event
WHERE substring(stored FROM position('"other":"'::bytea IN stored) FOR 45) = convert_to('"other":"' || %(dossier)s::uuid, 'UTF8')
  AND position('"other":"'::bytea IN stored) > 0
  AND type IN ('brussels.dossier.dossiers-linked.v1', 'brussels.dossier.dossiers-unlinked.v1',
               'brussels.dossier.dossiers-distinct.v1', 'brussels.dossier.event-corrected.v1')
ORDER BY dossier;

-- select_many: The histories of many dossiers in one go.
SELECT dossier, version, position, stored FROM journal.event WHERE dossier = ANY(%s) ORDER BY dossier, version;

-- history: One dossier's history.
SELECT dossier, version, position, stored FROM journal.event WHERE dossier = %s ORDER BY version;

-- told: One dossier's history, and when asked for what the vault still holds of it; beside its first event, the
-- dossiers that `comparing` finds. In one go: nothing is read as often.
SELECT e.version, e.position, e.stored, v.personal, CASE WHEN e.version = 1 THEN ARRAY(COMPARING) END AS naming
FROM journal.event e
LEFT JOIN vault.entry v ON %(personal)s AND v.dossier = e.dossier AND v.version = e.version
WHERE e.dossier = %(dossier)s ORDER BY e.version;

-- vault: The personal parts of dossiers.
SELECT dossier, version, personal, salt FROM vault.entry WHERE dossier = ANY(%s);

-- versions: How many events dossiers have; none for one that does not exist.
SELECT dossier, max(version) FROM journal.event WHERE dossier = ANY(%s) GROUP BY dossier;

-- head: Where the log stands.
SELECT position, recordedtime FROM journal.event ORDER BY position DESC LIMIT 1;

-- feed: The log after a position, in order: at most so many events, and bytes (but for the first).
SELECT position, dossier, version, type, agency, stored FROM (
    SELECT position, dossier, version, type, agency, stored,
           sum(octet_length(stored)) OVER (ORDER BY position) - octet_length(stored) AS before
    FROM (
        SELECT position, dossier, version, type, agency, stored FROM journal.event
        WHERE position > %(after)s AND position <= %(until)s
          AND (%(types)s::text[] IS NULL OR type = ANY(%(types)s))
          AND (%(agencies)s::text[] IS NULL OR agency = ANY(%(agencies)s))
        ORDER BY position LIMIT %(limit)s
    ) AS found
) AS counted
WHERE before < %(bytes)s ORDER BY position;

-- at: The event at a position.
SELECT position, dossier, version, type, agency, stored FROM journal.event WHERE position = %s;

-- of_agency: What an agency recorded, dossier by dossier, after an event, with what the vault still holds of it.
SELECT e.position, e.dossier, e.version, e.type, e.agency, e.stored, v.personal
FROM journal.event e LEFT JOIN vault.entry v ON v.dossier = e.dossier AND v.version = e.version
WHERE e.agency = %(agency)s AND (e.dossier, e.version) > (%(dossier)s, %(version)s) AND e.position <= %(until)s
ORDER BY e.dossier, e.version LIMIT %(limit)s;

-- last_of_agency: The last event that an agency recorded on dossiers.
SELECT dossier, max(version), max(position) FROM journal.event
WHERE agency = %(agency)s AND dossier = ANY(%(dossiers)s) AND position <= %(until)s GROUP BY dossier;
-- reached: When the log came to a position.
SELECT recordedtime FROM journal.event WHERE position = %s;

-- search: Dossiers whose persons' or enterprises' names and contacts look like any of the words asked for, best first.
SELECT dossier, max(word_similarity(asked, words)) AS score
FROM unnest(%(asked)s::text[], %(like)s::text[]) AS spelling(asked, pattern)
JOIN vault.entry ON words IS NOT NULL AND (asked <%% words OR words LIKE '%%' || pattern || '%%')
GROUP BY dossier ORDER BY score DESC, dossier LIMIT %(limit)s;

-- wholly: Which of these dossiers have whole words like those asked for, and not only parts of words; an address as it is.
SELECT DISTINCT dossier FROM vault.entry
JOIN unnest(%(asked)s::text[], %(like)s::text[]) AS spelling(asked, pattern)
  ON ' ' || words || ' ' LIKE '%% ' || pattern || ' %%' OR (NOT %(exactly)s AND strict_word_similarity(asked, words) >= 0.5)
WHERE dossier = ANY(%(dossiers)s) AND words IS NOT NULL;

-- amended: Which of these dossiers have events that were corrected or retracted.
SELECT DISTINCT dossier FROM journal.event WHERE dossier = ANY(%s)
  AND type IN ('brussels.dossier.event-corrected.v1', 'brussels.dossier.event-retracted.v1');

-- matched: By which of their events dossiers are found.
SELECT DISTINCT dossier, version FROM vault.entry
JOIN unnest(%(asked)s::text[], %(like)s::text[]) AS spelling(asked, pattern)
  ON asked <%% words OR words LIKE '%%' || pattern || '%%'
WHERE dossier = ANY(%(dossiers)s) AND words IS NOT NULL;

-- spelled: What persons are found by, beside what it is made of.
SELECT dossier, version, personal, words FROM vault.entry;

-- respell: Other words for a row of the vault.
UPDATE vault.entry SET words = %s WHERE dossier = %s AND version = %s;
