-- The day on which a rehearsal judges what depends on the day.
ALTER TABLE projection.rehearsal ADD COLUMN compared_on date;
COMMENT ON COLUMN projection.rehearsal.compared_on IS
    'aid room is compared as of this day; null: the day it was requested, before there was a choice';
