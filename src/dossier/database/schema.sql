CREATE SCHEMA journal;

CREATE SCHEMA projection;

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
    key bytea NOT NULL,
    dossier uuid NOT NULL,
    version integer NOT NULL,
    CONSTRAINT event_key_key_check CHECK ((length(key) = 16))
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

CREATE TABLE projection.current (
    generation integer NOT NULL,
    dossier uuid NOT NULL,
    version integer NOT NULL,
    "position" bigint NOT NULL,
    phase text,
    ict boolean,
    agencies text[] NOT NULL,
    state text NOT NULL
)
PARTITION BY LIST (generation);

COMMENT ON COLUMN projection.current.state IS 'the current dossier as JSON, without the person';

CREATE TABLE projection.fact_aid (
    generation integer NOT NULL,
    dossier uuid NOT NULL,
    number integer NOT NULL,
    agency text,
    enterprise text,
    instrument text,
    scheme text,
    legal_basis text,
    outcome text,
    applied_on date,
    decided_on date,
    conferred_on date,
    asked numeric(17,2),
    amount numeric(17,2),
    currency text NOT NULL,
    paid numeric(17,2) NOT NULL,
    repaid numeric(17,2) NOT NULL,
    nace_version text,
    nace_code text,
    ict boolean
)
PARTITION BY LIST (generation);

CREATE TABLE projection.fact_dossier (
    generation integer NOT NULL,
    dossier uuid NOT NULL,
    opened_on date,
    phase text,
    phase_since date,
    nace_version text,
    nace_code text,
    ict boolean,
    enterprise text,
    created_on date,
    ceased_on date,
    commune text,
    size_class text,
    first_aid_on date,
    agencies integer NOT NULL
)
PARTITION BY LIST (generation);

CREATE TABLE projection.fact_phase (
    generation integer NOT NULL,
    dossier uuid NOT NULL,
    number integer NOT NULL,
    phase text NOT NULL,
    from_on date NOT NULL,
    to_on date
)
PARTITION BY LIST (generation);

CREATE TABLE projection.fact_presence (
    generation integer NOT NULL,
    dossier uuid NOT NULL,
    agency text NOT NULL,
    first_on date NOT NULL,
    last_on date NOT NULL,
    events integer NOT NULL
)
PARTITION BY LIST (generation);

CREATE TABLE projection.fact_referral (
    generation integer NOT NULL,
    dossier uuid NOT NULL,
    number integer NOT NULL,
    from_agency text,
    to_agency text,
    service text,
    reason_code text,
    answer text,
    made_on date,
    answered_on date,
    completed_on date
)
PARTITION BY LIST (generation);

CREATE TABLE projection.generation (
    id integer NOT NULL,
    ruleset text NOT NULL,
    digest text NOT NULL,
    status text NOT NULL,
    start bigint NOT NULL,
    "position" bigint NOT NULL,
    content text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    switched_at timestamp with time zone,
    program text DEFAULT ''::text NOT NULL,
    tables text[],
    CONSTRAINT generation_status_check CHECK ((status = ANY (ARRAY['building'::text, 'draft'::text, 'served'::text, 'kept'::text])))
);

COMMENT ON COLUMN projection.generation.status IS 'building: not read yet; draft: built, and never served; served: what is read; kept: served before';

COMMENT ON COLUMN projection.generation.start IS 'the log''s position when building began: parts are built up to it';

COMMENT ON COLUMN projection.generation."position" IS 'rows say what the log says up to here';

COMMENT ON COLUMN projection.generation.program IS 'digest of the functions that made its rows; rows of other functions are never copied nor switched to';

COMMENT ON COLUMN projection.generation.tables IS 'the tables that are projected from the log; the others were copied from the generation served; null: all';

ALTER TABLE projection.generation ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME projection.generation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE projection.part (
    generation integer NOT NULL,
    part integer NOT NULL,
    events bigint NOT NULL,
    dossiers bigint NOT NULL
);

