-- found: What a registration found before, by its key.
SELECT dossier, content FROM vault.registration WHERE key = %s;

-- remember: What a registration found; whoever came first stands. Of one that was erased meanwhile nothing is kept.
INSERT INTO vault.registration (key, dossier, content)
SELECT %(key)s, %(dossier)s, CASE
    WHEN EXISTS (SELECT FROM vault.entry WHERE dossier = %(dossier)s)
      OR NOT EXISTS (SELECT FROM journal.event WHERE dossier = %(dossier)s AND type LIKE 'brussels.dossier.personal-data-erased.%%')
    THEN %(content)s::bytea END
ON CONFLICT DO NOTHING;
