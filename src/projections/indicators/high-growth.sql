/* ---
title: {fr: Entreprises à forte croissance, nl: Snelgroeiende ondernemingen, en: High-growth enterprises}
question:
  fr: Quelle part des entreprises accompagnées d’au moins dix équivalents temps plein connaît une forte croissance sur trois ans ?
  nl: Welk aandeel van de begeleide ondernemingen met minstens tien voltijdequivalenten groeit sterk over drie jaar?
  en: What share of the supported enterprises of at least ten full-time equivalents grows fast over three years?
unit: share
dimensions: [year, sector, nace, commune, size_class]
default: [year]
joined: {enterprise: [sector, nace, commune, size_class]}
measures: [value]
evidence_level: 0
value: mean
method:
  fr: "Part des entreprises d’au moins dix équivalents temps plein au départ dont les équivalents temps plein dépassent le seuil de la règle growth.high trois ans après. Une entreprise compte une fois par année, quel que soit le nombre de dossiers qui la tiennent ; s’ils ne disent pas la même chose, la dernière année la plus récemment déclarée décide."
  nl: "Aandeel van de ondernemingen met bij de start minstens tien voltijdequivalenten waarvan de voltijdequivalenten drie jaar later boven de drempel van de regel growth.high liggen. Een onderneming telt één keer per jaar, hoeveel dossiers ze ook hebben; zeggen die niet hetzelfde, dan beslist het laatst gemelde laatste jaar."
  en: "Share of the enterprises of at least ten full-time equivalents at the start whose full-time equivalents are beyond the threshold of the rule growth.high three years later. An enterprise counts once a year, however many dossiers hold it; where they differ, the one that reported the last year last decides."
caveats:
  - fr: L’année est la dernière des trois ; seules comptent les entreprises dont les équivalents temps plein sont connus aux deux bouts, sur un même dossier. Celles dont la fin n’est pas connue manquent (quality.missing en donne la part).
    nl: Het jaar is het laatste van de drie; enkel ondernemingen waarvan de voltijdequivalenten aan beide uiteinden op eenzelfde dossier bekend zijn, tellen mee. Die waarvan het einde niet bekend is, ontbreken (quality.missing geeft hun aandeel).
    en: The year is the last of the three; only enterprises whose full-time equivalents are known at both ends, on one dossier, count. Those whose end is not known are missing (quality.missing says which share).
rules: [growth.high, sector.ict.2003, sector.ict.2008, sector.ict.2025, size.classes, size.periods]
missing: true
--- */
WITH judged AS (
    SELECT g.enterprise, g.last_year, g.high
    FROM fact_growth g
    LEFT JOIN fact_figure f ON f.dossier = g.dossier AND f.enterprise = g.enterprise AND f.year = g.last_year
    QUALIFY row_number() OVER (
        PARTITION BY g.enterprise, g.last_year ORDER BY f.recorded_on DESC NULLS LAST, g.dossier DESC, g.number
    ) = 1 -- the newest report of the last year counts, as in `yearly`
), begun AS (
    SELECT y.enterprise, y.year + CAST(r.value ->> '$.years' AS INTEGER) AS last_year
    FROM yearly y
    JOIN rule r ON r.name = 'growth.high' AND y.fte >= CAST(r.value ->> '$.headcount_from' AS DECIMAL(17, 2))
        AND r.from_on <= make_date(y.year + CAST(r.value ->> '$.years' AS INTEGER), 12, 31)
        AND (r.until_on IS NULL OR make_date(y.year + CAST(r.value ->> '$.years' AS INTEGER), 12, 31) < r.until_on)
), told AS (
    SELECT enterprise, last_year, CASE WHEN high THEN 1.0 ELSE 0.0 END AS amount FROM judged
    UNION ALL
    SELECT b.enterprise, b.last_year, NULL
    FROM begun b
    CROSS JOIN as_of a
    WHERE b.last_year < year(a.day)
      AND EXISTS (SELECT 1 FROM fact_dossier d WHERE d.enterprise = b.enterprise)
      AND NOT EXISTS (SELECT 1 FROM judged j WHERE j.enterprise = b.enterprise AND j.last_year = b.last_year)
)
SELECT t.last_year AS year, e.sector, e.nace, e.commune, e.size_class, t.enterprise AS contributor, t.amount
FROM told t
LEFT JOIN enterprise e ON e.enterprise = t.enterprise
