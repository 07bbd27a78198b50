-- found: What a registration found before, by its key.
SELECT dossier, content FROM vault.registration WHERE key = %s;

-- remember: What a registration found; whoever came first stands.
INSERT INTO vault.registration (key, dossier, content) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING;
