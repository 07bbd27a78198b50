"""What somebody who holds the database could change, and the table that the audit must name for it."""

from __future__ import annotations

from dossier.sealing.keys import Signer

BYTES = [
    ("journal.event", "stored"),
    ("journal.event_key", "key"),
    ("vault.entry", "salt"),
    ("vault.entry", "personal"),
    ("seal.tile", "hashes"),
    ("seal.census", "entries"),
    ("seal.census_page", "hashes"),
    ("seal.checkpoint", "root"),
    ("seal.checkpoint", "census"),
    ("ledger.reading", "stored"),
    ("registry.deed", "stored"),
]
TEXTS = [
    ("journal.event", "type"),
    ("journal.event", "agency"),
    ("journal.holding", "enterprise"),
    ("vault.entry", "words"),
    ("seal.checkpoint", "note"),
    ("ledger.reading", "agency"),
    ("ledger.reading", "purpose"),
    ("seal.cosigned", "note"),
    ("seal.cosignature", "line"),
    ("projection.current", "state"),
    ("projection.current", "phase"),
    ("projection.timeline", "entries"),
    ("projection.fact_dossier", "phase"),
    ("projection.fact_presence", "agency"),
    ("projection.fact_phase", "phase"),
    ("projection.fact_aid", "legal_basis"),
    ("projection.fact_referral", "reason_code"),
    ("projection.generation", "digest"),
    ("registry.deed", "about"),
    ("registry.agency", "id"),
    ("registry.agency", "name_nl"),
    ("registry.agency", "source_prefix"),
    ("registry.former_name", "name_fr"),
    ("registry.service", "note_fr"),
    ("registry.vocabulary", "declaration"),
    ("imports.mapping", "declared"),
    ("seal.witness", "agency"),
    ("webhook.subscription", "agency"),
    ("public.migration", "sha256"),
]
STATEMENTS = [
    ("journal.event", "UPDATE journal.event SET recordedtime = "
                      "(to_char(recordedtime AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') "
                      "|| '+00 BC')::timestamptz WHERE position = 7"),
    ("ledger.reading", "UPDATE ledger.reading SET at = "
                      "(to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') "
                      "|| '+00 BC')::timestamptz WHERE number = 2"),
    ("registry.deed", "UPDATE registry.deed SET at = "
                      "(to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') "
                      "|| '+00 BC')::timestamptz WHERE number = 2"),
    ("projection.generation", "UPDATE projection.generation SET position = position + 1000 WHERE status = 'served'"),
    ("seal.cosigned", "UPDATE seal.cosigned SET note = note || '— evil.example AAAAAAAAAAAAAAAA' || chr(10)"),
    ("journal.event", "DELETE FROM journal.event WHERE position = (SELECT max(position) FROM journal.event)"),
    ("journal.event", "DELETE FROM journal.event WHERE position = 7"),
    ("journal.event", "UPDATE journal.event SET position = position + 1 WHERE position > 7"),
    ("journal.event", "UPDATE journal.event SET version = version + 100 WHERE position = 7"),
    ("journal.event", "UPDATE journal.event SET dossier = gen_random_uuid() WHERE position = 7"),
    ("journal.event", "UPDATE journal.event SET recordedtime = recordedtime + interval '1 us' WHERE position = 7"),
    ("journal.event", "ALTER TABLE journal.event ALTER digest DROP EXPRESSION; "
                      "UPDATE journal.event SET digest = set_byte(digest, 5, get_byte(digest, 5) # 1)"),
    ("journal.event_key", "DELETE FROM journal.event_key"),
    ("journal.event_key", "INSERT INTO journal.event_key "
                          "VALUES (decode(repeat('00', 16), 'hex'), gen_random_uuid(), 1)"),
    ("journal.event_key", "UPDATE journal.event_key SET version = version + 100"),
    ("journal.holding", "DELETE FROM journal.holding"),
    ("journal.holding", "INSERT INTO journal.holding VALUES ('0403019261', gen_random_uuid())"),
    ("vault.entry", "DELETE FROM vault.entry"),
    ("vault.entry", "UPDATE vault.entry SET version = version + 100"),
    ("vault.entry", "INSERT INTO vault.entry SELECT gen_random_uuid(), 1, salt, personal, words FROM vault.entry "
                    "LIMIT 1"),
    ("journal.sameness", "DELETE FROM journal.sameness"),
    ("journal.sameness", "UPDATE journal.sameness SET told = told || '{\"person given_name\": 2}'"),
    ("journal.sameness", "UPDATE journal.sameness SET told = told || '{\"person phone\": 1}'"),
    ("journal.sameness", "UPDATE journal.sameness SET told = '{\"project title\": 1}'"),
    ("journal.sameness", "UPDATE journal.sameness SET told = '{\"person given_name\": true}'"),
    ("journal.sameness", "UPDATE journal.sameness SET version = version - 1"),
    ("journal.sameness", "INSERT INTO journal.sameness SELECT e.dossier, e.version, '{\"person given_name\": 1}' FROM "
                         "vault.entry v JOIN journal.event e USING (dossier, version) "
                         "WHERE e.type LIKE '%profile-updated%' LIMIT 1"),
    ("seal.tile", "DELETE FROM seal.tile WHERE level = 1"),
    ("seal.tile", "INSERT INTO seal.tile VALUES (3, 0, decode(repeat('00', 32), 'hex'))"),
    ("seal.census", "DELETE FROM seal.census WHERE bucket = (SELECT max(bucket) FROM seal.census)"),
    ("seal.census", "INSERT INTO seal.census SELECT 65535, entries FROM seal.census LIMIT 1 ON CONFLICT DO NOTHING"),
    ("seal.census_page", "DELETE FROM seal.census_page WHERE level = 0"),
    ("seal.checkpoint", "UPDATE seal.checkpoint SET size = size - 1"),
    ("seal.checkpoint", "DELETE FROM seal.checkpoint"),
    ("seal.key", "DELETE FROM seal.key"),
    ("seal.key", "UPDATE seal.key SET vkey = vkey || 'A' WHERE series = 'events'"),
    ("seal.key", "INSERT INTO seal.key (series, vkey) VALUES ('readings', '" + Signer.new("log.example/x").vkey + "')"),
    ("seal.key", "INSERT INTO seal.key (series, vkey) VALUES ('events', '" + Signer.new("log.example/x").vkey + "')"),
    ("seal.key", "UPDATE seal.key SET since = since - interval '1 day'"),
    ("seal.checkpoint", "DELETE FROM seal.checkpoint WHERE series = 'readings'"),
    ("seal.tile", "DELETE FROM seal.tile WHERE series = 'readings' AND level = 1"),
    ("seal.census", "DELETE FROM seal.census WHERE series = 'readings'"),
    ("ledger.reading", "DELETE FROM ledger.reading WHERE number = (SELECT max(number) FROM ledger.reading)"),
    ("ledger.reading", "DELETE FROM ledger.reading WHERE number = 7"),
    ("ledger.reading", "UPDATE ledger.reading SET number = number + 1000 WHERE number > 7"),
    ("ledger.reading", "UPDATE ledger.reading SET at = at - interval '1 us' WHERE number = 7"),
    ("ledger.reading", "UPDATE ledger.reading SET reader = NULL WHERE number = 1"),
    ("ledger.reading", "UPDATE ledger.reading SET dossier = gen_random_uuid() WHERE number = 7"),
    ("ledger.reading", "UPDATE ledger.reading SET version = version + 1 WHERE number = 7"),
    ("ledger.reading", "ALTER TABLE ledger.reading ALTER digest DROP EXPRESSION; "
                       "UPDATE ledger.reading SET digest = set_byte(digest, 5, get_byte(digest, 5) # 1)"),
    ("seal.cosignature", "UPDATE seal.cosignature SET at = at + 1"),
    ("seal.cosigned", "UPDATE seal.cosigned SET size = size + 1"),
    ("seal.cosignature", "DELETE FROM seal.cosigned"),
    ("seal.cosigned", "DELETE FROM seal.cosignature"),
    ("registry.deed", "DELETE FROM registry.deed WHERE number = (SELECT max(number) FROM registry.deed)"),
    ("registry.deed", "DELETE FROM registry.deed WHERE number = 2"),
    ("registry.deed", "UPDATE registry.deed SET number = number + 1000 WHERE number > 2"),
    ("registry.deed", "UPDATE registry.deed SET at = at - interval '1 us' WHERE number = 2"),
    ("registry.deed", "ALTER TABLE registry.deed ALTER digest DROP EXPRESSION; "
                      "UPDATE registry.deed SET digest = set_byte(digest, 5, get_byte(digest, 5) # 1)"),
    ("registry.deed", "INSERT INTO registry.deed (number, about, at, stored) SELECT n, about, at, convert_to("
                      "jsonb_set(convert_from(stored, 'UTF8')::jsonb, '{number}', to_jsonb(n::text))::text, 'UTF8') "
                      "FROM (SELECT number + 1 AS n, about, at, stored FROM registry.deed "
                      "ORDER BY number DESC LIMIT 1) l"),
    ("registry.deed", "INSERT INTO registry.deed (number, about, at, stored) SELECT n, a, at, convert_to("
                      "jsonb_build_object('number', n::text, 'about', a, 'row', '{}'::jsonb, "
                      "'at', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'))::text, 'UTF8') "
                      "FROM (SELECT number + 1 AS n, at, 'journal.event [\"x\"]' AS a FROM registry.deed "
                      "ORDER BY number DESC LIMIT 1) l"),
    ("seal.checkpoint", "DELETE FROM seal.checkpoint WHERE series = 'deeds'"),
    ("seal.key", "INSERT INTO seal.key (series, vkey) VALUES ('deeds', '" + Signer.new("log.example/x").vkey + "')"),
    ("journal.event", "DROP TRIGGER append_only ON journal.event"),
    ("registry.agency", "ALTER TABLE registry.agency DISABLE TRIGGER draw_up_deed"),
    ("ledger.reading", "CREATE POLICY hide ON ledger.reading USING (number <> 7)"),
    ("projection.current_1", "GRANT UPDATE ON projection.current_1 TO dossier_reader"),
    ("ledger.opening", "UPDATE ledger.opening SET at = at - interval '1 day'"),
    ("registry.agency", "DELETE FROM registry.agency WHERE id = 'hub'"),
    ("registry.agency", "INSERT INTO registry.agency SELECT 'nobody', name_fr, name_nl, name_en, 'urn:nobody' "
                        "FROM registry.agency WHERE id = 'hub'"),
    ("registry.agency", "UPDATE registry.agency SET succeeded_on = '2020-01-01' WHERE id = 'hub'"),
    ("registry.former_name", "UPDATE registry.former_name SET until = until + 1"),
    ("registry.service", "DELETE FROM registry.service"),
    ("registry.service", "INSERT INTO registry.service VALUES ('hub', 'export', 'open')"),
    ("registry.vocabulary", "DELETE FROM registry.vocabulary"),
    ("imports.mapping", "UPDATE imports.mapping SET stored_at = stored_at + interval '1 us'"),
    ("seal.witness", "UPDATE seal.witness SET added_at = added_at + interval '1 us'"),
    ("webhook.subscription", "UPDATE webhook.subscription SET types = '{aid-applied}'"),
    ("public.migration", "DELETE FROM public.migration WHERE name LIKE '0002%'"),
    ("projection.fact_aid", "UPDATE projection.fact_aid SET amount = amount + 0.01"),
    ("projection.fact_aid", "DELETE FROM projection.fact_aid"),
    ("projection.current", "UPDATE projection.current SET version = version + 1"),
    ("projection.current", "INSERT INTO projection.current SELECT generation, gen_random_uuid(), version, position, "
                           "phase, ict, agencies, state FROM projection.current LIMIT 1"),
    ("projection.set_aside", "INSERT INTO projection.set_aside (generation, position, dossier, reason) "
                             "SELECT id, 1, gen_random_uuid(), 'x' FROM projection.generation"),
]  # fmt: skip
