-- migrations: What the database was made by.
SELECT name, sha256 FROM public.migration ORDER BY name;

-- has_migrations: Whether the database was ever migrated.
SELECT to_regclass('public.migration') IS NOT NULL;

-- tables: Every table of the log's own: none of PostgreSQL's, none of an extension's, no part of another table.
SELECT n.nspname, c.relname FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
  AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1, 2;

-- columns: The columns of a table that are given and not computed, each with whether its order depends on a language.
SELECT attname, attcollation <> 0 FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum;

-- key: The columns of a table's primary key.
SELECT a.attname FROM pg_constraint c
CROSS JOIN unnest(c.conkey) WITH ORDINALITY AS k (attnum, place)
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum
WHERE c.conrelid = %s::regclass AND c.contype = 'p' ORDER BY k.place;

-- references: Which table names rows of which other.
SELECT a.nspname || '.' || f.relname, b.nspname || '.' || t.relname FROM pg_constraint c
JOIN pg_class f ON f.oid = c.conrelid JOIN pg_namespace a ON a.oid = f.relnamespace
JOIN pg_class t ON t.oid = c.confrelid JOIN pg_namespace b ON b.oid = t.relnamespace
WHERE c.contype = 'f' AND c.conrelid <> c.confrelid AND c.conparentid = 0;

-- sequences: Where every sequence stands.
SELECT schemaname, sequencename, coalesce(last_value, start_value), last_value IS NOT NULL FROM pg_sequences
WHERE schemaname <> 'projection' ORDER BY 1, 2;

-- set_sequence: Have a sequence go on from where it stood.
SELECT setval(format('%%I.%%I', %s::text, %s::text)::regclass, %s, %s);

-- head: Where the log stands.
SELECT position, recordedtime FROM journal.event ORDER BY position DESC LIMIT 1;

-- version: The PostgreSQL it was made on.
SELECT current_setting('server_version');

-- erased: What the vault holds from before an erasure that the log knows; nothing, unless something went wrong.
DELETE FROM vault.entry v USING journal.event e
WHERE e.dossier = v.dossier AND e.type LIKE 'brussels.dossier.personal-data-erased.%%' AND v.version < e.version;

-- act: From now on, in this transaction, what is written is the program's own; what a backup holds keeps its fingerprints.
SELECT set_config('dossier.program', 'on', true);

-- silence: Webhooks of a copy that is only tried deliver nothing.
UPDATE webhook.subscription SET status = 'disabled', reason = 'restored for a drill';

-- forget_keys: The keys of the log that another one goes on from are its own no more.
SELECT registry.draw_up(about, NULL) FROM (
    SELECT DISTINCT ON (about) about, stored FROM registry.deed WHERE about LIKE 'seal.key [%' ORDER BY about, number DESC
) AS last
WHERE convert_from(stored, 'UTF8')::jsonb ->> 'row' IS NOT NULL
ORDER BY about;
