-- create: the roles that migrations grant rights to, on a server this program did not set up
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['dossier_app', 'dossier_reader'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
        END IF;
    END LOOP;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL; -- another process created them at this moment
END $$;

-- lend_dossier_app: lets the connecting user become the application's role, without having its rights otherwise
DO $$
BEGIN
    IF NOT pg_has_role(current_user, 'dossier_app', 'SET') THEN
        GRANT dossier_app TO CURRENT_USER WITH INHERIT FALSE, SET TRUE;
    END IF;
END $$;

-- lend_dossier_reader: the same for the reader's role
DO $$
BEGIN
    IF NOT pg_has_role(current_user, 'dossier_reader', 'SET') THEN
        GRANT dossier_reader TO CURRENT_USER WITH INHERIT FALSE, SET TRUE;
    END IF;
END $$;
