CREATE SCHEMA journal;

CREATE SCHEMA registry;

CREATE SCHEMA vault;

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

COMMENT ON EXTENSION pg_trgm IS 'text similarity measurement and index searching based on trigrams';

CREATE FUNCTION journal.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'the journey log is append-only: % is refused; correct a fact by a later event', TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TABLE journal.event (
    "position" bigint NOT NULL,
    dossier uuid NOT NULL,
    version integer NOT NULL,
    type text NOT NULL,
    agency text NOT NULL,
    recordedtime timestamp with time zone NOT NULL,
    stored bytea NOT NULL,
    digest bytea GENERATED ALWAYS AS (sha256(stored)) STORED NOT NULL,
    CONSTRAINT event_version_check CHECK ((version > 0))
)
PARTITION BY HASH (dossier);

CREATE TABLE journal.event_0 (
    "position" bigint CONSTRAINT event_position_not_null NOT NULL,
    dossier uuid CONSTRAINT event_dossier_not_null NOT NULL,
    version integer CONSTRAINT event_version_not_null NOT NULL,
    type text CONSTRAINT event_type_not_null NOT NULL,
    agency text CONSTRAINT event_agency_not_null NOT NULL,
    recordedtime timestamp with time zone CONSTRAINT event_recordedtime_not_null NOT NULL,
    stored bytea CONSTRAINT event_stored_not_null NOT NULL,
    digest bytea GENERATED ALWAYS AS (sha256(stored)) STORED CONSTRAINT event_digest_not_null NOT NULL,
    CONSTRAINT event_version_check CHECK ((version > 0))
);

CREATE TABLE journal.event_1 (
    "position" bigint CONSTRAINT event_position_not_null NOT NULL,
    dossier uuid CONSTRAINT event_dossier_not_null NOT NULL,
    version integer CONSTRAINT event_version_not_null NOT NULL,
    type text CONSTRAINT event_type_not_null NOT NULL,
    agency text CONSTRAINT event_agency_not_null NOT NULL,
    recordedtime timestamp with time zone CONSTRAINT event_recordedtime_not_null NOT NULL,
    stored bytea CONSTRAINT event_stored_not_null NOT NULL,
    digest bytea GENERATED ALWAYS AS (sha256(stored)) STORED CONSTRAINT event_digest_not_null NOT NULL,
    CONSTRAINT event_version_check CHECK ((version > 0))
);

CREATE TABLE journal.event_2 (
    "position" bigint CONSTRAINT event_position_not_null NOT NULL,
    dossier uuid CONSTRAINT event_dossier_not_null NOT NULL,
    version integer CONSTRAINT event_version_not_null NOT NULL,
    type text CONSTRAINT event_type_not_null NOT NULL,
    agency text CONSTRAINT event_agency_not_null NOT NULL,
    recordedtime timestamp with time zone CONSTRAINT event_recordedtime_not_null NOT NULL,
    stored bytea CONSTRAINT event_stored_not_null NOT NULL,
    digest bytea GENERATED ALWAYS AS (sha256(stored)) STORED CONSTRAINT event_digest_not_null NOT NULL,
    CONSTRAINT event_version_check CHECK ((version > 0))
);

CREATE TABLE journal.event_3 (
    "position" bigint CONSTRAINT event_position_not_null NOT NULL,
    dossier uuid CONSTRAINT event_dossier_not_null NOT NULL,
    version integer CONSTRAINT event_version_not_null NOT NULL,
    type text CONSTRAINT event_type_not_null NOT NULL,
    agency text CONSTRAINT event_agency_not_null NOT NULL,
    recordedtime timestamp with time zone CONSTRAINT event_recordedtime_not_null NOT NULL,
    stored bytea CONSTRAINT event_stored_not_null NOT NULL,
    digest bytea GENERATED ALWAYS AS (sha256(stored)) STORED CONSTRAINT event_digest_not_null NOT NULL,
    CONSTRAINT event_version_check CHECK ((version > 0))
);

