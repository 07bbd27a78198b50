-- register: Add an organisation, or change what is known of it.
INSERT INTO registry.agency (id, name_fr, name_nl, name_en, source_prefix, successor, succeeded_on)
VALUES (%(id)s, %(name_fr)s, %(name_nl)s, %(name_en)s, %(source_prefix)s, %(successor)s, %(succeeded_on)s)
ON CONFLICT (id) DO UPDATE SET name_fr = excluded.name_fr, name_nl = excluded.name_nl, name_en = excluded.name_en,
    source_prefix = excluded.source_prefix, successor = excluded.successor, succeeded_on = excluded.succeeded_on;

-- registered: Every organisation.
SELECT id, name_fr, name_nl, name_en, source_prefix, successor, succeeded_on FROM registry.agency ORDER BY id;

-- keep_names: What an organisation was called until a day.
INSERT INTO registry.former_name (agency, until, name_fr, name_nl, name_en)
VALUES (%(id)s, %(until)s, %(name_fr)s, %(name_nl)s, %(name_en)s)
ON CONFLICT (agency, until) DO NOTHING;

-- former_names: What organisations were called before, the latest first.
SELECT agency, until, name_fr, name_nl, name_en FROM registry.former_name ORDER BY agency, until DESC;
