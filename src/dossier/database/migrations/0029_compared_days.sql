-- Aid room, and what is hidden of figures, are compared on today and on each day to come on which a rule changes: an
-- activation approves all of them. What was rehearsed before was compared on one day, told by no entry.
ALTER TABLE projection.rehearsal
    ADD COLUMN compared_days date[],
    ADD COLUMN partly boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN projection.rehearsal.compared_days IS 'aid room is compared as of these days; null: as of compared_on';
COMMENT ON COLUMN projection.rehearsal.partly IS 'compared on a named day alone, while values change on others: approves nothing';

ALTER TABLE projection.rehearsed_dossier DROP CONSTRAINT rehearsed_dossier_pkey;
ALTER TABLE projection.rehearsed_dossier ADD COLUMN day text NOT NULL DEFAULT '';
ALTER TABLE projection.rehearsed_dossier ADD PRIMARY KEY (rehearsal, dossier, field, day);
COMMENT ON COLUMN projection.rehearsed_dossier.day IS 'the day it is said of; empty where it does not change with the day';

ALTER TABLE projection.rehearsed_figure
    ADD COLUMN day text,
    ADD COLUMN rules text[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN projection.rehearsed_figure.day IS 'the day by whose rules it is controlled; null where it is not';
