CREATE SCHEMA imports;

CREATE SCHEMA journal;

CREATE SCHEMA ledger;

CREATE SCHEMA projection;

CREATE SCHEMA registry;

CREATE SCHEMA seal;

CREATE SCHEMA statistics;

CREATE SCHEMA vault;

CREATE SCHEMA webhook;

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

COMMENT ON EXTENSION pg_trgm IS 'text similarity measurement and index searching based on trigrams';

CREATE DOMAIN seal.series AS text
	CONSTRAINT series_check CHECK ((VALUE = ANY (ARRAY['events'::text, 'readings'::text, 'deeds'::text])));

CREATE FUNCTION imports.digest_file() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    NEW.file_digest := sha256(NEW.file);
    RETURN NEW;
END $$;

CREATE FUNCTION journal.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'the journey log is append-only: % is refused; correct a fact by a later event', TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION ledger.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'the access ledger is append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION registry.about(named text, keys text[], told jsonb) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    RETURN ((named || ' '::text) || (SELECT jsonb_agg((about.told -> key.k) ORDER BY key.n) AS jsonb_agg FROM unnest(about.keys) WITH ORDINALITY key(k, n)));

CREATE FUNCTION registry.draw_up(subject text, told jsonb) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $$
DECLARE
    last registry.deed;
    next bigint;
    instant timestamptz;
