/* ---
title: {fr: Marge de minimis, nl: De-minimisruimte, en: De minimis headroom}
question:
  fr: Quelle marge reste-t-il sous le plafond de minimis aux entreprises uniques qui en ont reçu, et lesquelles s’en approchent ?
  nl: Hoeveel de-minimisruimte hebben ondernemingen die zulke steun kregen nog, en welke naderen het plafond?
  en: How much de minimis room is left to single undertakings that received such aid, and which of them near the ceiling?
unit: EUR
dimensions: [measure, outcome, sector, nace, commune, size_class]
default: [measure]
always: [measure]
measures: [used, room]
evidence_level: 0
value: sum
method:
  fr: "Par entreprise unique, au jour du chiffre : équivalents-subventions bruts acquis dans la période de la règle (used), et ce qui reste jusqu’au plafond (room, jamais négatif). outcome : open, near (à partir de 80 % du plafond), above. n : entreprises uniques."
  nl: "Per één onderneming, op de dag van het cijfer: brutosubsidie-equivalenten verworven in de periode van de regel (used), en wat tot het plafond rest (room, nooit negatief). outcome: open, near (vanaf 80 % van het plafond), above. n: ondernemingen als één geheel."
  en: "By single undertaking, on the day of the figure: gross grant equivalents conferred within the rule's window (used), and what is left up to the ceiling (room, never negative). outcome: open, near (from 80 % of the ceiling), above. n: single undertakings."
caveats:
  - fr: Une vue d’ensemble, pas une décision. La marge d’une entreprise se demande à part ; elle suit aussi les scissions, les exercices comptables et le plafond propre au transport routier, que ce chiffre ignore.
    nl: Een overzicht, geen beslissing. De ruimte van één onderneming vraag je apart op; die volgt ook splitsingen, boekjaren en het eigen plafond voor wegvervoer, die dit cijfer niet kent.
    en: An overview, not a decision. The room of one undertaking is asked for apart; that also follows splits, fiscal years and the ceiling of road freight, which this figure does not.
  - fr: Seules comptent les aides au registre dont l’équivalent est connu, en euros ; une entreprise unique qui en a une autre, encore dans la période, manque une fois par mesure (quality.missing), et sa marge est surestimée ; qui n’a jamais reçu d’aide de minimis n’y est pas.
    nl: Alleen geregistreerde steun waarvan het equivalent in euro bekend is, telt; een onderneming met andere steun binnen de periode ontbreekt één keer per maat (quality.missing), en haar ruimte is overschat; wie nooit de-minimissteun kreeg, zit er niet in.
    en: Only aid on record whose equivalent is known, in EUR, counts; an undertaking that has other aid within the window is missing once a measure (quality.missing), and its room is overstated; those that never received de minimis aid are not in it.
rules: [de-minimis.regulation, de-minimis.ceiling, de-minimis.window, de-minimis.counts, de-minimis.loan.safe-harbour, de-minimis.guarantee.safe-harbour, sector.ict.2003, sector.ict.2008, sector.ict.2025, size.classes, size.periods]
missing: true
--- */
WITH law AS (
    SELECT a.day, CAST(c.value AS DECIMAL(17, 2)) AS ceiling,
           w.value ->> '$.kind' AS kind, CAST(w.value ->> '$.years' AS INTEGER) AS years,
           CASE WHEN coalesce(w.value ->> '$.anniversary', 'counts') = 'counts' THEN a.day ELSE a.day + 1 END AS anniversary,
           n.value ->> '$.day' AS counted_day, n.value ->> '$.repaid' AS repaid,
           n.value ->> '$.legal_bases' AS bases, n.value ->> '$.outcomes' AS outcomes
    FROM as_of a -- without a regulation nobody has room, as the answer about one undertaking says
    JOIN rule g ON g.name = 'de-minimis.regulation' AND g.from_on <= a.day AND (g.until_on IS NULL OR a.day < g.until_on)
        AND g.value <> '"none"'
    JOIN rule c ON c.name = 'de-minimis.ceiling' AND c.from_on <= a.day AND (c.until_on IS NULL OR a.day < c.until_on)
    JOIN rule w ON w.name = 'de-minimis.window' AND w.from_on <= a.day AND (w.until_on IS NULL OR a.day < w.until_on)
    JOIN rule n ON n.name = 'de-minimis.counts' AND n.from_on <= a.day AND (n.until_on IS NULL OR a.day < n.until_on)
), dated AS (
    SELECT f.*, CASE WHEN l.counted_day = 'decided' THEN f.decided_on ELSE f.conferred_on END AS counted_on
    FROM fact_aid f CROSS JOIN law l
), windowed AS ( -- the anniversary of 29 February is 28 February, as the room has it
    SELECT f.*, counted_on <= l.day AND CASE WHEN l.kind = 'rolling' THEN counted_on + to_years(l.years) >= l.anniversary
                                             ELSE year(counted_on) > year(l.day) - l.years END AS within
    FROM dated f CROSS JOIN law l
), deducted AS (
    SELECT f.*, CAST(f.equivalent * 100 AS DECIMAL(19, 0))
               * CAST(greatest(f.amount - f.repaid, 0) * 100 AS DECIMAL(19, 0)) AS share,
           CAST(f.amount * 100 AS DECIMAL(19, 0)) AS whole
    FROM windowed f
), grants AS (
    SELECT coalesce(m.undertaking, f.enterprise) AS undertaking, f.enterprise, l.ceiling,
           CASE WHEN f.within
                THEN CASE WHEN l.repaid = 'deducted' AND f.amount > 0 -- in proportion, in whole cents: as the room has it
                          THEN CAST((f.share - f.share % f.whole) / f.whole AS DECIMAL(17, 0)) * 0.01
                          ELSE f.equivalent END
                ELSE 0 END AS counts
    FROM deducted f
    CROSS JOIN law l
    LEFT JOIN member m ON m.enterprise = f.enterprise
    WHERE f.equivalent IS NOT NULL AND f.enterprise IS NOT NULL AND f.conferred_on <= l.day
), unknown AS (
    SELECT coalesce(m.undertaking, f.enterprise) AS undertaking, min(f.enterprise) AS enterprise
    FROM windowed f
    CROSS JOIN law l
    LEFT JOIN member m ON m.enterprise = f.enterprise
    WHERE f.equivalent IS NULL AND f.enterprise IS NOT NULL
      AND l.bases LIKE ('%"' || f.legal_basis || '"%') AND l.outcomes LIKE ('%"' || f.outcome || '"%')
      AND f.within
    GROUP BY coalesce(m.undertaking, f.enterprise)
), standing AS (
    SELECT g.undertaking, min(g.ceiling) AS ceiling, sum(g.counts) AS used, min(g.enterprise) AS enterprise
    FROM grants g GROUP BY g.undertaking
)
SELECT s.measure, CASE WHEN t.used > t.ceiling THEN 'above' WHEN t.used >= t.ceiling * 0.8 THEN 'near' ELSE 'open' END AS outcome,
       e.sector, e.nace, e.commune, e.size_class, NULL AS year, t.undertaking AS contributor,
       CAST(CASE WHEN s.measure = 'used' THEN t.used ELSE greatest(t.ceiling - t.used, 0) END AS DECIMAL(17, 2)) AS amount
FROM standing t
CROSS JOIN (VALUES ('used'), ('room')) AS s (measure)
LEFT JOIN enterprise e ON e.enterprise = t.enterprise
UNION ALL
SELECT s.measure, NULL, e.sector, e.nace, e.commune, e.size_class, NULL, t.undertaking, NULL
FROM unknown t
CROSS JOIN (VALUES ('used'), ('room')) AS s (measure)
LEFT JOIN enterprise e ON e.enterprise = t.enterprise
