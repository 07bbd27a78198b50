-- How far a generation that is being built has come, for whoever waits for it.
ALTER TABLE projection.generation
    ADD COLUMN done bigint,
    ADD COLUMN volume bigint,
    ADD COLUMN per_second double precision;
COMMENT ON COLUMN projection.generation.done IS 'events projected, of volume; null before a build tells of it';
COMMENT ON COLUMN projection.generation.per_second IS 'events projected a second since this build began or was resumed';