BEGIN
    PERFORM set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off';
    SELECT * INTO last FROM registry.deed ORDER BY number DESC LIMIT 1;
    next := coalesce(last.number, 0) + 1;
    instant := greatest(clock_timestamp(), last.at);
    INSERT INTO registry.deed (number, about, at, stored) VALUES (next, subject, instant, convert_to(jsonb_build_object(
        'number', next::text, 'about', subject, 'row', told,
        'at', to_char(instant, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text, 'UTF8'));
    PERFORM pg_notify('deeds', '');
END $$;

CREATE FUNCTION registry.draw_up_deed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $$
DECLARE
    named text := TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME;
    keys text[] := TG_ARGV[0]::text[];
    before jsonb := to_jsonb(OLD) - TG_ARGV[1]::text[];
    after jsonb := to_jsonb(NEW) - TG_ARGV[1]::text[];
BEGIN
    IF registry.about(named, keys, before) IS DISTINCT FROM registry.about(named, keys, after) THEN
        IF before IS NOT NULL THEN
            PERFORM registry.draw_up(registry.about(named, keys, before), NULL);
        END IF;
        before := NULL;
    END IF;
    IF after IS DISTINCT FROM before THEN
        PERFORM registry.draw_up(registry.about(named, keys, after), after);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION registry.fingerprint() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    SET bytea_output TO 'hex'
    SET extra_float_digits TO '1'
    AS $$
DECLARE
    told record := NEW;
BEGIN
    IF current_user = 'dossier_app' OR current_setting('dossier.program', true) = 'on' THEN
        IF TG_NARGS > 0 THEN
            told.file := NULL;
        END IF;
        NEW.fingerprint := registry.fingerprint_of(to_jsonb(told));
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION registry.fingerprint_of(told jsonb) RETURNS bytea
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    RETURN sha256(convert_to(((told - 'fingerprint'::text))::text, 'UTF8'::name));

CREATE FUNCTION registry.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION '%.%: % is refused, for it would leave no deed', TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION registry.tell_as_found(named regclass, keys text[], untold text[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $$
DECLARE
    found record;
BEGIN
    FOR found IN EXECUTE format(
        'SELECT registry.about(%L, %L, told) AS subject, told FROM (SELECT to_jsonb(t) - %L::text[] AS told FROM %s t) AS rows '
        'ORDER BY subject', named, keys, untold, named
    ) LOOP
        PERFORM registry.draw_up(found.subject, found.told) WHERE found.told IS DISTINCT FROM (
            SELECT convert_from(stored, 'UTF8')::jsonb -> 'row' FROM registry.deed WHERE about = found.subject
            ORDER BY number DESC LIMIT 1);
    END LOOP;
END $$;

CREATE FUNCTION registry.wait_for_turn() RETURNS trigger
    LANGUAGE plpgsql
    SET lock_timeout TO '5s'
    AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('registry.deed', 0));
    RETURN NULL;
END $$;

CREATE FUNCTION seal.refuse_rewriting() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF substring(NEW.hashes FOR length(OLD.hashes)) <> OLD.hashes
        OR (NEW.series, NEW.level, NEW.number) <> (OLD.series, OLD.level, OLD.number)
    THEN
        RAISE EXCEPTION 'a tile of the tree only grows' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION statistics.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'publications are append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TABLE imports.fault (
    run uuid NOT NULL,
    line bigint NOT NULL,
    number integer NOT NULL,
    code text NOT NULL,
    header text NOT NULL,
    value text NOT NULL,
    about text NOT NULL,
    fingerprint bytea
);

COMMENT ON COLUMN imports.fault.about IS 'what the words of the code fill in, as JSON';

COMMENT ON COLUMN imports.fault.fingerprint IS 'SHA-256 of the row as the program left it; otherwise, somebody else changed it';

CREATE TABLE imports.mapping (
    agency text NOT NULL,
    name text NOT NULL,
    declared text NOT NULL,
    stored_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE imports.run (
    id uuid NOT NULL,
    number bigint NOT NULL,
    agency text,
    mapping text NOT NULL,
    declared text NOT NULL,
    file bytea NOT NULL,
    dry_run boolean NOT NULL,
    status text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    rows bigint DEFAULT 0 NOT NULL,
    accepted bigint DEFAULT 0 NOT NULL,
    duplicate bigint DEFAULT 0 NOT NULL,
    quarantined bigint DEFAULT 0 NOT NULL,
    opened bigint DEFAULT 0 NOT NULL,
    registered text[] DEFAULT '{}'::text[] NOT NULL,
    "position" bigint NOT NULL,
    failure text,
    posted_at timestamp with time zone DEFAULT now() NOT NULL,
    started_at timestamp with time zone,
    passed bigint DEFAULT 0 NOT NULL,
    ended_at timestamp with time zone,
    file_digest bytea NOT NULL,
    fingerprint bytea,
    CONSTRAINT run_status_check CHECK ((status = ANY (ARRAY['waiting'::text, 'running'::text, 'done'::text, 'failed'::text])))
);

COMMENT ON COLUMN imports.run.agency IS 'who sent it by HTTP; null for the command line';

COMMENT ON COLUMN imports.run.declared IS 'the mapping in YAML';

COMMENT ON COLUMN imports.run.file IS 'SHA-256 of the file; empty once the run has ended';

COMMENT ON COLUMN imports.run.attempts IS 'starts since it last got on';

COMMENT ON COLUMN imports.run."position" IS 'where the log stood after the last whole chunk';

COMMENT ON COLUMN imports.run.failure IS 'code and what it is about, as JSON';

COMMENT ON COLUMN imports.run.passed IS 'rows an earlier start had done';

COMMENT ON COLUMN imports.run.file_digest IS 'SHA-256 of the file';

COMMENT ON COLUMN imports.run.fingerprint IS 'SHA-256 of the row as the program left it; otherwise, somebody else changed it';

ALTER TABLE imports.run ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME imports.run_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

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

CREATE TABLE journal.sameness (
    dossier uuid NOT NULL,
    version integer NOT NULL,
    told jsonb NOT NULL,
    CONSTRAINT sameness_told_check CHECK ((jsonb_typeof(told) = 'object'::text)),
    CONSTRAINT sameness_version_check CHECK ((version > 0))
);

COMMENT ON TABLE journal.sameness IS 'which erased values of a profile were the same; no value';

COMMENT ON COLUMN journal.sameness.told IS 'field -> n: its value was the n-th other one of that field in its dossier';

CREATE VIEW journal.stored_event AS
 SELECT dossier AS originator_id,
    (version)::bigint AS originator_version,
    type AS topic,
    stored AS state,
    "position" AS notification_id
   FROM journal.event;

CREATE TABLE vault.entry (
    dossier uuid NOT NULL,
    version integer NOT NULL,
    salt bytea NOT NULL,
    personal bytea NOT NULL,
    words text,
    CONSTRAINT entry_salt_check CHECK ((length(salt) = 32))
);

COMMENT ON COLUMN vault.entry.words IS 'folded names and contacts, for search; null where none';

CREATE VIEW journal.told AS
 SELECT since.dossier,
    since.version,
    since.field,
    ((dense_rank() OVER (PARTITION BY since.dossier, since.field ORDER BY since.first) + COALESCE(( SELECT max(((s.told ->> since.field))::integer) AS max
           FROM journal.sameness s
          WHERE (s.dossier = since.dossier)), 0)))::integer AS ordinal
   FROM ( SELECT v.dossier,
            v.version,
            sent.field,
            min(v.version) OVER (PARTITION BY v.dossier, sent.field, sent.value) AS first
           FROM ((vault.entry v
             CROSS JOIN LATERAL ( SELECT (convert_from(v.personal, 'UTF8'::name))::jsonb AS said
                 OFFSET 0) personal)
             CROSS JOIN LATERAL ( SELECT ('person '::text || f.key) AS field,
                    f.value
                   FROM jsonb_each((personal.said -> 'person'::text)) f(key, value)
                UNION ALL
                 SELECT named.field,
                    (personal.said -> named.key)
                   FROM ( VALUES ('project title'::text,'title'::text), ('project summary'::text,'summary'::text), ('enterprise legal_name'::text,'legal_name'::text)) named(field, key)
                  WHERE ((personal.said -> named.key) IS NOT NULL)) sent)) since
UNION ALL
 SELECT sameness.dossier,
    sameness.version,
    f.key AS field,
    (f.value)::integer AS ordinal
   FROM journal.sameness,
    LATERAL jsonb_each_text(sameness.told) f(key, value);

CREATE TABLE ledger.opening (
    at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE ledger.reading (
    number bigint NOT NULL,
    dossier uuid NOT NULL,
    role text NOT NULL,
    agency text,
    reader text,
    purpose text NOT NULL,
    kind text NOT NULL,
    version integer NOT NULL,
    "position" bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    stored bytea NOT NULL,
    digest bytea GENERATED ALWAYS AS (sha256(stored)) STORED NOT NULL,
    CONSTRAINT reading_number_check CHECK ((number > 0))
);

COMMENT ON COLUMN ledger.reading.version IS 'how many events of the dossier the answer took into account';

COMMENT ON COLUMN ledger.reading."position" IS 'the position of the last of them';

COMMENT ON COLUMN ledger.reading.at IS 'the clock of the server; never decreases with the number';

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

CREATE TABLE projection.fact_activity (
    generation integer NOT NULL,
    dossier uuid NOT NULL,
    number integer NOT NULL,
    nace_version text NOT NULL,
    division text NOT NULL,
    from_on date NOT NULL,
    to_on date,
    taken_up boolean NOT NULL,
    given_up boolean NOT NULL
)
PARTITION BY LIST (generation);

COMMENT ON COLUMN projection.fact_activity.taken_up IS 'and not told anew by another version of NACE';

COMMENT ON COLUMN projection.fact_activity.given_up IS 'and not told anew by another version of NACE';

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
    ict boolean,
    equivalent numeric(17,2),
    recorded_on date
)
PARTITION BY LIST (generation);

COMMENT ON COLUMN projection.fact_aid.equivalent IS 'gross grant equivalent of a granted de minimis aid in EUR';

CREATE TABLE projection.fact_delivery (
    generation integer NOT NULL,
    dossier uuid NOT NULL,
    agency text NOT NULL,
    year integer NOT NULL,
    events integer NOT NULL,
    late integer NOT NULL,
    corrected integer NOT NULL,
    retracted integer NOT NULL,
    wanted integer NOT NULL,
    missing integer NOT NULL
)
PARTITION BY LIST (generation);

COMMENT ON COLUMN projection.fact_delivery.year IS 'in which the log took the events';

COMMENT ON COLUMN projection.fact_delivery.wanted IS 'fields that figures are counted from, in the facts in force';

COMMENT ON COLUMN projection.fact_delivery.missing IS 'those of them that are empty or unmapped';

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
    agencies integer NOT NULL,
    recorded_on date
)
PARTITION BY LIST (generation);

COMMENT ON COLUMN projection.fact_dossier.recorded_on IS 'when the log took the last event of the dossier';

CREATE TABLE projection.fact_enterprise (
    generation integer NOT NULL,
    dossier uuid NOT NULL,
    number integer NOT NULL,
    enterprise text NOT NULL,
    created_on date,
    linked_on date,
    ceased_on date,
    absorbed_on date,
    nace_version text,
    nace_code text,
    ict boolean,
    commune text
)
PARTITION BY LIST (generation);

COMMENT ON COLUMN projection.fact_enterprise.absorbed_on IS 'when it went into another by a merger or a takeover';

CREATE TABLE projection.fact_figure (
    generation integer NOT NULL,
    dossier uuid NOT NULL,
    number integer NOT NULL,
    enterprise text NOT NULL,
    year integer NOT NULL,
    fte numeric,
    turnover numeric(17,2),
    recorded_on date NOT NULL
)
PARTITION BY LIST (generation);

COMMENT ON COLUMN projection.fact_figure.fte IS 'full-time equivalents, never heads';

CREATE TABLE projection.fact_growth (
    generation integer NOT NULL,
    dossier uuid NOT NULL,
    number integer NOT NULL,
    enterprise text NOT NULL,
    first_year integer NOT NULL,
    last_year integer NOT NULL,
    start_fte numeric NOT NULL,
    end_fte numeric NOT NULL,
    high boolean NOT NULL
)
PARTITION BY LIST (generation);

CREATE TABLE projection.fact_objective (
    generation integer NOT NULL,
    dossier uuid NOT NULL,
    number integer NOT NULL,
    objective_id text NOT NULL,
    programme text,
    kind text,
    target numeric,
    due date,
    set_on date,
    set_by text,
    status text NOT NULL,
    percent integer,
    progressed_on date,
    responsible text[] NOT NULL,
    blockers text NOT NULL,
    CONSTRAINT fact_objective_status_check CHECK ((status = ANY (ARRAY['open'::text, 'reached'::text, 'dropped'::text])))
)
PARTITION BY LIST (generation);

COMMENT ON COLUMN projection.fact_objective.target IS 'how much is aimed at, where it is a number';

COMMENT ON COLUMN projection.fact_objective.blockers IS 'a JSON list of terms';

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
    completed_on date,
    referral_id text,
    outcome text,
    agreed boolean,
    answer_due date,
    completion_due date,
    second_agency text,
    second_service text
)
PARTITION BY LIST (generation);

COMMENT ON COLUMN projection.fact_referral.answer_due IS 'the last day for an answer, by the rule of the day it was made';

CREATE TABLE projection.fact_stay (
    generation integer NOT NULL,
    dossier uuid NOT NULL,
    number integer NOT NULL,
    site text NOT NULL,
    kind text,
    entered_on date NOT NULL,
    left_on date
)
PARTITION BY LIST (generation);

CREATE TABLE projection.fact_technology (
    generation integer NOT NULL,
    dossier uuid NOT NULL,
    number integer NOT NULL,
    technology text NOT NULL,
    from_on date NOT NULL,
    to_on date
)
PARTITION BY LIST (generation);

CREATE TABLE projection.fact_tie (
    generation integer NOT NULL,
    dossier uuid NOT NULL,
    number integer NOT NULL,
    enterprise text NOT NULL,
    other text NOT NULL,
    from_on date NOT NULL,
    until_on date
)
PARTITION BY LIST (generation);

COMMENT ON TABLE projection.fact_tie IS 'enterprises that are one undertaking from a day to another';

CREATE TABLE projection.fact_topic (
    generation integer NOT NULL,
    dossier uuid NOT NULL,
    number integer NOT NULL,
    topic text NOT NULL,
    first_on date NOT NULL,
    times integer NOT NULL
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
    done bigint,
    volume bigint,
    per_second double precision,
    fingerprint bytea,
    CONSTRAINT generation_status_check CHECK ((status = ANY (ARRAY['building'::text, 'draft'::text, 'served'::text, 'kept'::text])))
);

COMMENT ON COLUMN projection.generation.status IS 'building: not read yet; draft: built, and never served; served: what is read; kept: served before';

COMMENT ON COLUMN projection.generation.start IS 'the log''s position when building began: parts are built up to it';

COMMENT ON COLUMN projection.generation."position" IS 'rows say what the log says up to here';

COMMENT ON COLUMN projection.generation.program IS 'digest of the functions that made its rows; rows of other functions are never copied nor switched to';

COMMENT ON COLUMN projection.generation.tables IS 'the tables that are projected from the log; the others were copied from the generation served; null: all';

COMMENT ON COLUMN projection.generation.done IS 'events projected, of volume; null before a build tells of it';

COMMENT ON COLUMN projection.generation.per_second IS 'events projected a second since this build began or was resumed';

COMMENT ON COLUMN projection.generation.fingerprint IS 'SHA-256 of the row as the program left it; otherwise, somebody else changed it';

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
    dossiers bigint NOT NULL,
    fingerprint bytea
);

