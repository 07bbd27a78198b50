-- Cells that a rehearsed ruleset hides or shows otherwise.
ALTER TABLE projection.rehearsed_figure ADD COLUMN hidden_before boolean, ADD COLUMN hidden_after boolean;
COMMENT ON COLUMN projection.rehearsed_figure.hidden_before IS
    'whether the cell was hidden; null where it was compared without disclosure control';
COMMENT ON COLUMN projection.rehearsed_figure.hidden_after IS 'whether it is hidden under the rehearsed ruleset';