CREATE TABLE journal.event_4 (
    "position" bigint CONSTRAINT event_position_not_null NOT NULL,
    dossier uuid CONSTRAINT event_dossier_not_null NOT NULL,
    version integer CONSTRAINT event_version_not_null NOT NULL,
    type text CONSTRAINT event_type_not_null NOT NULL,
    agency text CONSTRAINT event_agency_not_null NOT NULL,
    recordedtime timestamp with time zone CONSTRAINT event_recordedtime_not_null NOT NULL,
    stored bytea CONSTRAINT event_stored_not_null NOT NULL,
    digest bytea GENERATED ALWAYS AS (sha256(stored)) STORED CONSTRAINT event_digest_not_null NOT NULL,
    CONSTRAINT event_version_check CHECK ((version > 0))
);

CREATE TABLE journal.event_5 (
    "position" bigint CONSTRAINT event_position_not_null NOT NULL,
    dossier uuid CONSTRAINT event_dossier_not_null NOT NULL,
    version integer CONSTRAINT event_version_not_null NOT NULL,
    type text CONSTRAINT event_type_not_null NOT NULL,
    agency text CONSTRAINT event_agency_not_null NOT NULL,
    recordedtime timestamp with time zone CONSTRAINT event_recordedtime_not_null NOT NULL,
    stored bytea CONSTRAINT event_stored_not_null NOT NULL,
    digest bytea GENERATED ALWAYS AS (sha256(stored)) STORED CONSTRAINT event_digest_not_null NOT NULL,
    CONSTRAINT event_version_check CHECK ((version > 0))
);

CREATE TABLE journal.event_6 (
    "position" bigint CONSTRAINT event_position_not_null NOT NULL,
    dossier uuid CONSTRAINT event_dossier_not_null NOT NULL,
    version integer CONSTRAINT event_version_not_null NOT NULL,
    type text CONSTRAINT event_type_not_null NOT NULL,
    agency text CONSTRAINT event_agency_not_null NOT NULL,
    recordedtime timestamp with time zone CONSTRAINT event_recordedtime_not_null NOT NULL,
    stored bytea CONSTRAINT event_stored_not_null NOT NULL,
    digest bytea GENERATED ALWAYS AS (sha256(stored)) STORED CONSTRAINT event_digest_not_null NOT NULL,
    CONSTRAINT event_version_check CHECK ((version > 0))
);

CREATE TABLE journal.event_7 (
    "position" bigint CONSTRAINT event_position_not_null NOT NULL,
    dossier uuid CONSTRAINT event_dossier_not_null NOT NULL,
    version integer CONSTRAINT event_version_not_null NOT NULL,
    type text CONSTRAINT event_type_not_null NOT NULL,
    agency text CONSTRAINT event_agency_not_null NOT NULL,
    recordedtime timestamp with time zone CONSTRAINT event_recordedtime_not_null NOT NULL,
    stored bytea CONSTRAINT event_stored_not_null NOT NULL,
    digest bytea GENERATED ALWAYS AS (sha256(stored)) STORED CONSTRAINT event_digest_not_null NOT NULL,
    CONSTRAINT event_version_check CHECK ((version > 0))
);

CREATE TABLE journal.event_key (
    key uuid NOT NULL,
    dossier uuid NOT NULL,
    version integer NOT NULL
);

CREATE TABLE journal.holding (
    enterprise text NOT NULL,
    dossier uuid NOT NULL
);

CREATE VIEW journal.stored_event AS
 SELECT dossier AS originator_id,
    (version)::bigint AS originator_version,
    type AS topic,
    stored AS state,
    "position" AS notification_id
   FROM journal.event;

