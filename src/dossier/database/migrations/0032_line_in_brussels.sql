-- Who speaks for an agency today: by the day in Brussels, whatever the clock of a session; at UTC's a succession came late.
CREATE OR REPLACE VIEW registry.line AS
WITH RECURSIVE line AS (
    SELECT id AS agency, id AS today, 0 AS steps FROM registry.agency
    UNION ALL
    SELECT line.agency, agency.successor, line.steps + 1
    FROM line JOIN registry.agency ON agency.id = line.today
    WHERE agency.successor IS NOT NULL AND line.steps < 32
      AND (agency.succeeded_on IS NULL OR agency.succeeded_on <= (now() AT TIME ZONE 'Europe/Brussels')::date)
)
SELECT DISTINCT ON (agency) agency, today FROM line ORDER BY agency, steps DESC;
