-- request: A ruleset is to be tried on some days, of which one stands for all where one is asked for.
INSERT INTO projection.rehearsal (id, ruleset, digest, against, status, compared_on, compared_days, partly)
VALUES (%(id)s, %(ruleset)s, %(digest)s, %(against)s, 'running', %(on)s, %(days)s, %(partly)s);

-- read: What is known of a rehearsal.
SELECT id, ruleset, digest, against, status, reason, generation, position, done, volume, per_second, difference,
       coalesce(compared_on, (requested_at AT TIME ZONE 'Europe/Brussels')::date),
       coalesce(compared_days, ARRAY[coalesce(compared_on, (requested_at AT TIME ZONE 'Europe/Brussels')::date)]),
       partly
FROM projection.rehearsal WHERE id = %s;

-- latest: The rehearsal of a ruleset against another that was asked for last, of those that can be approved.
SELECT id FROM projection.rehearsal WHERE ruleset = %s AND against = %s AND status = 'done' AND NOT partly
ORDER BY requested_at DESC LIMIT 1;

-- waiting: Rehearsals that are not done.
SELECT id FROM projection.rehearsal WHERE status = 'running' ORDER BY requested_at;

-- attempt: Somebody works on it; how often that was tried.
UPDATE projection.rehearsal SET attempts = attempts + 1 WHERE id = %s AND status = 'running' RETURNING attempts;

-- progress: How far it has come.
UPDATE projection.rehearsal SET done = %s, volume = %s, per_second = %s WHERE id = %s;

-- failed: It cannot be done.
UPDATE projection.rehearsal SET status = 'failed', reason = %s, ended_at = now() WHERE id = %s AND status = 'running';

-- done: The difference is known.
UPDATE projection.rehearsal
SET status = 'done', generation = %s, position = %s, difference = %s, ended_at = now(), done = volume
WHERE id = %s;

-- differing: The dossiers whose current state differs between two generations; with `every`, all; of some, if named.
SELECT dossier, a.state, b.state FROM projection.current a JOIN projection.current b USING (dossier)
WHERE a.generation = %(before)s AND b.generation = %(after)s AND (%(every)s OR a.state <> b.state)
  AND (%(dossiers)s::uuid[] IS NULL OR dossier = ANY(%(dossiers)s))
ORDER BY dossier;

-- keep_dossiers: Add fields of dossiers.
COPY projection.rehearsed_dossier (rehearsal, dossier, field, day, before, after, rules, positions) FROM STDIN;

-- keep_figure: Add the cell of a figure.
INSERT INTO projection.rehearsed_figure
    (rehearsal, number, indicator, row, before, after, hidden_before, hidden_after, day, rules)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s);

-- clear_dossiers: What an attempt that was cut off left.
DELETE FROM projection.rehearsed_dossier WHERE rehearsal = %s;

-- clear_figures: What an attempt that was cut off left.
DELETE FROM projection.rehearsed_figure WHERE rehearsal = %s;

-- dossiers: Fields of dossiers in order, after one.
SELECT dossier, field, day, before, after, rules, positions FROM projection.rehearsed_dossier
WHERE rehearsal = %(rehearsal)s AND (dossier, field, day) > (%(dossier)s::uuid, %(field)s, %(day)s)
ORDER BY dossier, field, day
LIMIT %(limit)s;

-- dossiers_of: Fields of some dossiers.
SELECT dossier, field, day, before, after FROM projection.rehearsed_dossier
WHERE rehearsal = %s AND dossier = ANY(%s) ORDER BY dossier, field, day;

-- figures: Cells of figures in order, after one.
SELECT number, indicator, row, before, after, hidden_before, hidden_after, day, rules FROM projection.rehearsed_figure
WHERE rehearsal = %s AND number > %s ORDER BY number LIMIT %s;

-- fields: How many dossiers differ in each field.
SELECT field, count(DISTINCT dossier) FROM projection.rehearsed_dossier WHERE rehearsal = %s
GROUP BY field ORDER BY field;

-- entries: How many fields of dossiers differ, each counted on each of its days.
SELECT count(*) FROM projection.rehearsed_dossier WHERE rehearsal = %s;

-- days: How many dossiers differ on each day, in what changes with the day.
SELECT day, count(DISTINCT dossier) FROM projection.rehearsed_dossier WHERE rehearsal = %s AND day <> ''
GROUP BY day ORDER BY day;

-- counts: How many dossiers and how many cells differ.
SELECT (SELECT count(DISTINCT dossier) FROM projection.rehearsed_dossier WHERE rehearsal = %(rehearsal)s),
       (SELECT count(*) FROM projection.rehearsed_figure WHERE rehearsal = %(rehearsal)s);

-- touched_since: The dossiers with events after a position and up to another.
SELECT DISTINCT dossier FROM journal.event WHERE position > %s AND position <= %s;