COMMENT ON COLUMN projection.part.fingerprint IS 'SHA-256 of the row as the program left it; otherwise, somebody else changed it';

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
    compared_on date,
    compared_days date[],
    partly boolean DEFAULT false NOT NULL,
    fingerprint bytea,
    CONSTRAINT rehearsal_status_check CHECK ((status = ANY (ARRAY['running'::text, 'done'::text, 'failed'::text])))
);

COMMENT ON COLUMN projection.rehearsal."position" IS 'both generations are compared as of here';

COMMENT ON COLUMN projection.rehearsal.difference IS 'SHA-256 over its entries: what an activation approves';

COMMENT ON COLUMN projection.rehearsal.compared_on IS 'aid room is compared as of this day; null: the day it was requested, before there was a choice';

COMMENT ON COLUMN projection.rehearsal.compared_days IS 'aid room is compared as of these days; null: as of compared_on';

COMMENT ON COLUMN projection.rehearsal.partly IS 'compared on a named day alone, while values change on others: approves nothing';

COMMENT ON COLUMN projection.rehearsal.fingerprint IS 'SHA-256 of the row as the program left it; otherwise, somebody else changed it';

CREATE TABLE projection.rehearsed_dossier (
    rehearsal uuid NOT NULL,
    dossier uuid NOT NULL,
    field text NOT NULL,
    before text NOT NULL,
    after text NOT NULL,
    rules text[] NOT NULL,
    positions text[] NOT NULL,
    day text DEFAULT ''::text NOT NULL,
    fingerprint bytea
);

COMMENT ON COLUMN projection.rehearsed_dossier.before IS 'JSON';

COMMENT ON COLUMN projection.rehearsed_dossier.day IS 'the day it is said of; empty where it does not change with the day';

COMMENT ON COLUMN projection.rehearsed_dossier.fingerprint IS 'SHA-256 of the row as the program left it; otherwise, somebody else changed it';

CREATE TABLE projection.rehearsed_figure (
    rehearsal uuid NOT NULL,
    number integer NOT NULL,
    indicator text NOT NULL,
    "row" text NOT NULL,
    before text NOT NULL,
    after text NOT NULL,
    hidden_before boolean,
    hidden_after boolean,
    day text,
    rules text[] DEFAULT '{}'::text[] NOT NULL,
    fingerprint bytea
);

COMMENT ON COLUMN projection.rehearsed_figure."row" IS 'the dimensions of the cell, as JSON';

COMMENT ON COLUMN projection.rehearsed_figure.hidden_before IS 'whether the cell was hidden; null where it was compared without disclosure control';

COMMENT ON COLUMN projection.rehearsed_figure.hidden_after IS 'whether it is hidden under the rehearsed ruleset';

COMMENT ON COLUMN projection.rehearsed_figure.day IS 'the day by whose rules it is controlled; null where it is not';

COMMENT ON COLUMN projection.rehearsed_figure.fingerprint IS 'SHA-256 of the row as the program left it; otherwise, somebody else changed it';

CREATE TABLE projection.set_aside (
    generation integer NOT NULL,
    "position" bigint NOT NULL,
    dossier uuid NOT NULL,
    reason text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    fingerprint bytea
);

COMMENT ON COLUMN projection.set_aside.fingerprint IS 'SHA-256 of the row as the program left it; otherwise, somebody else changed it';

CREATE TABLE projection.statement (
    generation integer NOT NULL,
    dossier uuid NOT NULL,
    enterprise text NOT NULL,
    said text NOT NULL
)
PARTITION BY LIST (generation);

COMMENT ON COLUMN projection.statement.said IS 'statements as a JSON list; empty when nothing said of it is in force';

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
    applied_at timestamp with time zone DEFAULT now() NOT NULL,
    fingerprint bytea
);

COMMENT ON COLUMN public.migration.fingerprint IS 'SHA-256 of the row as the program left it; otherwise, somebody else changed it';

CREATE TABLE registry.agency (
    id text NOT NULL,
    name_fr text NOT NULL,
    name_nl text NOT NULL,
    name_en text NOT NULL,
    source_prefix text NOT NULL,
    successor text,
    registered_at timestamp with time zone DEFAULT now() NOT NULL,
    succeeded_on date,
    CONSTRAINT no_successor_of_itself CHECK ((successor <> id))
);

CREATE TABLE registry.deed (
    number bigint NOT NULL,
    about text NOT NULL,
    at timestamp with time zone NOT NULL,
    stored bytea NOT NULL,
    digest bytea GENERATED ALWAYS AS (sha256(stored)) STORED NOT NULL,
    CONSTRAINT deed_number_check CHECK ((number > 0))
);

COMMENT ON COLUMN registry.deed.about IS 'the table, and the key of the row in it as a JSON array';

COMMENT ON COLUMN registry.deed.at IS 'the clock of the database; never decreases with the number';

COMMENT ON COLUMN registry.deed.stored IS 'JSON: number, about, at, and the row from then on, null once it is removed';

CREATE TABLE registry.former_name (
    agency text NOT NULL,
    until date NOT NULL,
    name_fr text NOT NULL,
    name_nl text NOT NULL,
    name_en text NOT NULL
);

CREATE VIEW registry.line AS
 WITH RECURSIVE line AS (
         SELECT agency.id AS agency,
            agency.id AS today,
            0 AS steps
           FROM registry.agency
        UNION ALL
         SELECT line_1.agency,
            agency.successor,
            (line_1.steps + 1)
           FROM (line line_1
             JOIN registry.agency ON ((agency.id = line_1.today)))
          WHERE ((agency.successor IS NOT NULL) AND (line_1.steps < 32) AND ((agency.succeeded_on IS NULL) OR (agency.succeeded_on <= ((now() AT TIME ZONE 'Europe/Brussels'::text))::date)))
        )
 SELECT DISTINCT ON (agency) agency,
    today
   FROM line
  ORDER BY agency, steps DESC;

CREATE TABLE registry.programme_target (
    programme text NOT NULL,
    objective_id text NOT NULL,
    kind text,
    target numeric NOT NULL,
    due date,
    agencies text[] NOT NULL,
    set_by text NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT programme_target_agencies_check CHECK ((cardinality(agencies) > 0)),
    CONSTRAINT programme_target_target_check CHECK ((target > (0)::numeric))
);

COMMENT ON TABLE registry.programme_target IS 'what is to be reached over all dossiers of a programme';

COMMENT ON COLUMN registry.programme_target.agencies IS 'who set out to reach it together; any of them may change it';

CREATE TABLE registry.service (
    agency text NOT NULL,
    service text NOT NULL,
    capacity text NOT NULL,
    until date,
    note_fr text,
    note_nl text,
    note_en text,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT service_capacity_check CHECK ((capacity = ANY (ARRAY['open'::text, 'limited'::text, 'closed'::text])))
);

COMMENT ON COLUMN registry.service.until IS 'the last day the capacity holds; the service is open again after it';

CREATE TABLE registry.unmapped (
    agency text NOT NULL,
    type text NOT NULL,
    field text NOT NULL,
    word text NOT NULL,
    recorded bigint NOT NULL,
    refused bigint NOT NULL,
    first_seen timestamp with time zone NOT NULL,
    last_seen timestamp with time zone NOT NULL,
    positions bigint[] NOT NULL,
    fingerprint bytea,
    CONSTRAINT unmapped_word_check CHECK ((length(word) <= 120))
);

COMMENT ON COLUMN registry.unmapped.positions IS 'the first few events recorded with it';

COMMENT ON COLUMN registry.unmapped.fingerprint IS 'SHA-256 of the row as the program left it; otherwise, somebody else changed it';

CREATE TABLE registry.vocabulary (
    agency text NOT NULL,
    version integer NOT NULL,
    declaration text NOT NULL,
    digest text NOT NULL,
    published_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT vocabulary_version_check CHECK ((version > 0))
);

COMMENT ON COLUMN registry.vocabulary.declaration IS 'JSON: canonical, but for the words of a field and the forms of a type, which stand in the order declared';

CREATE TABLE seal.census (
    bucket integer NOT NULL,
    entries bytea NOT NULL,
    series seal.series DEFAULT 'events'::text NOT NULL,
    CONSTRAINT census_bucket_check CHECK (((bucket >= 0) AND (bucket <= 65535))),
    CONSTRAINT census_entries_check CHECK (((length(entries) % 64) = 0))
)
WITH (fillfactor='70');

CREATE TABLE seal.census_page (
    level smallint NOT NULL,
    number integer NOT NULL,
    hashes bytea NOT NULL,
    series seal.series DEFAULT 'events'::text NOT NULL,
    CONSTRAINT census_page_hashes_check CHECK ((length(hashes) = 512)),
    CONSTRAINT census_page_level_check CHECK (((level >= 0) AND (level <= 3)))
)
WITH (fillfactor='40');

