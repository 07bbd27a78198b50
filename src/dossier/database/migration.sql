-- lock: one process migrates at a time; released when the connection closes
SELECT pg_advisory_lock(hashtextextended('dossier.migration', 0));

-- create: where applied migrations are written down
CREATE TABLE IF NOT EXISTS public.migration (
    name       text        PRIMARY KEY,
    sha256     text        NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);

-- applied: every migration this database has had
SELECT name, sha256 FROM public.migration;

-- record: a migration was applied, in the transaction that applied it
INSERT INTO public.migration (name, sha256) VALUES (%s, %s);
