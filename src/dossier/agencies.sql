-- register: Add an organisation, or change what is known of it.
INSERT INTO registry.agency (id, name_fr, name_nl, name_en, source_prefix, successor)
VALUES (%(id)s, %(name_fr)s, %(name_nl)s, %(name_en)s, %(source_prefix)s, %(successor)s)
ON CONFLICT (id) DO UPDATE SET name_fr = excluded.name_fr, name_nl = excluded.name_nl, name_en = excluded.name_en,
    source_prefix = excluded.source_prefix, successor = excluded.successor;

-- registered: Every organisation.
SELECT id, name_fr, name_nl, name_en, source_prefix, successor FROM registry.agency ORDER BY id;
