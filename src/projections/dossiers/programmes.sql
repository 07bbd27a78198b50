-- programmes: Every programme that an objective or a target names: dossiers, objectives, and who is responsible for any.
SELECT programme, count(DISTINCT dossier), count(DISTINCT objective_id), array_agg(DISTINCT agency ORDER BY agency)
FROM (
    SELECT programme, dossier, objective_id, responsible FROM projection.fact_objective
    WHERE generation = (SELECT id FROM projection.generation WHERE status = 'served') AND programme IS NOT NULL
    UNION ALL SELECT programme, NULL, objective_id, agencies FROM registry.programme_target
) AS named LEFT JOIN unnest(responsible) AS agency ON true
GROUP BY programme ORDER BY programme;

-- objectives: The objectives of a programme, each summed over the dossiers that take part.
SELECT objective_id, array_agg(DISTINCT kind) FILTER (WHERE kind IS NOT NULL), count(*),
       count(*) FILTER (WHERE status = 'open' AND (due IS NULL OR due >= %(day)s::date)),
       count(*) FILTER (WHERE status = 'open' AND due < %(day)s::date),
       count(*) FILTER (WHERE status = 'reached'),
       count(*) FILTER (WHERE status = 'dropped'),
       sum(target) FILTER (WHERE status <> 'dropped'),
       sum(target) FILTER (WHERE status = 'reached'),
       avg(CASE status WHEN 'reached' THEN 100 ELSE coalesce(percent, 0) END) FILTER (WHERE status <> 'dropped'),
       min(due)::text, max(due)::text
FROM projection.fact_objective
WHERE generation = (SELECT id FROM projection.generation WHERE status = 'served') AND programme = %(programme)s
GROUP BY objective_id ORDER BY objective_id;

-- blockers: What stands in the way of an objective not yet reached or dropped, and on how many dossiers.
SELECT objective_id, blocker, count(DISTINCT dossier)
FROM projection.fact_objective, json_array_elements_text(blockers::json) AS blocker
WHERE generation = (SELECT id FROM projection.generation WHERE status = 'served')
  AND programme = %(programme)s AND status = 'open'
GROUP BY objective_id, blocker ORDER BY count(DISTINCT dossier) DESC, blocker;

-- agencies: Who is responsible for an objective of a programme.
SELECT objective_id, array_agg(DISTINCT agency ORDER BY agency)
FROM projection.fact_objective, unnest(responsible) AS agency
WHERE generation = (SELECT id FROM projection.generation WHERE status = 'served') AND programme = %(programme)s
GROUP BY objective_id;

-- dossiers: How many dossiers take part in a programme.
SELECT count(DISTINCT dossier) FROM projection.fact_objective
WHERE generation = (SELECT id FROM projection.generation WHERE status = 'served') AND programme = %(programme)s;
