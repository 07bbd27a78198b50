-- Imports of files: how far each has come, and which rows it left out. No part of the log; rows go when nobody needs them.
CREATE SCHEMA imports;

CREATE TABLE imports.run (
    id          uuid        PRIMARY KEY,
    number      bigint      GENERATED ALWAYS AS IDENTITY,
    agency      text,
    mapping     text        NOT NULL,
    declared    text        NOT NULL,
    file        bytea       NOT NULL,
    dry_run     boolean     NOT NULL,
    status      text        NOT NULL CHECK (status IN ('waiting', 'running', 'done', 'failed')),
    attempts    integer     NOT NULL DEFAULT 0,
    rows        bigint      NOT NULL DEFAULT 0,
    accepted    bigint      NOT NULL DEFAULT 0,
    duplicate   bigint      NOT NULL DEFAULT 0,
    quarantined bigint      NOT NULL DEFAULT 0,
    opened      bigint      NOT NULL DEFAULT 0,
    registered  text[]      NOT NULL DEFAULT '{}',
    position    bigint      NOT NULL,
    failure     text,
    posted_at   timestamptz NOT NULL DEFAULT now(),
    started_at  timestamptz,
    passed      bigint      NOT NULL DEFAULT 0,
    ended_at    timestamptz
);
COMMENT ON COLUMN imports.run.agency IS 'who sent it by HTTP; null for the command line';
COMMENT ON COLUMN imports.run.declared IS 'the mapping in YAML';
COMMENT ON COLUMN imports.run.file IS 'SHA-256 of the file; empty once the run has ended';
COMMENT ON COLUMN imports.run.attempts IS 'starts since it last got on';
COMMENT ON COLUMN imports.run.position IS 'where the log stood after the last whole chunk';
COMMENT ON COLUMN imports.run.failure IS 'code and what it is about, as JSON';
COMMENT ON COLUMN imports.run.passed IS 'rows an earlier start had done';
CREATE INDEX run_agency ON imports.run (agency, number);
CREATE INDEX run_unfinished ON imports.run (number) WHERE status IN ('waiting', 'running');

-- What a run left out: a line has several faults at times. The value stands only where its column is not personal.
CREATE TABLE imports.fault (
    run    uuid    NOT NULL REFERENCES imports.run ON DELETE CASCADE,
    line   bigint  NOT NULL,
    number integer NOT NULL,
    code   text    NOT NULL,
    header text    NOT NULL,
    value  text    NOT NULL,
    about  text    NOT NULL,
    PRIMARY KEY (run, line, number)
);
COMMENT ON COLUMN imports.fault.about IS 'what the words of the code fill in, as JSON';

-- Mappings that organisations have stored under a name of their own.
CREATE TABLE imports.mapping (
    agency    text        NOT NULL,
    name      text        NOT NULL,
    declared  text        NOT NULL,
    stored_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (agency, name)
);

GRANT USAGE ON SCHEMA imports TO dossier_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON imports.run TO dossier_app;
GRANT SELECT, INSERT, DELETE ON imports.fault TO dossier_app;
GRANT SELECT, INSERT, UPDATE ON imports.mapping TO dossier_app;
