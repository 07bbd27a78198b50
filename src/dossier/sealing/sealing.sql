-- lead: Become the one sealer, if nobody is; held until the connection ends.
SELECT pg_try_advisory_lock(7021955);

-- head: Where the log stands.
SELECT coalesce((SELECT position FROM journal.event ORDER BY position DESC LIMIT 1), 0);

-- leaves: The log after a position, up to another, in order, each event by its leaf hash.
SELECT position, uuid_send(dossier), version, sha256('\x00'::bytea || stored) FROM journal.event
WHERE position > %s AND position <= %s ORDER BY position LIMIT %s;

-- entries: The stored bytes after a position, up to another, in order.
SELECT stored FROM journal.event WHERE position > %s AND position <= %s ORDER BY position;

-- checkpoint: The latest checkpoint.
SELECT size, root, census, note FROM seal.checkpoint;

-- sign: The next checkpoint takes the place of the last.
INSERT INTO seal.checkpoint (size, root, census, note) VALUES (%(size)s, %(root)s, %(census)s, %(note)s)
ON CONFLICT (one) DO UPDATE
SET size = excluded.size, root = excluded.root, census = excluded.census, note = excluded.note;

-- tiles: Some tiles.
SELECT t.level, t.number, t.hashes FROM seal.tile t
JOIN unnest(%s::smallint[], %s::bigint[]) AS w (level, number) ON t.level = w.level AND t.number = w.number;

-- grow: A tile gains hashes.
INSERT INTO seal.tile (level, number, hashes) VALUES (%s, %s, %s)
ON CONFLICT (level, number) DO UPDATE SET hashes = seal.tile.hashes || excluded.hashes;

-- buckets: Some buckets of the census.
SELECT bucket, entries FROM seal.census WHERE bucket = ANY(%s);

-- count: What buckets hold from now on.
INSERT INTO seal.census (bucket, entries) SELECT * FROM unnest(%s::int[], %s::bytea[])
ON CONFLICT (bucket) DO UPDATE SET entries = excluded.entries;

-- pages: Some pages of the census.
SELECT number, hashes FROM seal.census_page WHERE level = %s AND number = ANY(%s);

-- write_pages: What pages hold from now on.
INSERT INTO seal.census_page (level, number, hashes) SELECT %s, * FROM unnest(%s::int[], %s::bytea[])
ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes;

-- keys: The keys that have signed for this log, the latest last.
SELECT vkey FROM seal.key ORDER BY number;

-- add_key: A key that signs from now on.
INSERT INTO seal.key (vkey) VALUES (%s) ON CONFLICT (vkey) DO NOTHING;

-- witnesses: The keys that cosign, each with its organisation.
SELECT vkey, agency FROM seal.witness ORDER BY added_at, vkey;

-- add_witness: A key of an organisation that cosigns.
INSERT INTO seal.witness (vkey, agency) VALUES (%s, %s) ON CONFLICT (vkey) DO NOTHING;

-- cosigned: A checkpoint that a witness cosigned; the first to come keeps it.
INSERT INTO seal.cosigned (size, note) VALUES (%s, %s) ON CONFLICT (size) DO NOTHING;

-- cosign: A witness' cosignature; a second one for the same checkpoint adds nothing.
INSERT INTO seal.cosignature (size, vkey, line, at) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING;

-- latest_cosigned: The largest checkpoint not above a size that witnesses cosigned.
SELECT size, note FROM seal.cosigned WHERE size <= %s ORDER BY size DESC LIMIT 1;

-- cosignatures: The cosignature lines of a checkpoint, with the keys they are by.
SELECT line, vkey FROM seal.cosignature WHERE size = %s ORDER BY at, vkey;

-- history: One dossier's events, with what the vault still holds of each.
SELECT e.position, e.stored, v.personal, v.salt FROM journal.event e
LEFT JOIN vault.entry v ON v.dossier = e.dossier AND v.version = e.version
WHERE e.dossier = %s ORDER BY e.version;