CREATE TABLE seal.checkpoint (
    size bigint NOT NULL,
    root bytea NOT NULL,
    census bytea NOT NULL,
    note text NOT NULL,
    series seal.series DEFAULT 'events'::text NOT NULL,
    CONSTRAINT checkpoint_census_check CHECK ((length(census) = 32)),
    CONSTRAINT checkpoint_root_check CHECK ((length(root) = 32))
);

COMMENT ON COLUMN seal.checkpoint.series IS 'one row a series, changed in one transaction with its tiles and census';

CREATE TABLE seal.cosignature (
    size bigint NOT NULL,
    vkey text NOT NULL,
    line text NOT NULL,
    at bigint NOT NULL,
    series seal.series DEFAULT 'events'::text NOT NULL
);

COMMENT ON COLUMN seal.cosignature.at IS 'when the witness says it cosigned, in seconds since 1970';

CREATE TABLE seal.cosigned (
    size bigint NOT NULL,
    note text NOT NULL,
    series seal.series DEFAULT 'events'::text NOT NULL
);

COMMENT ON COLUMN seal.cosigned.note IS 'the checkpoint as this log signed it, without cosignatures';

CREATE TABLE seal.key (
    number integer NOT NULL,
    vkey text NOT NULL,
    since timestamp with time zone DEFAULT now() NOT NULL,
    series seal.series DEFAULT 'events'::text NOT NULL
);

ALTER TABLE seal.key ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME seal.key_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE seal.tile (
    level smallint NOT NULL,
    number bigint NOT NULL,
    hashes bytea NOT NULL,
    series seal.series DEFAULT 'events'::text NOT NULL,
    CONSTRAINT tile_hashes_check CHECK ((((length(hashes) >= 32) AND (length(hashes) <= 8192)) AND ((length(hashes) % 32) = 0)))
);
ALTER TABLE ONLY seal.tile ALTER COLUMN hashes SET STORAGE EXTERNAL;

