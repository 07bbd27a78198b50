-- The seal holds more than one series: the log's events, and the readings of the access ledger. Each has its own tree,
-- census, checkpoint and cosignatures.
CREATE DOMAIN seal.series AS text CHECK (VALUE IN ('events', 'readings'));

ALTER TABLE seal.key ADD COLUMN series seal.series NOT NULL DEFAULT 'events';

ALTER TABLE seal.tile ADD COLUMN series seal.series NOT NULL DEFAULT 'events';
ALTER TABLE seal.tile DROP CONSTRAINT tile_pkey, ADD PRIMARY KEY (series, level, number);

CREATE OR REPLACE FUNCTION seal.refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF substring(NEW.hashes FOR length(OLD.hashes)) <> OLD.hashes
        OR (NEW.series, NEW.level, NEW.number) <> (OLD.series, OLD.level, OLD.number)
    THEN
        RAISE EXCEPTION 'a tile of the tree only grows' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

ALTER TABLE seal.census ADD COLUMN series seal.series NOT NULL DEFAULT 'events';
ALTER TABLE seal.census DROP CONSTRAINT census_pkey, ADD PRIMARY KEY (series, bucket);

ALTER TABLE seal.census_page ADD COLUMN series seal.series NOT NULL DEFAULT 'events';
ALTER TABLE seal.census_page DROP CONSTRAINT census_page_pkey, ADD PRIMARY KEY (series, level, number);

ALTER TABLE seal.checkpoint ADD COLUMN series seal.series NOT NULL DEFAULT 'events';
ALTER TABLE seal.checkpoint DROP CONSTRAINT checkpoint_pkey, DROP COLUMN one, ADD PRIMARY KEY (series);

ALTER TABLE seal.cosigned ADD COLUMN series seal.series NOT NULL DEFAULT 'events';
ALTER TABLE seal.cosignature ADD COLUMN series seal.series NOT NULL DEFAULT 'events';
ALTER TABLE seal.cosignature DROP CONSTRAINT cosignature_size_fkey, DROP CONSTRAINT cosignature_pkey;
ALTER TABLE seal.cosigned DROP CONSTRAINT cosigned_pkey, ADD PRIMARY KEY (series, size);
ALTER TABLE seal.cosignature ADD PRIMARY KEY (series, size, vkey),
    ADD FOREIGN KEY (series, size) REFERENCES seal.cosigned;

COMMENT ON COLUMN seal.checkpoint.series IS 'one row a series, changed in one transaction with its tiles and census';