CREATE TABLE public.migration (
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE registry.agency (
    id text NOT NULL,
    name_fr text NOT NULL,
    name_nl text NOT NULL,
    name_en text NOT NULL,
    source_prefix text NOT NULL,
    successor text,
    registered_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE vault.entry (
    dossier uuid NOT NULL,
    version integer NOT NULL,
    salt bytea NOT NULL,
    personal bytea NOT NULL,
    words text,
    CONSTRAINT entry_salt_check CHECK ((length(salt) = 32))
);

COMMENT ON COLUMN vault.entry.words IS 'folded names and contacts, for search; null where none';

ALTER TABLE ONLY journal.event ATTACH PARTITION journal.event_0 FOR VALUES WITH (modulus 8, remainder 0);

ALTER TABLE ONLY journal.event ATTACH PARTITION journal.event_1 FOR VALUES WITH (modulus 8, remainder 1);

ALTER TABLE ONLY journal.event ATTACH PARTITION journal.event_2 FOR VALUES WITH (modulus 8, remainder 2);

ALTER TABLE ONLY journal.event ATTACH PARTITION journal.event_3 FOR VALUES WITH (modulus 8, remainder 3);

ALTER TABLE ONLY journal.event ATTACH PARTITION journal.event_4 FOR VALUES WITH (modulus 8, remainder 4);

ALTER TABLE ONLY journal.event ATTACH PARTITION journal.event_5 FOR VALUES WITH (modulus 8, remainder 5);

ALTER TABLE ONLY journal.event ATTACH PARTITION journal.event_6 FOR VALUES WITH (modulus 8, remainder 6);

ALTER TABLE ONLY journal.event ATTACH PARTITION journal.event_7 FOR VALUES WITH (modulus 8, remainder 7);

ALTER TABLE ONLY journal.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (dossier, version);

ALTER TABLE ONLY journal.event_0
    ADD CONSTRAINT event_0_pkey PRIMARY KEY (dossier, version);

ALTER TABLE ONLY journal.event_1
    ADD CONSTRAINT event_1_pkey PRIMARY KEY (dossier, version);

ALTER TABLE ONLY journal.event_2
    ADD CONSTRAINT event_2_pkey PRIMARY KEY (dossier, version);

ALTER TABLE ONLY journal.event_3
    ADD CONSTRAINT event_3_pkey PRIMARY KEY (dossier, version);

ALTER TABLE ONLY journal.event_4
    ADD CONSTRAINT event_4_pkey PRIMARY KEY (dossier, version);

ALTER TABLE ONLY journal.event_5
    ADD CONSTRAINT event_5_pkey PRIMARY KEY (dossier, version);

ALTER TABLE ONLY journal.event_6
    ADD CONSTRAINT event_6_pkey PRIMARY KEY (dossier, version);

ALTER TABLE ONLY journal.event_7
    ADD CONSTRAINT event_7_pkey PRIMARY KEY (dossier, version);

ALTER TABLE ONLY journal.event_key
    ADD CONSTRAINT event_key_pkey PRIMARY KEY (key);

ALTER TABLE ONLY journal.holding
    ADD CONSTRAINT holding_pkey PRIMARY KEY (enterprise, dossier);

ALTER TABLE ONLY public.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (name);

ALTER TABLE ONLY registry.agency
    ADD CONSTRAINT agency_pkey PRIMARY KEY (id);

ALTER TABLE ONLY registry.agency
    ADD CONSTRAINT agency_source_prefix_key UNIQUE (source_prefix);

ALTER TABLE ONLY vault.entry
    ADD CONSTRAINT entry_pkey PRIMARY KEY (dossier, version);

CREATE INDEX event_position ON ONLY journal.event USING btree ("position");

CREATE INDEX event_0_position_idx ON journal.event_0 USING btree ("position");

CREATE INDEX event_1_position_idx ON journal.event_1 USING btree ("position");

CREATE INDEX event_2_position_idx ON journal.event_2 USING btree ("position");

CREATE INDEX event_3_position_idx ON journal.event_3 USING btree ("position");

CREATE INDEX event_4_position_idx ON journal.event_4 USING btree ("position");

CREATE INDEX event_5_position_idx ON journal.event_5 USING btree ("position");

CREATE INDEX event_6_position_idx ON journal.event_6 USING btree ("position");

CREATE INDEX event_7_position_idx ON journal.event_7 USING btree ("position");

CREATE INDEX entry_words ON vault.entry USING gin (words public.gin_trgm_ops) WHERE (words IS NOT NULL);

ALTER INDEX journal.event_pkey ATTACH PARTITION journal.event_0_pkey;

ALTER INDEX journal.event_position ATTACH PARTITION journal.event_0_position_idx;

ALTER INDEX journal.event_pkey ATTACH PARTITION journal.event_1_pkey;

ALTER INDEX journal.event_position ATTACH PARTITION journal.event_1_position_idx;

ALTER INDEX journal.event_pkey ATTACH PARTITION journal.event_2_pkey;

ALTER INDEX journal.event_position ATTACH PARTITION journal.event_2_position_idx;

ALTER INDEX journal.event_pkey ATTACH PARTITION journal.event_3_pkey;

ALTER INDEX journal.event_position ATTACH PARTITION journal.event_3_position_idx;

ALTER INDEX journal.event_pkey ATTACH PARTITION journal.event_4_pkey;

ALTER INDEX journal.event_position ATTACH PARTITION journal.event_4_position_idx;

ALTER INDEX journal.event_pkey ATTACH PARTITION journal.event_5_pkey;

ALTER INDEX journal.event_position ATTACH PARTITION journal.event_5_position_idx;

ALTER INDEX journal.event_pkey ATTACH PARTITION journal.event_6_pkey;

ALTER INDEX journal.event_position ATTACH PARTITION journal.event_6_position_idx;

ALTER INDEX journal.event_pkey ATTACH PARTITION journal.event_7_pkey;

ALTER INDEX journal.event_position ATTACH PARTITION journal.event_7_position_idx;

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON journal.event FOR EACH STATEMENT EXECUTE FUNCTION journal.refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON journal.event_0 FOR EACH STATEMENT EXECUTE FUNCTION journal.refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON journal.event_1 FOR EACH STATEMENT EXECUTE FUNCTION journal.refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON journal.event_2 FOR EACH STATEMENT EXECUTE FUNCTION journal.refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON journal.event_3 FOR EACH STATEMENT EXECUTE FUNCTION journal.refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON journal.event_4 FOR EACH STATEMENT EXECUTE FUNCTION journal.refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON journal.event_5 FOR EACH STATEMENT EXECUTE FUNCTION journal.refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON journal.event_6 FOR EACH STATEMENT EXECUTE FUNCTION journal.refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON journal.event_7 FOR EACH STATEMENT EXECUTE FUNCTION journal.refuse_change();

ALTER TABLE ONLY registry.agency
    ADD CONSTRAINT agency_successor_fkey FOREIGN KEY (successor) REFERENCES registry.agency(id);

GRANT USAGE ON SCHEMA journal TO dossier_app;
GRANT USAGE ON SCHEMA journal TO dossier_reader;

GRANT USAGE ON SCHEMA registry TO dossier_app;
GRANT USAGE ON SCHEMA registry TO dossier_reader;

GRANT USAGE ON SCHEMA vault TO dossier_app;

GRANT SELECT,INSERT ON TABLE journal.event TO dossier_app;
GRANT SELECT ON TABLE journal.event TO dossier_reader;

GRANT SELECT ON TABLE journal.event_0 TO dossier_reader;

GRANT SELECT ON TABLE journal.event_1 TO dossier_reader;

GRANT SELECT ON TABLE journal.event_2 TO dossier_reader;

GRANT SELECT ON TABLE journal.event_3 TO dossier_reader;

GRANT SELECT ON TABLE journal.event_4 TO dossier_reader;

GRANT SELECT ON TABLE journal.event_5 TO dossier_reader;

GRANT SELECT ON TABLE journal.event_6 TO dossier_reader;

GRANT SELECT ON TABLE journal.event_7 TO dossier_reader;

GRANT SELECT,INSERT ON TABLE journal.event_key TO dossier_app;
GRANT SELECT ON TABLE journal.event_key TO dossier_reader;

GRANT SELECT,INSERT,DELETE ON TABLE journal.holding TO dossier_app;
GRANT SELECT ON TABLE journal.holding TO dossier_reader;

GRANT SELECT ON TABLE journal.stored_event TO dossier_app;
GRANT SELECT ON TABLE journal.stored_event TO dossier_reader;

GRANT SELECT,INSERT,UPDATE ON TABLE registry.agency TO dossier_app;
GRANT SELECT ON TABLE registry.agency TO dossier_reader;

GRANT SELECT,INSERT,DELETE ON TABLE vault.entry TO dossier_app;