CREATE TABLE projection.rehearsal (
    id uuid NOT NULL,
    ruleset text NOT NULL,
    digest text NOT NULL,
    against text NOT NULL,
    status text NOT NULL,
    reason text,
    generation integer,
    "position" bigint DEFAULT 0 NOT NULL,
    done bigint DEFAULT 0 NOT NULL,
    volume bigint DEFAULT 0 NOT NULL,
    per_second double precision DEFAULT 0 NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    difference text,
    requested_at timestamp with time zone DEFAULT now() NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT rehearsal_status_check CHECK ((status = ANY (ARRAY['running'::text, 'done'::text, 'failed'::text])))
);

COMMENT ON COLUMN projection.rehearsal."position" IS 'both generations are compared as of here';

COMMENT ON COLUMN projection.rehearsal.difference IS 'SHA-256 over its entries: what an activation approves';

CREATE TABLE projection.rehearsed_dossier (
    rehearsal uuid NOT NULL,
    dossier uuid NOT NULL,
    field text NOT NULL,
    before text NOT NULL,
    after text NOT NULL,
    rules text[] NOT NULL,
    positions text[] NOT NULL
);

COMMENT ON COLUMN projection.rehearsed_dossier.before IS 'JSON';

CREATE TABLE projection.rehearsed_figure (
    rehearsal uuid NOT NULL,
    number integer NOT NULL,
    indicator text NOT NULL,
    "row" text NOT NULL,
    before text NOT NULL,
    after text NOT NULL
);

COMMENT ON COLUMN projection.rehearsed_figure."row" IS 'the dimensions of the cell, as JSON';

