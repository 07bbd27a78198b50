-- What projections make of the log. Everything here can be dropped and rebuilt.
CREATE SCHEMA projection;

-- A generation: one full set of projected rows under one ruleset, up to a position of the log.
CREATE TABLE projection.generation (
    id           integer     GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ruleset      text        NOT NULL,
    digest       text        NOT NULL,
    status       text        NOT NULL CHECK (status IN ('building', 'served', 'kept')),
    start        bigint      NOT NULL,
    position     bigint      NOT NULL,
    content      text,
    created_at   timestamptz NOT NULL DEFAULT now(),
    switched_at  timestamptz
);
COMMENT ON COLUMN projection.generation.start IS 'the log''s position when building began: parts are built up to it';
COMMENT ON COLUMN projection.generation.position IS 'rows say what the log says up to here';
CREATE UNIQUE INDEX generation_served ON projection.generation (status) WHERE status = 'served';

-- Which parts of a generation are built: what a build that was cut off need not do again.
CREATE TABLE projection.part (
    generation integer NOT NULL REFERENCES projection.generation ON DELETE CASCADE,
    part       integer NOT NULL,
    events     bigint  NOT NULL,
    dossiers   bigint  NOT NULL,
    PRIMARY KEY (generation, part)
);

-- Events no projection could take, with the reason; their dossiers are projected without them.
CREATE TABLE projection.set_aside (
    generation integer     NOT NULL REFERENCES projection.generation ON DELETE CASCADE,
    position   bigint      NOT NULL,
    dossier    uuid        NOT NULL,
    reason     text        NOT NULL,
    at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (generation, position)
);

CREATE TABLE projection.current (
    generation  integer NOT NULL,
    dossier     uuid    NOT NULL,
    version     integer NOT NULL,
    position    bigint  NOT NULL,
    phase       text,
    ict         boolean,
    agencies    text[]  NOT NULL,
    state       text    NOT NULL,
    PRIMARY KEY (generation, dossier)
) PARTITION BY LIST (generation);
COMMENT ON COLUMN projection.current.state IS 'the current dossier as JSON, without the person';

CREATE TABLE projection.timeline (
    generation integer NOT NULL,
    dossier    uuid    NOT NULL,
    version    integer NOT NULL,
    entries    text    NOT NULL,
    PRIMARY KEY (generation, dossier)
) PARTITION BY LIST (generation);
COMMENT ON COLUMN projection.timeline.entries IS 'the entries as a JSON list, without personal fields';

-- Facts of the statistics: typed, and never a person.
CREATE TABLE projection.fact_dossier (
    generation   integer NOT NULL,
    dossier      uuid    NOT NULL,
    opened_on    date,
    phase        text,
    phase_since  date,
    nace_version text,
    nace_code    text,
    ict          boolean,
    enterprise   text,
    created_on   date,
    ceased_on    date,
    commune      text,
    size_class   text,
    first_aid_on date,
    agencies     integer NOT NULL,
    PRIMARY KEY (generation, dossier)
) PARTITION BY LIST (generation);

CREATE TABLE projection.fact_presence (
    generation integer NOT NULL,
    dossier    uuid    NOT NULL,
    agency     text    NOT NULL,
    first_on   date    NOT NULL,
    last_on    date    NOT NULL,
    events     integer NOT NULL,
    PRIMARY KEY (generation, dossier, agency)
) PARTITION BY LIST (generation);

CREATE TABLE projection.fact_phase (
    generation integer NOT NULL,
    dossier    uuid    NOT NULL,
    number     integer NOT NULL,
    phase      text    NOT NULL,
    from_on    date    NOT NULL,
    to_on      date,
    PRIMARY KEY (generation, dossier, number)
) PARTITION BY LIST (generation);

CREATE TABLE projection.fact_aid (
    generation   integer NOT NULL,
    dossier      uuid    NOT NULL,
    number       integer NOT NULL,
    agency       text,
    enterprise   text,
    instrument   text,
    scheme       text,
    legal_basis  text,
    outcome      text,
    applied_on   date,
    decided_on   date,
    conferred_on date,
    asked        numeric(17, 2),
    amount       numeric(17, 2),
    currency     text    NOT NULL,
    paid         numeric(17, 2) NOT NULL,
    repaid       numeric(17, 2) NOT NULL,
    nace_version text,
    nace_code    text,
    ict          boolean,
    PRIMARY KEY (generation, dossier, number)
) PARTITION BY LIST (generation);

CREATE TABLE projection.fact_referral (
    generation   integer NOT NULL,
    dossier      uuid    NOT NULL,
    number       integer NOT NULL,
    from_agency  text,
    to_agency    text,
    service      text,
    reason_code  text,
    answer       text,
    made_on      date,
    answered_on  date,
    completed_on date,
    PRIMARY KEY (generation, dossier, number)
) PARTITION BY LIST (generation);

GRANT USAGE ON SCHEMA projection TO dossier_app, dossier_reader;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA projection TO dossier_app;
GRANT SELECT ON ALL TABLES IN SCHEMA projection TO dossier_reader;
