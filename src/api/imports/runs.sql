-- add: A new run.
INSERT INTO imports.run (id, agency, mapping, declared, file, dry_run, status, position)
VALUES (%(id)s, %(agency)s, %(mapping)s, %(declared)s, %(file)s, %(dry_run)s, 'waiting',
        coalesce((SELECT max(position) FROM journal.event), 0));

-- get: One run.
SELECT id, agency, mapping, declared, dry_run, status, attempts, rows, accepted, duplicate, quarantined, opened, registered,
       position, failure, posted_at, started_at, passed, ended_at
FROM imports.run WHERE id = %(id)s;

-- of_agency: The runs of an organisation, the newest first, before a number.
SELECT id, agency, mapping, declared, dry_run, status, attempts, rows, accepted, duplicate, quarantined, opened, registered,
       position, failure, posted_at, started_at, passed, ended_at
FROM imports.run
WHERE agency = %(agency)s AND number < coalesce((SELECT number FROM imports.run WHERE id = %(before)s), 9223372036854775807)
ORDER BY number DESC LIMIT %(limit)s;

-- unfinished: Runs sent by HTTP that are not at their end, the oldest first.
SELECT id FROM imports.run WHERE status IN ('waiting', 'running') AND agency IS NOT NULL ORDER BY number;

-- unfinished_of: How many of them are an organisation's.
SELECT count(*) FROM imports.run WHERE status IN ('waiting', 'running') AND agency = %(agency)s;

-- same: Unfinished runs of the command line, of the same file by the same mapping, the newest first.
SELECT id FROM imports.run
WHERE status IN ('waiting', 'running') AND agency IS NULL AND file = %(file)s AND declared = %(declared)s AND NOT dry_run
ORDER BY number DESC;

-- before: Unfinished runs of an organisation that stand before one of the same file by the same mapping.
SELECT other.id FROM imports.run own
JOIN imports.run other USING (agency, file, declared)
WHERE own.id = %(id)s AND other.number < own.number AND other.status IN ('waiting', 'running')
  AND NOT own.dry_run AND NOT other.dry_run;

-- lock: Keep a run for oneself until the connection ends.
SELECT pg_try_advisory_lock(hashtextextended(%(id)s::text, 7021985));

-- start: A run starts, or goes on. A dry run starts anew: what it would have written before is not known any more.
UPDATE imports.run SET
    status = 'running', attempts = attempts + 1, started_at = now(),
    passed = CASE WHEN dry_run THEN 0 ELSE rows END, rows = CASE WHEN dry_run THEN 0 ELSE rows END,
    accepted = CASE WHEN dry_run THEN 0 ELSE accepted END, duplicate = CASE WHEN dry_run THEN 0 ELSE duplicate END,
    quarantined = CASE WHEN dry_run THEN 0 ELSE quarantined END, opened = CASE WHEN dry_run THEN 0 ELSE opened END,
    registered = CASE WHEN dry_run THEN '{}' ELSE registered END
WHERE id = %(id)s AND status IN ('waiting', 'running')
RETURNING attempts;

-- forget_faults: A dry run that starts anew finds its faults anew.
DELETE FROM imports.fault USING imports.run WHERE fault.run = run.id AND run.id = %(id)s AND run.dry_run;

-- keep: A chunk is done.
UPDATE imports.run SET
    rows = %(rows)s, accepted = %(accepted)s, duplicate = %(duplicate)s, opened = %(opened)s,
    quarantined = quarantined + %(quarantined)s, registered = %(registered)s, position = %(position)s, attempts = 0
WHERE id = %(id)s;

-- keep_fault: A row is left out.
INSERT INTO imports.fault (run, line, number, code, header, value, about)
VALUES (%(run)s, %(line)s, %(number)s, %(code)s, %(header)s, %(value)s, %(about)s)
ON CONFLICT DO NOTHING;

-- end: A run is at its end.
UPDATE imports.run SET status = %(status)s, failure = %(failure)s, ended_at = now(), file = ''
WHERE id = %(id)s AND status IN ('waiting', 'running');

-- faults: What a run left out, after a line, whole lines at a time.
SELECT line, code, header, value, about FROM imports.fault
WHERE run = %(id)s AND line > %(after)s
  AND line <= coalesce((SELECT line FROM imports.fault WHERE run = %(id)s AND line > %(after)s
                        ORDER BY line OFFSET %(limit)s LIMIT 1), 9223372036854775807)
ORDER BY line, number;

-- expire: Runs that ended long ago, with what they left out.
DELETE FROM imports.run
WHERE ended_at < now() - make_interval(days => %(days)s) AND mapping NOT LIKE 'register:%%';

-- newest_extract: The day of the newest extract of a register that was brought in.
SELECT max(declared) FROM imports.run WHERE mapping = %(mapping)s AND status = 'done';

-- store_mapping: Store a mapping under a name, in place of the one there is; the same again changes nothing.
INSERT INTO imports.mapping (agency, name, declared) VALUES (%(agency)s, %(name)s, %(declared)s)
ON CONFLICT (agency, name) DO UPDATE SET declared = excluded.declared, stored_at = now()
WHERE mapping.declared <> excluded.declared
RETURNING (xmax = 0) AS added;

-- stored_mapping: A mapping by its name.
SELECT declared FROM imports.mapping WHERE agency = %(agency)s AND name = %(name)s;