CREATE TABLE projection.set_aside (
    generation integer NOT NULL,
    "position" bigint NOT NULL,
    dossier uuid NOT NULL,
    reason text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE projection.timeline (
    generation integer NOT NULL,
    dossier uuid NOT NULL,
    version integer NOT NULL,
    entries text NOT NULL
)
PARTITION BY LIST (generation);

COMMENT ON COLUMN projection.timeline.entries IS 'the entries as a JSON list, without personal fields';

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

ALTER TABLE ONLY projection.current
    ADD CONSTRAINT current_pkey PRIMARY KEY (generation, dossier);

ALTER TABLE ONLY projection.fact_aid
    ADD CONSTRAINT fact_aid_pkey PRIMARY KEY (generation, dossier, number);

ALTER TABLE ONLY projection.fact_dossier
    ADD CONSTRAINT fact_dossier_pkey PRIMARY KEY (generation, dossier);

ALTER TABLE ONLY projection.fact_phase
    ADD CONSTRAINT fact_phase_pkey PRIMARY KEY (generation, dossier, number);

ALTER TABLE ONLY projection.fact_presence
    ADD CONSTRAINT fact_presence_pkey PRIMARY KEY (generation, dossier, agency);

ALTER TABLE ONLY projection.fact_referral
    ADD CONSTRAINT fact_referral_pkey PRIMARY KEY (generation, dossier, number);

ALTER TABLE ONLY projection.generation
    ADD CONSTRAINT generation_pkey PRIMARY KEY (id);

ALTER TABLE ONLY projection.part
    ADD CONSTRAINT part_pkey PRIMARY KEY (generation, part);

ALTER TABLE ONLY projection.rehearsal
    ADD CONSTRAINT rehearsal_pkey PRIMARY KEY (id);

ALTER TABLE ONLY projection.rehearsed_dossier
    ADD CONSTRAINT rehearsed_dossier_pkey PRIMARY KEY (rehearsal, dossier, field);

ALTER TABLE ONLY projection.rehearsed_figure
    ADD CONSTRAINT rehearsed_figure_pkey PRIMARY KEY (rehearsal, number);

ALTER TABLE ONLY projection.set_aside
    ADD CONSTRAINT set_aside_pkey PRIMARY KEY (generation, "position");

ALTER TABLE ONLY projection.timeline
    ADD CONSTRAINT timeline_pkey PRIMARY KEY (generation, dossier);

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

CREATE UNIQUE INDEX generation_served ON projection.generation USING btree (status) WHERE (status = 'served'::text);

CREATE INDEX rehearsal_running ON projection.rehearsal USING btree (requested_at) WHERE (status = 'running'::text);

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

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON journal.event_key FOR EACH STATEMENT EXECUTE FUNCTION journal.refuse_change();

ALTER TABLE ONLY projection.part
    ADD CONSTRAINT part_generation_fkey FOREIGN KEY (generation) REFERENCES projection.generation(id) ON DELETE CASCADE;

ALTER TABLE ONLY projection.rehearsal
    ADD CONSTRAINT rehearsal_generation_fkey FOREIGN KEY (generation) REFERENCES projection.generation(id) ON DELETE SET NULL;

ALTER TABLE ONLY projection.rehearsed_dossier
    ADD CONSTRAINT rehearsed_dossier_rehearsal_fkey FOREIGN KEY (rehearsal) REFERENCES projection.rehearsal(id) ON DELETE CASCADE;

ALTER TABLE ONLY projection.rehearsed_figure
    ADD CONSTRAINT rehearsed_figure_rehearsal_fkey FOREIGN KEY (rehearsal) REFERENCES projection.rehearsal(id) ON DELETE CASCADE;

ALTER TABLE ONLY projection.set_aside
    ADD CONSTRAINT set_aside_generation_fkey FOREIGN KEY (generation) REFERENCES projection.generation(id) ON DELETE CASCADE;

ALTER TABLE ONLY registry.agency
    ADD CONSTRAINT agency_successor_fkey FOREIGN KEY (successor) REFERENCES registry.agency(id);

GRANT USAGE ON SCHEMA journal TO dossier_app;
GRANT USAGE ON SCHEMA journal TO dossier_reader;

GRANT USAGE ON SCHEMA projection TO dossier_app;
GRANT USAGE ON SCHEMA projection TO dossier_reader;

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

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE projection.current TO dossier_app;
GRANT SELECT ON TABLE projection.current TO dossier_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE projection.fact_aid TO dossier_app;
GRANT SELECT ON TABLE projection.fact_aid TO dossier_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE projection.fact_dossier TO dossier_app;
GRANT SELECT ON TABLE projection.fact_dossier TO dossier_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE projection.fact_phase TO dossier_app;
GRANT SELECT ON TABLE projection.fact_phase TO dossier_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE projection.fact_presence TO dossier_app;
GRANT SELECT ON TABLE projection.fact_presence TO dossier_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE projection.fact_referral TO dossier_app;
GRANT SELECT ON TABLE projection.fact_referral TO dossier_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE projection.generation TO dossier_app;
GRANT SELECT ON TABLE projection.generation TO dossier_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE projection.part TO dossier_app;
GRANT SELECT ON TABLE projection.part TO dossier_reader;

GRANT SELECT,INSERT,UPDATE ON TABLE projection.rehearsal TO dossier_app;
GRANT SELECT ON TABLE projection.rehearsal TO dossier_reader;

GRANT SELECT,INSERT,DELETE ON TABLE projection.rehearsed_dossier TO dossier_app;
GRANT SELECT ON TABLE projection.rehearsed_dossier TO dossier_reader;

GRANT SELECT,INSERT,DELETE ON TABLE projection.rehearsed_figure TO dossier_app;
GRANT SELECT ON TABLE projection.rehearsed_figure TO dossier_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE projection.set_aside TO dossier_app;
GRANT SELECT ON TABLE projection.set_aside TO dossier_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE projection.timeline TO dossier_app;
GRANT SELECT ON TABLE projection.timeline TO dossier_reader;

GRANT SELECT,INSERT,UPDATE ON TABLE registry.agency TO dossier_app;
GRANT SELECT ON TABLE registry.agency TO dossier_reader;

GRANT SELECT,INSERT,DELETE ON TABLE vault.entry TO dossier_app;
