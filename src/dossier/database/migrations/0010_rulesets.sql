-- Rules that change: draft generations, what a rehearsal found, and what a generation was made by.
ALTER TABLE projection.generation DROP CONSTRAINT generation_status_check;
ALTER TABLE projection.generation ADD CONSTRAINT generation_status_check
    CHECK (status IN ('building', 'draft', 'served', 'kept'));
COMMENT ON COLUMN projection.generation.status IS
    'building: not read yet; draft: built, and never served; served: what is read; kept: served before';

ALTER TABLE projection.generation
    ADD COLUMN program text NOT NULL DEFAULT '',
    ADD COLUMN tables text[];
COMMENT ON COLUMN projection.generation.program IS
    'digest of the functions that made its rows; rows of other functions are never copied nor switched to';
COMMENT ON COLUMN projection.generation.tables IS
    'the tables that are projected from the log; the others were copied from the generation served; null: all';

-- A rehearsal: one ruleset tried against the one being served.
CREATE TABLE projection.rehearsal (
    id          uuid        PRIMARY KEY,
    ruleset     text        NOT NULL,
    digest      text        NOT NULL,
    against     text        NOT NULL,
    status      text        NOT NULL CHECK (status IN ('running', 'done', 'failed')),
    reason      text,
    generation  integer     REFERENCES projection.generation ON DELETE SET NULL,
    position    bigint      NOT NULL DEFAULT 0,
    done        bigint      NOT NULL DEFAULT 0,
    volume      bigint      NOT NULL DEFAULT 0,
    per_second  double precision NOT NULL DEFAULT 0,
    attempts    integer     NOT NULL DEFAULT 0,
    difference  text,
    requested_at timestamptz NOT NULL DEFAULT now(),
    ended_at    timestamptz
);
COMMENT ON COLUMN projection.rehearsal.position IS 'both generations are compared as of here';
COMMENT ON COLUMN projection.rehearsal.difference IS 'SHA-256 over its entries: what an activation approves';
CREATE INDEX rehearsal_running ON projection.rehearsal (requested_at) WHERE status = 'running';

-- What a dossier says otherwise under the rehearsed ruleset, field by field.
CREATE TABLE projection.rehearsed_dossier (
    rehearsal uuid    NOT NULL REFERENCES projection.rehearsal ON DELETE CASCADE,
    dossier   uuid    NOT NULL,
    field     text    NOT NULL,
    before    text    NOT NULL,
    after     text    NOT NULL,
    rules     text[]  NOT NULL,
    positions text[]  NOT NULL,
    PRIMARY KEY (rehearsal, dossier, field)
);
COMMENT ON COLUMN projection.rehearsed_dossier.before IS 'JSON';

-- Which figures move.
CREATE TABLE projection.rehearsed_figure (
    rehearsal uuid    NOT NULL REFERENCES projection.rehearsal ON DELETE CASCADE,
    number    integer NOT NULL,
    indicator text    NOT NULL,
    row       text    NOT NULL,
    before    text    NOT NULL,
    after     text    NOT NULL,
    PRIMARY KEY (rehearsal, number)
);
COMMENT ON COLUMN projection.rehearsed_figure.row IS 'the dimensions of the cell, as JSON';

GRANT SELECT, INSERT, UPDATE ON projection.rehearsal TO dossier_app;
GRANT SELECT, INSERT, DELETE ON projection.rehearsed_dossier, projection.rehearsed_figure TO dossier_app;
GRANT SELECT ON projection.rehearsal, projection.rehearsed_dossier, projection.rehearsed_figure TO dossier_reader;
