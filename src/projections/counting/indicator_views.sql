-- as_of: The day a figure speaks of: the last on which the log took anything, so that a position names one day.
SELECT max(recorded_on) AS day FROM fact_dossier;

-- stand: A dossier with the dimensions that many figures are counted by.
SELECT dossier, opened_on, phase, phase_since, ict, enterprise, created_on, ceased_on, commune, size_class, first_aid_on,
       agencies, recorded_on, CASE WHEN ict THEN 'ict' WHEN NOT ict THEN 'other' END AS sector,
       nace_version || '/' || substr(replace(nace_code, '.', ''), 1, 2) AS nace,
       year(opened_on) AS cohort
FROM fact_dossier;

-- member: An enterprise with the name of its undertaking, where that is more than itself.
SELECT enterprise, undertaking FROM tied;

-- enterprise: An enterprise, once, though several dossiers hold it.
SELECT f.enterprise, coalesce(min(m.undertaking), f.enterprise) AS undertaking,
       min(f.created_on) AS created_on, min(coalesce(f.created_on, f.linked_on)) AS known_on,
       min(f.ceased_on) AS ceased_on, min(f.absorbed_on) AS absorbed_on,
       arg_min(coalesce(CASE WHEN f.ict THEN 'ict' WHEN NOT f.ict THEN 'other' END, d.sector), f.dossier) AS sector,
       arg_min(coalesce(f.nace_version || '/' || substr(replace(f.nace_code, '.', ''), 1, 2), d.nace), f.dossier) AS nace,
       arg_min(f.commune, f.dossier) AS commune, arg_min(d.phase, f.dossier) AS phase,
       arg_min(d.size_class, f.dossier) AS size_class
FROM fact_enterprise f
JOIN stand d ON d.dossier = f.dossier
LEFT JOIN member m ON m.enterprise = f.enterprise
GROUP BY f.enterprise;

-- first_grant: The first aid an enterprise was granted, whoever granted it, on the day the legal right was conferred.
SELECT enterprise, dossier, agency, instrument, conferred_on AS granted_on
FROM fact_aid
WHERE outcome = 'granted' AND enterprise IS NOT NULL AND conferred_on IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY enterprise ORDER BY conferred_on, agency, dossier, number) = 1;

-- yearly: What an enterprise reported of a year, once: the newest report counts, known since the first dossier told it.
SELECT enterprise, year, arg_max(fte, recorded_on || dossier) AS fte,
       arg_max(turnover, recorded_on || dossier) AS turnover,
       min(CASE WHEN fte IS NOT NULL THEN recorded_on END) AS fte_on,
       min(CASE WHEN turnover IS NOT NULL THEN recorded_on END) AS turnover_on
FROM fact_figure
GROUP BY enterprise, year;

-- used: A technology while a project uses it: up to the day a figure speaks of, where nobody said that it ended (to_on).
SELECT dossier, technology, from_on, coalesce(to_on, a.day) AS until_on, to_on FROM fact_technology CROSS JOIN as_of a;

-- stay: Where a dossier had premises, of whatever kind, by whole years.
SELECT DISTINCT s.dossier, s.site, year(s.entered_on) AS first_year, year(coalesce(s.left_on, a.day)) AS last_year
FROM fact_stay s CROSS JOIN as_of a;

-- enrolled: The programmes of a dossier, each from the year in which its first objective was set.
SELECT dossier, programme, min(year(set_on)) AS first_year FROM fact_objective
WHERE programme IS NOT NULL GROUP BY dossier, programme;

-- compared: Who is beside whom in an effect, by the year of the aid: each aided enterprise, once for each kind of control,
-- and those whose undertaking was aided never, or not yet by the year after. due: that year is over, so an aided one is
-- missing that has not told of it.
WITH aided AS (
    SELECT coalesce(m.undertaking, g.enterprise) AS undertaking, min(year(g.granted_on)) AS first_year
    FROM first_grant g LEFT JOIN member m ON m.enterprise = g.enterprise
    GROUP BY coalesce(m.undertaking, g.enterprise)
)
SELECT g.enterprise, c.control, year(g.granted_on) AS cohort, true AS treated, year(g.granted_on) + 1 < year(a.day) AS due
FROM first_grant g
CROSS JOIN as_of a
CROSS JOIN (VALUES ('never_supported'), ('not_yet_supported')) AS c (control)
UNION ALL
SELECT y.enterprise, CASE WHEN s.first_year IS NULL THEN 'never_supported' ELSE 'not_yet_supported' END,
       y.year + 1, false, false
FROM yearly y
LEFT JOIN member m ON m.enterprise = y.enterprise
LEFT JOIN aided s ON s.undertaking = coalesce(m.undertaking, y.enterprise)
WHERE s.first_year IS NULL OR s.first_year > y.year + 2;