CREATE TABLE seal.witness (
    vkey text NOT NULL,
    agency text NOT NULL,
    added_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE statistics.publication (
    indicator text NOT NULL,
    number integer NOT NULL,
    "position" bigint NOT NULL,
    ruleset text NOT NULL,
    ruleset_digest text NOT NULL,
    certificate jsonb NOT NULL,
    published_at timestamp with time zone DEFAULT now() NOT NULL,
    contributions bytea NOT NULL,
    cells bytea NOT NULL,
    digest bytea GENERATED ALWAYS AS (sha256((sha256(contributions) || sha256(cells)))) STORED NOT NULL,
    program text,
    CONSTRAINT publication_number_check CHECK ((number > 0))
);

COMMENT ON COLUMN statistics.publication.cells IS 'zlib over JSON';

COMMENT ON COLUMN statistics.publication.digest IS 'SHA-256 over the SHA-256 of the contributions and that of the cells';

COMMENT ON COLUMN statistics.publication.program IS 'SHA-256 of the program that counted and published it';

CREATE TABLE vault.registration (
    key bytea NOT NULL,
    dossier uuid NOT NULL,
    content bytea,
    at timestamp with time zone DEFAULT now() NOT NULL,
    fingerprint bytea
);

COMMENT ON TABLE vault.registration IS 'registrations with an Idempotency-Key that found a dossier';

COMMENT ON COLUMN vault.registration.key IS 'SHA-256 of the agency and the key';

COMMENT ON COLUMN vault.registration.content IS 'SHA-256 of what was registered; null once the person was erased';

COMMENT ON COLUMN vault.registration.fingerprint IS 'SHA-256 of the row as the program left it; otherwise, somebody else changed it';

CREATE TABLE webhook.delivery (
    subscription uuid NOT NULL,
    "position" bigint NOT NULL,
    type text NOT NULL,
    status text NOT NULL,
    failures integer NOT NULL,
    attempts jsonb NOT NULL,
    first_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone,
    fingerprint bytea,
    CONSTRAINT delivery_check CHECK (((due_at IS NULL) = (status <> 'waiting'::text))),
    CONSTRAINT delivery_status_check CHECK ((status = ANY (ARRAY['waiting'::text, 'delivered'::text, 'failed'::text])))
);

COMMENT ON COLUMN webhook.delivery.failures IS 'failed attempts since the first, or since redelivery was asked for';

COMMENT ON COLUMN webhook.delivery.fingerprint IS 'SHA-256 of the row as the program left it; otherwise, somebody else changed it';

CREATE TABLE webhook.subscription (
    id uuid NOT NULL,
    agency text NOT NULL,
    url text NOT NULL,
    types text[],
    agencies text[],
    relation text,
    status text DEFAULT 'active'::text NOT NULL,
    reason text,
    "position" bigint NOT NULL,
    secret bytea NOT NULL,
    previous_secret bytea,
    previous_until timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    succeeded_at timestamp with time zone,
    fingerprint bytea,
    CONSTRAINT subscription_check CHECK (((previous_secret IS NULL) = (previous_until IS NULL))),
    CONSTRAINT subscription_relation_check CHECK ((relation = 'own'::text)),
    CONSTRAINT subscription_status_check CHECK ((status = ANY (ARRAY['active'::text, 'disabled'::text])))
);

COMMENT ON COLUMN webhook.subscription."position" IS 'every event up to here was passed over or tried once';

COMMENT ON COLUMN webhook.subscription.secret IS 'encrypted by the key in the data directory';

COMMENT ON COLUMN webhook.subscription.fingerprint IS 'SHA-256 of the row as the program left it; otherwise, somebody else changed it';

ALTER TABLE ONLY journal.event ATTACH PARTITION journal.event_0 FOR VALUES WITH (modulus 8, remainder 0);

ALTER TABLE ONLY journal.event ATTACH PARTITION journal.event_1 FOR VALUES WITH (modulus 8, remainder 1);

ALTER TABLE ONLY journal.event ATTACH PARTITION journal.event_2 FOR VALUES WITH (modulus 8, remainder 2);

ALTER TABLE ONLY journal.event ATTACH PARTITION journal.event_3 FOR VALUES WITH (modulus 8, remainder 3);

ALTER TABLE ONLY journal.event ATTACH PARTITION journal.event_4 FOR VALUES WITH (modulus 8, remainder 4);

ALTER TABLE ONLY journal.event ATTACH PARTITION journal.event_5 FOR VALUES WITH (modulus 8, remainder 5);

ALTER TABLE ONLY journal.event ATTACH PARTITION journal.event_6 FOR VALUES WITH (modulus 8, remainder 6);

ALTER TABLE ONLY journal.event ATTACH PARTITION journal.event_7 FOR VALUES WITH (modulus 8, remainder 7);

ALTER TABLE ONLY imports.fault
    ADD CONSTRAINT fault_pkey PRIMARY KEY (run, line, number);

ALTER TABLE ONLY imports.mapping
    ADD CONSTRAINT mapping_pkey PRIMARY KEY (agency, name);

ALTER TABLE ONLY imports.run
    ADD CONSTRAINT run_pkey PRIMARY KEY (id);

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

ALTER TABLE ONLY journal.sameness
    ADD CONSTRAINT sameness_pkey PRIMARY KEY (dossier, version);

ALTER TABLE ONLY ledger.reading
    ADD CONSTRAINT reading_pkey PRIMARY KEY (number);

ALTER TABLE ONLY projection.current
    ADD CONSTRAINT current_pkey PRIMARY KEY (generation, dossier);

ALTER TABLE ONLY projection.fact_activity
    ADD CONSTRAINT fact_activity_pkey PRIMARY KEY (generation, dossier, number);

ALTER TABLE ONLY projection.fact_aid
    ADD CONSTRAINT fact_aid_pkey PRIMARY KEY (generation, dossier, number);

ALTER TABLE ONLY projection.fact_delivery
    ADD CONSTRAINT fact_delivery_pkey PRIMARY KEY (generation, dossier, agency, year);

ALTER TABLE ONLY projection.fact_dossier
    ADD CONSTRAINT fact_dossier_pkey PRIMARY KEY (generation, dossier);

ALTER TABLE ONLY projection.fact_enterprise
    ADD CONSTRAINT fact_enterprise_pkey PRIMARY KEY (generation, dossier, number);

ALTER TABLE ONLY projection.fact_figure
    ADD CONSTRAINT fact_figure_pkey PRIMARY KEY (generation, dossier, number);

ALTER TABLE ONLY projection.fact_growth
    ADD CONSTRAINT fact_growth_pkey PRIMARY KEY (generation, dossier, number);

ALTER TABLE ONLY projection.fact_objective
    ADD CONSTRAINT fact_objective_pkey PRIMARY KEY (generation, dossier, number);

ALTER TABLE ONLY projection.fact_phase
    ADD CONSTRAINT fact_phase_pkey PRIMARY KEY (generation, dossier, number);

ALTER TABLE ONLY projection.fact_presence
    ADD CONSTRAINT fact_presence_pkey PRIMARY KEY (generation, dossier, agency);

ALTER TABLE ONLY projection.fact_referral
    ADD CONSTRAINT fact_referral_pkey PRIMARY KEY (generation, dossier, number);

ALTER TABLE ONLY projection.fact_stay
    ADD CONSTRAINT fact_stay_pkey PRIMARY KEY (generation, dossier, number);

ALTER TABLE ONLY projection.fact_technology
    ADD CONSTRAINT fact_technology_pkey PRIMARY KEY (generation, dossier, number);

ALTER TABLE ONLY projection.fact_tie
    ADD CONSTRAINT fact_tie_pkey PRIMARY KEY (generation, dossier, number);

ALTER TABLE ONLY projection.fact_topic
    ADD CONSTRAINT fact_topic_pkey PRIMARY KEY (generation, dossier, number);

ALTER TABLE ONLY projection.generation
    ADD CONSTRAINT generation_pkey PRIMARY KEY (id);

ALTER TABLE ONLY projection.part
    ADD CONSTRAINT part_pkey PRIMARY KEY (generation, part);

ALTER TABLE ONLY projection.rehearsal
    ADD CONSTRAINT rehearsal_pkey PRIMARY KEY (id);

ALTER TABLE ONLY projection.rehearsed_dossier
    ADD CONSTRAINT rehearsed_dossier_pkey PRIMARY KEY (rehearsal, dossier, field, day);

ALTER TABLE ONLY projection.rehearsed_figure
    ADD CONSTRAINT rehearsed_figure_pkey PRIMARY KEY (rehearsal, number);

ALTER TABLE ONLY projection.set_aside
    ADD CONSTRAINT set_aside_pkey PRIMARY KEY (generation, "position");

ALTER TABLE ONLY projection.statement
    ADD CONSTRAINT statement_pkey PRIMARY KEY (generation, dossier, enterprise);

ALTER TABLE ONLY projection.timeline
    ADD CONSTRAINT timeline_pkey PRIMARY KEY (generation, dossier);

ALTER TABLE ONLY public.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (name);

ALTER TABLE ONLY registry.agency
    ADD CONSTRAINT agency_pkey PRIMARY KEY (id);

ALTER TABLE ONLY registry.agency
    ADD CONSTRAINT agency_source_prefix_key UNIQUE (source_prefix);

ALTER TABLE ONLY registry.deed
    ADD CONSTRAINT deed_pkey PRIMARY KEY (number);

ALTER TABLE ONLY registry.former_name
    ADD CONSTRAINT former_name_pkey PRIMARY KEY (agency, until);

ALTER TABLE ONLY registry.programme_target
    ADD CONSTRAINT programme_target_pkey PRIMARY KEY (programme, objective_id);

ALTER TABLE ONLY registry.service
    ADD CONSTRAINT service_pkey PRIMARY KEY (agency, service);

ALTER TABLE ONLY registry.unmapped
    ADD CONSTRAINT unmapped_pkey PRIMARY KEY (agency, type, field, word);

ALTER TABLE ONLY registry.vocabulary
    ADD CONSTRAINT vocabulary_pkey PRIMARY KEY (agency, version);

ALTER TABLE ONLY seal.census_page
    ADD CONSTRAINT census_page_pkey PRIMARY KEY (series, level, number);

ALTER TABLE ONLY seal.census
    ADD CONSTRAINT census_pkey PRIMARY KEY (series, bucket);

ALTER TABLE ONLY seal.checkpoint
    ADD CONSTRAINT checkpoint_pkey PRIMARY KEY (series);

ALTER TABLE ONLY seal.cosignature
    ADD CONSTRAINT cosignature_pkey PRIMARY KEY (series, size, vkey);

ALTER TABLE ONLY seal.cosigned
    ADD CONSTRAINT cosigned_pkey PRIMARY KEY (series, size);

ALTER TABLE ONLY seal.key
    ADD CONSTRAINT key_pkey PRIMARY KEY (number);

ALTER TABLE ONLY seal.key
    ADD CONSTRAINT key_vkey_key UNIQUE (vkey);

ALTER TABLE ONLY seal.tile
    ADD CONSTRAINT tile_pkey PRIMARY KEY (series, level, number);

ALTER TABLE ONLY seal.witness
    ADD CONSTRAINT witness_pkey PRIMARY KEY (vkey);

ALTER TABLE ONLY statistics.publication
    ADD CONSTRAINT publication_pkey PRIMARY KEY (indicator, number);

ALTER TABLE ONLY vault.entry
    ADD CONSTRAINT entry_pkey PRIMARY KEY (dossier, version);

ALTER TABLE ONLY vault.registration
    ADD CONSTRAINT registration_pkey PRIMARY KEY (key);

ALTER TABLE ONLY webhook.delivery
    ADD CONSTRAINT delivery_pkey PRIMARY KEY (subscription, "position");

ALTER TABLE ONLY webhook.subscription
    ADD CONSTRAINT subscription_pkey PRIMARY KEY (id);

CREATE INDEX run_agency ON imports.run USING btree (agency, number);

CREATE INDEX run_unfinished ON imports.run USING btree (number) WHERE (status = ANY (ARRAY['waiting'::text, 'running'::text]));

CREATE INDEX event_position ON ONLY journal.event USING btree ("position");

CREATE INDEX event_0_position_idx ON journal.event_0 USING btree ("position");

CREATE INDEX event_other ON ONLY journal.event USING btree (SUBSTRING(stored FROM POSITION(('\x226f74686572223a22'::bytea) IN (stored)) FOR 45)) WHERE ((POSITION(('\x226f74686572223a22'::bytea) IN (stored)) > 0) AND (type = ANY (ARRAY['brussels.dossier.dossiers-linked.v1'::text, 'brussels.dossier.dossiers-unlinked.v1'::text, 'brussels.dossier.dossiers-distinct.v1'::text, 'brussels.dossier.event-corrected.v1'::text])));

CREATE INDEX event_0_substring_idx ON journal.event_0 USING btree (SUBSTRING(stored FROM POSITION(('\x226f74686572223a22'::bytea) IN (stored)) FOR 45)) WHERE ((POSITION(('\x226f74686572223a22'::bytea) IN (stored)) > 0) AND (type = ANY (ARRAY['brussels.dossier.dossiers-linked.v1'::text, 'brussels.dossier.dossiers-unlinked.v1'::text, 'brussels.dossier.dossiers-distinct.v1'::text, 'brussels.dossier.event-corrected.v1'::text])));

CREATE INDEX event_1_position_idx ON journal.event_1 USING btree ("position");

CREATE INDEX event_1_substring_idx ON journal.event_1 USING btree (SUBSTRING(stored FROM POSITION(('\x226f74686572223a22'::bytea) IN (stored)) FOR 45)) WHERE ((POSITION(('\x226f74686572223a22'::bytea) IN (stored)) > 0) AND (type = ANY (ARRAY['brussels.dossier.dossiers-linked.v1'::text, 'brussels.dossier.dossiers-unlinked.v1'::text, 'brussels.dossier.dossiers-distinct.v1'::text, 'brussels.dossier.event-corrected.v1'::text])));

CREATE INDEX event_2_position_idx ON journal.event_2 USING btree ("position");

CREATE INDEX event_2_substring_idx ON journal.event_2 USING btree (SUBSTRING(stored FROM POSITION(('\x226f74686572223a22'::bytea) IN (stored)) FOR 45)) WHERE ((POSITION(('\x226f74686572223a22'::bytea) IN (stored)) > 0) AND (type = ANY (ARRAY['brussels.dossier.dossiers-linked.v1'::text, 'brussels.dossier.dossiers-unlinked.v1'::text, 'brussels.dossier.dossiers-distinct.v1'::text, 'brussels.dossier.event-corrected.v1'::text])));

CREATE INDEX event_3_position_idx ON journal.event_3 USING btree ("position");

CREATE INDEX event_3_substring_idx ON journal.event_3 USING btree (SUBSTRING(stored FROM POSITION(('\x226f74686572223a22'::bytea) IN (stored)) FOR 45)) WHERE ((POSITION(('\x226f74686572223a22'::bytea) IN (stored)) > 0) AND (type = ANY (ARRAY['brussels.dossier.dossiers-linked.v1'::text, 'brussels.dossier.dossiers-unlinked.v1'::text, 'brussels.dossier.dossiers-distinct.v1'::text, 'brussels.dossier.event-corrected.v1'::text])));

CREATE INDEX event_4_position_idx ON journal.event_4 USING btree ("position");

CREATE INDEX event_4_substring_idx ON journal.event_4 USING btree (SUBSTRING(stored FROM POSITION(('\x226f74686572223a22'::bytea) IN (stored)) FOR 45)) WHERE ((POSITION(('\x226f74686572223a22'::bytea) IN (stored)) > 0) AND (type = ANY (ARRAY['brussels.dossier.dossiers-linked.v1'::text, 'brussels.dossier.dossiers-unlinked.v1'::text, 'brussels.dossier.dossiers-distinct.v1'::text, 'brussels.dossier.event-corrected.v1'::text])));

CREATE INDEX event_5_position_idx ON journal.event_5 USING btree ("position");

CREATE INDEX event_5_substring_idx ON journal.event_5 USING btree (SUBSTRING(stored FROM POSITION(('\x226f74686572223a22'::bytea) IN (stored)) FOR 45)) WHERE ((POSITION(('\x226f74686572223a22'::bytea) IN (stored)) > 0) AND (type = ANY (ARRAY['brussels.dossier.dossiers-linked.v1'::text, 'brussels.dossier.dossiers-unlinked.v1'::text, 'brussels.dossier.dossiers-distinct.v1'::text, 'brussels.dossier.event-corrected.v1'::text])));

CREATE INDEX event_6_position_idx ON journal.event_6 USING btree ("position");

CREATE INDEX event_6_substring_idx ON journal.event_6 USING btree (SUBSTRING(stored FROM POSITION(('\x226f74686572223a22'::bytea) IN (stored)) FOR 45)) WHERE ((POSITION(('\x226f74686572223a22'::bytea) IN (stored)) > 0) AND (type = ANY (ARRAY['brussels.dossier.dossiers-linked.v1'::text, 'brussels.dossier.dossiers-unlinked.v1'::text, 'brussels.dossier.dossiers-distinct.v1'::text, 'brussels.dossier.event-corrected.v1'::text])));

CREATE INDEX event_7_position_idx ON journal.event_7 USING btree ("position");

CREATE INDEX event_7_substring_idx ON journal.event_7 USING btree (SUBSTRING(stored FROM POSITION(('\x226f74686572223a22'::bytea) IN (stored)) FOR 45)) WHERE ((POSITION(('\x226f74686572223a22'::bytea) IN (stored)) > 0) AND (type = ANY (ARRAY['brussels.dossier.dossiers-linked.v1'::text, 'brussels.dossier.dossiers-unlinked.v1'::text, 'brussels.dossier.dossiers-distinct.v1'::text, 'brussels.dossier.event-corrected.v1'::text])));

CREATE INDEX reading_agency ON ledger.reading USING btree (agency, number);

CREATE INDEX reading_at ON ledger.reading USING btree (at, number);

CREATE INDEX reading_dossier ON ledger.reading USING btree (dossier, number);

CREATE INDEX fact_objective_programme ON ONLY projection.fact_objective USING btree (programme, objective_id);

CREATE INDEX fact_referral_from ON ONLY projection.fact_referral USING btree (from_agency, made_on);

CREATE INDEX fact_referral_to ON ONLY projection.fact_referral USING btree (to_agency, made_on);

CREATE UNIQUE INDEX generation_served ON projection.generation USING btree (status) WHERE (status = 'served'::text);

CREATE INDEX rehearsal_running ON projection.rehearsal USING btree (requested_at) WHERE (status = 'running'::text);

CREATE INDEX statement_enterprise ON ONLY projection.statement USING btree (generation, enterprise);

CREATE INDEX entry_words ON vault.entry USING gin (words public.gin_trgm_ops) WHERE (words IS NOT NULL);

CREATE INDEX delivery_done ON webhook.delivery USING btree (last_at) WHERE (status <> 'waiting'::text);

CREATE INDEX delivery_waiting ON webhook.delivery USING btree (subscription, due_at) WHERE (status = 'waiting'::text);

CREATE INDEX subscription_agency ON webhook.subscription USING btree (agency);

ALTER INDEX journal.event_pkey ATTACH PARTITION journal.event_0_pkey;

ALTER INDEX journal.event_position ATTACH PARTITION journal.event_0_position_idx;

ALTER INDEX journal.event_other ATTACH PARTITION journal.event_0_substring_idx;

ALTER INDEX journal.event_pkey ATTACH PARTITION journal.event_1_pkey;

ALTER INDEX journal.event_position ATTACH PARTITION journal.event_1_position_idx;

ALTER INDEX journal.event_other ATTACH PARTITION journal.event_1_substring_idx;

ALTER INDEX journal.event_pkey ATTACH PARTITION journal.event_2_pkey;

ALTER INDEX journal.event_position ATTACH PARTITION journal.event_2_position_idx;

ALTER INDEX journal.event_other ATTACH PARTITION journal.event_2_substring_idx;

ALTER INDEX journal.event_pkey ATTACH PARTITION journal.event_3_pkey;

ALTER INDEX journal.event_position ATTACH PARTITION journal.event_3_position_idx;

ALTER INDEX journal.event_other ATTACH PARTITION journal.event_3_substring_idx;

ALTER INDEX journal.event_pkey ATTACH PARTITION journal.event_4_pkey;

ALTER INDEX journal.event_position ATTACH PARTITION journal.event_4_position_idx;

ALTER INDEX journal.event_other ATTACH PARTITION journal.event_4_substring_idx;

ALTER INDEX journal.event_pkey ATTACH PARTITION journal.event_5_pkey;

ALTER INDEX journal.event_position ATTACH PARTITION journal.event_5_position_idx;

ALTER INDEX journal.event_other ATTACH PARTITION journal.event_5_substring_idx;

ALTER INDEX journal.event_pkey ATTACH PARTITION journal.event_6_pkey;

ALTER INDEX journal.event_position ATTACH PARTITION journal.event_6_position_idx;

ALTER INDEX journal.event_other ATTACH PARTITION journal.event_6_substring_idx;

ALTER INDEX journal.event_pkey ATTACH PARTITION journal.event_7_pkey;

ALTER INDEX journal.event_position ATTACH PARTITION journal.event_7_position_idx;

ALTER INDEX journal.event_other ATTACH PARTITION journal.event_7_substring_idx;

CREATE TRIGGER digest_file BEFORE INSERT OR UPDATE OF file ON imports.run FOR EACH ROW EXECUTE FUNCTION imports.digest_file();

CREATE TRIGGER draw_up_deed AFTER INSERT OR DELETE OR UPDATE ON imports.mapping FOR EACH ROW EXECUTE FUNCTION registry.draw_up_deed('{agency,name}', '{}');

CREATE TRIGGER fingerprint BEFORE INSERT OR UPDATE ON imports.fault FOR EACH ROW EXECUTE FUNCTION registry.fingerprint();

CREATE TRIGGER fingerprint BEFORE INSERT OR UPDATE ON imports.run FOR EACH ROW EXECUTE FUNCTION registry.fingerprint('file');

CREATE TRIGGER not_all BEFORE TRUNCATE ON imports.mapping FOR EACH STATEMENT EXECUTE FUNCTION registry.refuse_change();

CREATE TRIGGER wait_for_turn BEFORE INSERT OR DELETE OR UPDATE ON imports.mapping FOR EACH STATEMENT EXECUTE FUNCTION registry.wait_for_turn();

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

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON journal.sameness FOR EACH STATEMENT EXECUTE FUNCTION journal.refuse_change();

CREATE TRIGGER draw_up_deed AFTER INSERT OR DELETE OR UPDATE ON journal.sameness FOR EACH ROW EXECUTE FUNCTION registry.draw_up_deed('{dossier,version}', '{}');

CREATE TRIGGER wait_for_turn BEFORE INSERT OR DELETE OR UPDATE ON journal.sameness FOR EACH STATEMENT EXECUTE FUNCTION registry.wait_for_turn();

CREATE TRIGGER append_only BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON ledger.opening FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON ledger.reading FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

CREATE TRIGGER fingerprint BEFORE INSERT OR UPDATE ON projection.generation FOR EACH ROW EXECUTE FUNCTION registry.fingerprint();

CREATE TRIGGER fingerprint BEFORE INSERT OR UPDATE ON projection.part FOR EACH ROW EXECUTE FUNCTION registry.fingerprint();

CREATE TRIGGER fingerprint BEFORE INSERT OR UPDATE ON projection.rehearsal FOR EACH ROW EXECUTE FUNCTION registry.fingerprint();

CREATE TRIGGER fingerprint BEFORE INSERT OR UPDATE ON projection.rehearsed_dossier FOR EACH ROW EXECUTE FUNCTION registry.fingerprint();

CREATE TRIGGER fingerprint BEFORE INSERT OR UPDATE ON projection.rehearsed_figure FOR EACH ROW EXECUTE FUNCTION registry.fingerprint();

CREATE TRIGGER fingerprint BEFORE INSERT OR UPDATE ON projection.set_aside FOR EACH ROW EXECUTE FUNCTION registry.fingerprint();

CREATE TRIGGER fingerprint BEFORE INSERT OR UPDATE ON public.migration FOR EACH ROW EXECUTE FUNCTION registry.fingerprint();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON registry.deed FOR EACH STATEMENT EXECUTE FUNCTION registry.refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON registry.vocabulary FOR EACH STATEMENT EXECUTE FUNCTION journal.refuse_change();

CREATE TRIGGER draw_up_deed AFTER INSERT OR DELETE OR UPDATE ON registry.agency FOR EACH ROW EXECUTE FUNCTION registry.draw_up_deed('{id}', '{}');

CREATE TRIGGER draw_up_deed AFTER INSERT OR DELETE OR UPDATE ON registry.former_name FOR EACH ROW EXECUTE FUNCTION registry.draw_up_deed('{agency,until}', '{}');

CREATE TRIGGER draw_up_deed AFTER INSERT OR DELETE OR UPDATE ON registry.programme_target FOR EACH ROW EXECUTE FUNCTION registry.draw_up_deed('{programme,objective_id}', '{}');

CREATE TRIGGER draw_up_deed AFTER INSERT OR DELETE OR UPDATE ON registry.service FOR EACH ROW EXECUTE FUNCTION registry.draw_up_deed('{agency,service}', '{}');

CREATE TRIGGER draw_up_deed AFTER INSERT OR DELETE OR UPDATE ON registry.vocabulary FOR EACH ROW EXECUTE FUNCTION registry.draw_up_deed('{agency,version}', '{}');

CREATE TRIGGER fingerprint BEFORE INSERT OR UPDATE ON registry.unmapped FOR EACH ROW EXECUTE FUNCTION registry.fingerprint();

CREATE TRIGGER not_all BEFORE TRUNCATE ON registry.agency FOR EACH STATEMENT EXECUTE FUNCTION registry.refuse_change();

CREATE TRIGGER not_all BEFORE TRUNCATE ON registry.former_name FOR EACH STATEMENT EXECUTE FUNCTION registry.refuse_change();

CREATE TRIGGER not_all BEFORE TRUNCATE ON registry.programme_target FOR EACH STATEMENT EXECUTE FUNCTION registry.refuse_change();

CREATE TRIGGER not_all BEFORE TRUNCATE ON registry.service FOR EACH STATEMENT EXECUTE FUNCTION registry.refuse_change();

CREATE TRIGGER not_all BEFORE TRUNCATE ON registry.vocabulary FOR EACH STATEMENT EXECUTE FUNCTION registry.refuse_change();

CREATE TRIGGER wait_for_turn BEFORE INSERT OR DELETE OR UPDATE ON registry.agency FOR EACH STATEMENT EXECUTE FUNCTION registry.wait_for_turn();

CREATE TRIGGER wait_for_turn BEFORE INSERT OR DELETE OR UPDATE ON registry.former_name FOR EACH STATEMENT EXECUTE FUNCTION registry.wait_for_turn();

CREATE TRIGGER wait_for_turn BEFORE INSERT OR DELETE OR UPDATE ON registry.programme_target FOR EACH STATEMENT EXECUTE FUNCTION registry.wait_for_turn();

CREATE TRIGGER wait_for_turn BEFORE INSERT OR DELETE OR UPDATE ON registry.service FOR EACH STATEMENT EXECUTE FUNCTION registry.wait_for_turn();

CREATE TRIGGER wait_for_turn BEFORE INSERT OR DELETE OR UPDATE ON registry.vocabulary FOR EACH STATEMENT EXECUTE FUNCTION registry.wait_for_turn();

CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON seal.tile FOR EACH STATEMENT EXECUTE FUNCTION journal.refuse_change();

CREATE TRIGGER draw_up_deed AFTER INSERT OR DELETE OR UPDATE ON seal.key FOR EACH ROW EXECUTE FUNCTION registry.draw_up_deed('{vkey}', '{}');

CREATE TRIGGER draw_up_deed AFTER INSERT OR DELETE OR UPDATE ON seal.witness FOR EACH ROW EXECUTE FUNCTION registry.draw_up_deed('{vkey}', '{}');

CREATE TRIGGER not_all BEFORE TRUNCATE ON seal.key FOR EACH STATEMENT EXECUTE FUNCTION registry.refuse_change();

CREATE TRIGGER not_all BEFORE TRUNCATE ON seal.witness FOR EACH STATEMENT EXECUTE FUNCTION registry.refuse_change();

CREATE TRIGGER only_grows BEFORE UPDATE ON seal.tile FOR EACH ROW EXECUTE FUNCTION seal.refuse_rewriting();

CREATE TRIGGER wait_for_turn BEFORE INSERT OR DELETE OR UPDATE ON seal.key FOR EACH STATEMENT EXECUTE FUNCTION registry.wait_for_turn();

CREATE TRIGGER wait_for_turn BEFORE INSERT OR DELETE OR UPDATE ON seal.witness FOR EACH STATEMENT EXECUTE FUNCTION registry.wait_for_turn();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON statistics.publication FOR EACH STATEMENT EXECUTE FUNCTION statistics.refuse_change();

CREATE TRIGGER draw_up_deed AFTER INSERT OR DELETE OR UPDATE ON statistics.publication FOR EACH ROW EXECUTE FUNCTION registry.draw_up_deed('{indicator,number}', '{contributions,cells}');

CREATE TRIGGER not_all BEFORE TRUNCATE ON statistics.publication FOR EACH STATEMENT EXECUTE FUNCTION registry.refuse_change();

CREATE TRIGGER wait_for_turn BEFORE INSERT OR DELETE OR UPDATE ON statistics.publication FOR EACH STATEMENT EXECUTE FUNCTION registry.wait_for_turn();

CREATE TRIGGER fingerprint BEFORE INSERT OR UPDATE ON vault.registration FOR EACH ROW EXECUTE FUNCTION registry.fingerprint();

CREATE TRIGGER draw_up_deed AFTER INSERT OR DELETE OR UPDATE OF id, agency, types, agencies, relation, status, reason, created_at ON webhook.subscription FOR EACH ROW EXECUTE FUNCTION registry.draw_up_deed('{id}', '{url,secret,previous_secret,previous_until,position,succeeded_at,fingerprint}');

CREATE TRIGGER fingerprint BEFORE INSERT OR UPDATE ON webhook.delivery FOR EACH ROW EXECUTE FUNCTION registry.fingerprint();

CREATE TRIGGER fingerprint BEFORE INSERT OR UPDATE ON webhook.subscription FOR EACH ROW EXECUTE FUNCTION registry.fingerprint();

CREATE TRIGGER not_all BEFORE TRUNCATE ON webhook.subscription FOR EACH STATEMENT EXECUTE FUNCTION registry.refuse_change();

CREATE TRIGGER wait_for_turn BEFORE INSERT OR DELETE OR UPDATE OF id, agency, types, agencies, relation, status, reason, created_at ON webhook.subscription FOR EACH STATEMENT EXECUTE FUNCTION registry.wait_for_turn();

ALTER TABLE ONLY imports.fault
    ADD CONSTRAINT fault_run_fkey FOREIGN KEY (run) REFERENCES imports.run(id) ON DELETE CASCADE;

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

ALTER TABLE ONLY registry.former_name
    ADD CONSTRAINT former_name_agency_fkey FOREIGN KEY (agency) REFERENCES registry.agency(id);

ALTER TABLE ONLY registry.programme_target
    ADD CONSTRAINT programme_target_set_by_fkey FOREIGN KEY (set_by) REFERENCES registry.agency(id);

ALTER TABLE ONLY registry.service
    ADD CONSTRAINT service_agency_fkey FOREIGN KEY (agency) REFERENCES registry.agency(id);

ALTER TABLE ONLY registry.vocabulary
    ADD CONSTRAINT vocabulary_agency_fkey FOREIGN KEY (agency) REFERENCES registry.agency(id);

ALTER TABLE ONLY seal.cosignature
    ADD CONSTRAINT cosignature_series_size_fkey FOREIGN KEY (series, size) REFERENCES seal.cosigned(series, size);

ALTER TABLE ONLY seal.cosignature
    ADD CONSTRAINT cosignature_vkey_fkey FOREIGN KEY (vkey) REFERENCES seal.witness(vkey);

ALTER TABLE ONLY seal.witness
    ADD CONSTRAINT witness_agency_fkey FOREIGN KEY (agency) REFERENCES registry.agency(id);

ALTER TABLE ONLY webhook.delivery
    ADD CONSTRAINT delivery_subscription_fkey FOREIGN KEY (subscription) REFERENCES webhook.subscription(id) ON DELETE CASCADE;

ALTER TABLE ONLY webhook.subscription
    ADD CONSTRAINT subscription_agency_fkey FOREIGN KEY (agency) REFERENCES registry.agency(id);

GRANT USAGE ON SCHEMA imports TO dossier_app;

GRANT USAGE ON SCHEMA journal TO dossier_app;
GRANT USAGE ON SCHEMA journal TO dossier_reader;

GRANT USAGE ON SCHEMA ledger TO dossier_app;
GRANT USAGE ON SCHEMA ledger TO dossier_reader;

GRANT USAGE ON SCHEMA projection TO dossier_app;
GRANT USAGE ON SCHEMA projection TO dossier_reader;

GRANT USAGE ON SCHEMA registry TO dossier_app;
GRANT USAGE ON SCHEMA registry TO dossier_reader;

GRANT USAGE ON SCHEMA seal TO dossier_app;
GRANT USAGE ON SCHEMA seal TO dossier_reader;

GRANT USAGE ON SCHEMA statistics TO dossier_app;
GRANT USAGE ON SCHEMA statistics TO dossier_reader;

GRANT USAGE ON SCHEMA vault TO dossier_app;

GRANT USAGE ON SCHEMA webhook TO dossier_app;
GRANT USAGE ON SCHEMA webhook TO dossier_reader;

REVOKE ALL ON FUNCTION registry.about(named text, keys text[], told jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION registry.draw_up(subject text, told jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION registry.draw_up_deed() FROM PUBLIC;

REVOKE ALL ON FUNCTION registry.tell_as_found(named regclass, keys text[], untold text[]) FROM PUBLIC;

GRANT SELECT,INSERT,DELETE ON TABLE imports.fault TO dossier_app;

GRANT SELECT,INSERT,UPDATE ON TABLE imports.mapping TO dossier_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE imports.run TO dossier_app;

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

GRANT SELECT,INSERT ON TABLE journal.sameness TO dossier_app;
GRANT SELECT ON TABLE journal.sameness TO dossier_reader;

GRANT SELECT ON TABLE journal.stored_event TO dossier_app;
GRANT SELECT ON TABLE journal.stored_event TO dossier_reader;

GRANT SELECT,INSERT,DELETE ON TABLE vault.entry TO dossier_app;

GRANT SELECT ON TABLE journal.told TO dossier_app;
GRANT SELECT ON TABLE journal.told TO dossier_reader;

GRANT SELECT ON TABLE ledger.opening TO dossier_app;
GRANT SELECT ON TABLE ledger.opening TO dossier_reader;

GRANT SELECT,INSERT ON TABLE ledger.reading TO dossier_app;
GRANT SELECT ON TABLE ledger.reading TO dossier_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE projection.current TO dossier_app;
GRANT SELECT ON TABLE projection.current TO dossier_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE projection.fact_activity TO dossier_app;
GRANT SELECT ON TABLE projection.fact_activity TO dossier_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE projection.fact_aid TO dossier_app;
GRANT SELECT ON TABLE projection.fact_aid TO dossier_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE projection.fact_delivery TO dossier_app;
GRANT SELECT ON TABLE projection.fact_delivery TO dossier_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE projection.fact_dossier TO dossier_app;
GRANT SELECT ON TABLE projection.fact_dossier TO dossier_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE projection.fact_enterprise TO dossier_app;
GRANT SELECT ON TABLE projection.fact_enterprise TO dossier_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE projection.fact_figure TO dossier_app;
GRANT SELECT ON TABLE projection.fact_figure TO dossier_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE projection.fact_growth TO dossier_app;
GRANT SELECT ON TABLE projection.fact_growth TO dossier_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE projection.fact_objective TO dossier_app;
GRANT SELECT ON TABLE projection.fact_objective TO dossier_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE projection.fact_phase TO dossier_app;
GRANT SELECT ON TABLE projection.fact_phase TO dossier_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE projection.fact_presence TO dossier_app;
GRANT SELECT ON TABLE projection.fact_presence TO dossier_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE projection.fact_referral TO dossier_app;
GRANT SELECT ON TABLE projection.fact_referral TO dossier_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE projection.fact_stay TO dossier_app;
GRANT SELECT ON TABLE projection.fact_stay TO dossier_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE projection.fact_technology TO dossier_app;
GRANT SELECT ON TABLE projection.fact_technology TO dossier_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE projection.fact_tie TO dossier_app;
GRANT SELECT ON TABLE projection.fact_tie TO dossier_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE projection.fact_topic TO dossier_app;
GRANT SELECT ON TABLE projection.fact_topic TO dossier_reader;

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

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE projection.statement TO dossier_app;
GRANT SELECT ON TABLE projection.statement TO dossier_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE projection.timeline TO dossier_app;
GRANT SELECT ON TABLE projection.timeline TO dossier_reader;

GRANT SELECT ON TABLE public.migration TO dossier_app;

GRANT SELECT,INSERT,UPDATE ON TABLE registry.agency TO dossier_app;
GRANT SELECT ON TABLE registry.agency TO dossier_reader;

GRANT SELECT ON TABLE registry.deed TO dossier_app;
GRANT SELECT ON TABLE registry.deed TO dossier_reader;

GRANT SELECT,INSERT ON TABLE registry.former_name TO dossier_app;
GRANT SELECT ON TABLE registry.former_name TO dossier_reader;

GRANT SELECT ON TABLE registry.line TO dossier_app;
GRANT SELECT ON TABLE registry.line TO dossier_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE registry.programme_target TO dossier_app;
GRANT SELECT ON TABLE registry.programme_target TO dossier_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE registry.service TO dossier_app;
GRANT SELECT ON TABLE registry.service TO dossier_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE registry.unmapped TO dossier_app;
GRANT SELECT ON TABLE registry.unmapped TO dossier_reader;

GRANT SELECT,INSERT ON TABLE registry.vocabulary TO dossier_app;
GRANT SELECT ON TABLE registry.vocabulary TO dossier_reader;

GRANT SELECT,INSERT,UPDATE ON TABLE seal.census TO dossier_app;
GRANT SELECT ON TABLE seal.census TO dossier_reader;

GRANT SELECT,INSERT,UPDATE ON TABLE seal.census_page TO dossier_app;
GRANT SELECT ON TABLE seal.census_page TO dossier_reader;

GRANT SELECT,INSERT,UPDATE ON TABLE seal.checkpoint TO dossier_app;
GRANT SELECT ON TABLE seal.checkpoint TO dossier_reader;

GRANT SELECT,INSERT ON TABLE seal.cosignature TO dossier_app;
GRANT SELECT ON TABLE seal.cosignature TO dossier_reader;

GRANT SELECT,INSERT ON TABLE seal.cosigned TO dossier_app;
GRANT SELECT ON TABLE seal.cosigned TO dossier_reader;

GRANT SELECT,INSERT ON TABLE seal.key TO dossier_app;
GRANT SELECT ON TABLE seal.key TO dossier_reader;

GRANT SELECT,INSERT,UPDATE ON TABLE seal.tile TO dossier_app;
GRANT SELECT ON TABLE seal.tile TO dossier_reader;

GRANT SELECT,INSERT ON TABLE seal.witness TO dossier_app;
GRANT SELECT ON TABLE seal.witness TO dossier_reader;

GRANT SELECT,INSERT ON TABLE statistics.publication TO dossier_app;
GRANT SELECT ON TABLE statistics.publication TO dossier_reader;

GRANT SELECT,INSERT ON TABLE vault.registration TO dossier_app;

GRANT UPDATE(content) ON TABLE vault.registration TO dossier_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE webhook.delivery TO dossier_app;
GRANT SELECT ON TABLE webhook.delivery TO dossier_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE webhook.subscription TO dossier_app;

GRANT SELECT(id) ON TABLE webhook.subscription TO dossier_reader;

GRANT SELECT(agency) ON TABLE webhook.subscription TO dossier_reader;

GRANT SELECT(types) ON TABLE webhook.subscription TO dossier_reader;

GRANT SELECT(agencies) ON TABLE webhook.subscription TO dossier_reader;

GRANT SELECT(relation) ON TABLE webhook.subscription TO dossier_reader;

GRANT SELECT(status) ON TABLE webhook.subscription TO dossier_reader;

GRANT SELECT(reason) ON TABLE webhook.subscription TO dossier_reader;

GRANT SELECT("position") ON TABLE webhook.subscription TO dossier_reader;

GRANT SELECT(created_at) ON TABLE webhook.subscription TO dossier_reader;

GRANT SELECT(succeeded_at) ON TABLE webhook.subscription TO dossier_reader;
