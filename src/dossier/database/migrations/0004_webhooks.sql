-- Webhooks: who wants the log delivered, and what became of each delivery.
CREATE SCHEMA webhook;

CREATE TABLE webhook.subscription (
    id              uuid        PRIMARY KEY,
    agency          text        NOT NULL REFERENCES registry.agency,
    url             text        NOT NULL,
    types           text[],
    agencies        text[],
    relation        text        CHECK (relation = 'own'),
    status          text        NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
    reason          text,
    position        bigint      NOT NULL,
    secret          bytea       NOT NULL,
    previous_secret bytea,
    previous_until  timestamptz,
    created_at      timestamptz NOT NULL DEFAULT now(),
    succeeded_at    timestamptz,
    CHECK ((previous_secret IS NULL) = (previous_until IS NULL))
);
COMMENT ON COLUMN webhook.subscription.position IS 'every event up to here was passed over or tried once';
COMMENT ON COLUMN webhook.subscription.secret IS 'encrypted by the key in the data directory';
CREATE INDEX subscription_agency ON webhook.subscription (agency);

-- One row an event that was tried for a subscription; those delivered are forgotten after a time.
CREATE TABLE webhook.delivery (
    subscription uuid        NOT NULL REFERENCES webhook.subscription ON DELETE CASCADE,
    position     bigint      NOT NULL,
    type         text        NOT NULL,
    status       text        NOT NULL CHECK (status IN ('waiting', 'delivered', 'failed')),
    failures     integer     NOT NULL,
    attempts     jsonb       NOT NULL,
    first_at     timestamptz NOT NULL,
    last_at      timestamptz NOT NULL,
    due_at       timestamptz CHECK ((due_at IS NULL) = (status <> 'waiting')),
    PRIMARY KEY (subscription, position)
);
COMMENT ON COLUMN webhook.delivery.failures IS 'failed attempts since the first, or since redelivery was asked for';
CREATE INDEX delivery_waiting ON webhook.delivery (subscription, due_at) WHERE status = 'waiting';
CREATE INDEX delivery_done ON webhook.delivery (last_at) WHERE status <> 'waiting';

GRANT USAGE ON SCHEMA webhook TO dossier_app, dossier_reader;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA webhook TO dossier_app;
GRANT SELECT ON webhook.delivery TO dossier_reader;
GRANT SELECT (id, agency, types, agencies, relation, status, reason, position, created_at, succeeded_at)
    ON webhook.subscription TO dossier_reader;
