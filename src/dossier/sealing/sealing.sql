-- lead: Become the one sealer of a series, if nobody is; held until the connection ends.
SELECT pg_try_advisory_lock(%s);

-- events_head: Where the log stands.
SELECT coalesce((SELECT position FROM journal.event ORDER BY position DESC LIMIT 1), 0);

-- readings_head: Where the access ledger stands.
SELECT coalesce((SELECT number FROM ledger.reading ORDER BY number DESC LIMIT 1), 0);

-- deeds_head: Where the register's deeds stand.
SELECT coalesce((SELECT number FROM registry.deed ORDER BY number DESC LIMIT 1), 0);

-- events_leaves: The log after a position, up to another, in order, each event by its leaf hash.
SELECT position, uuid_send(dossier), version, sha256('\x00'::bytea || stored) FROM journal.event
WHERE position > %s AND position <= %s ORDER BY position LIMIT %s;

-- readings_leaves: The access ledger after a number, up to another, in order, each reading by its leaf hash.
SELECT number, uuid_send(dossier), NULL::integer, sha256('\x00'::bytea || stored) FROM ledger.reading
WHERE number > %s AND number <= %s ORDER BY number LIMIT %s;

-- deeds_leaves: The deeds after a number, up to another, in order, each by its leaf hash; the census counts them by
-- what they are about.
SELECT number, substring(sha256(convert_to(about, 'UTF8')) FOR 16), NULL::integer, sha256('\x00'::bytea || stored)
FROM registry.deed WHERE number > %s AND number <= %s ORDER BY number LIMIT %s;

-- events_entries: The stored bytes after a position, up to another, in order.
SELECT stored FROM journal.event WHERE position > %s AND position <= %s ORDER BY position;

-- readings_entries: The stored bytes after a number, up to another, in order.
SELECT stored FROM ledger.reading WHERE number > %s AND number <= %s ORDER BY number;

-- deeds_entries: The stored bytes after a number, up to another, in order.
SELECT stored FROM registry.deed WHERE number > %s AND number <= %s ORDER BY number;

-- checkpoint: The latest checkpoint of a series.
SELECT size, root, census, note FROM seal.checkpoint WHERE series = %s;

-- sign: The next checkpoint takes the place of the last.
INSERT INTO seal.checkpoint (series, size, root, census, note)
VALUES (%(series)s, %(size)s, %(root)s, %(census)s, %(note)s)
ON CONFLICT (series) DO UPDATE
SET size = excluded.size, root = excluded.root, census = excluded.census, note = excluded.note;

-- tiles: Some tiles of a series.
SELECT t.level, t.number, t.hashes FROM seal.tile t
JOIN unnest(%s::smallint[], %s::bigint[]) AS w (level, number) ON t.level = w.level AND t.number = w.number
WHERE t.series = %s;

-- grow: A tile gains hashes.
INSERT INTO seal.tile (series, level, number, hashes) VALUES (%s, %s, %s, %s)
ON CONFLICT (series, level, number) DO UPDATE SET hashes = seal.tile.hashes || excluded.hashes;

-- buckets: Some buckets of a census.
SELECT bucket, entries FROM seal.census WHERE series = %s AND bucket = ANY(%s);

-- count: What buckets hold from now on.
INSERT INTO seal.census (series, bucket, entries) SELECT %s, * FROM unnest(%b::int[], %b::bytea[])
ON CONFLICT (series, bucket) DO UPDATE SET entries = excluded.entries;

-- pages: Some pages of a census.
SELECT number, hashes FROM seal.census_page WHERE series = %s AND level = %s AND number = ANY(%s);

-- write_pages: What pages hold from now on.
INSERT INTO seal.census_page (series, level, number, hashes) SELECT %s, %s, * FROM unnest(%b::int[], %b::bytea[])
ON CONFLICT (series, level, number) DO UPDATE SET hashes = excluded.hashes;

-- keys: The keys that have signed for a series, the latest last.
SELECT vkey FROM seal.key WHERE series = %s ORDER BY number;

-- add_key: A key that signs from now on.
INSERT INTO seal.key (series, vkey) VALUES (%s, %s) ON CONFLICT (vkey) DO NOTHING;

-- witnesses: The keys that cosign, each with its organisation.
SELECT vkey, agency FROM seal.witness ORDER BY added_at, vkey;

-- add_witness: A key of an organisation that cosigns.
INSERT INTO seal.witness (vkey, agency) VALUES (%s, %s) ON CONFLICT (vkey) DO NOTHING;

-- cosigned: A checkpoint that a witness cosigned; the first to come keeps it.
INSERT INTO seal.cosigned (series, size, note) VALUES (%s, %s, %s) ON CONFLICT (series, size) DO NOTHING;

-- cosigned_at: The cosigned checkpoint over so many entries of a series.
SELECT note FROM seal.cosigned WHERE series = %s AND size = %s;

-- cosign: A witness' cosignature; a second one for the same checkpoint adds nothing.
INSERT INTO seal.cosignature (series, size, vkey, line, at) VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING;

-- latest_cosigned: Of each witness the largest checkpoint of a series, not above a size, that it cosigned.
SELECT size, note FROM seal.cosigned WHERE series = %(series)s AND size IN (
    SELECT max(size) FROM seal.cosignature WHERE series = %(series)s AND size <= %(until)s GROUP BY vkey
) ORDER BY size DESC;

-- cosignatures: The cosignature lines of a checkpoint, with the keys they are by.
SELECT line, vkey FROM seal.cosignature WHERE series = %s AND size = %s ORDER BY at, vkey;

-- history: One dossier's events, with what the vault still holds of each.
SELECT e.position, e.stored, v.personal, v.salt FROM journal.event e
LEFT JOIN vault.entry v ON v.dossier = e.dossier AND v.version = e.version
WHERE e.dossier = %s ORDER BY e.version;
