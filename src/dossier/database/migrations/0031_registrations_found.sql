-- Registrations that found a dossier, by their Idempotency-Key: they wrote no event that could tell them from another.
CREATE TABLE vault.registration (
    key     bytea       PRIMARY KEY,
    dossier uuid        NOT NULL,
    content bytea,
    at      timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE vault.registration IS 'registrations with an Idempotency-Key that found a dossier';
COMMENT ON COLUMN vault.registration.key IS 'SHA-256 of the agency and the key';
COMMENT ON COLUMN vault.registration.content IS 'SHA-256 of what was registered; null once the person was erased';
GRANT SELECT, INSERT, UPDATE (content) ON vault.registration TO dossier_app;
