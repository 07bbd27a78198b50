/* ---
title: {fr: Délai jusqu’à la première aide, nl: Tijd tot de eerste steun, en: Time to first aid}
question:
  fr: Combien de jours s’écoulent entre l’ouverture du dossier et la première décision d’octroi ?
  nl: Hoeveel dagen verlopen tussen de opening van het dossier en de eerste toekenning?
  en: How many days pass from the opening of the dossier to the first granted decision?
unit: days
dimensions: [cohort, sector, commune, agency, year]
default: []
measures: [value]
chart: {by: [cohort]}
evidence_level: 0
value: median
method:
  fr: "Médiane des jours entiers entre l’ouverture et la première décision d’octroi. low et high : intervalle à 95 % par bootstrap sur les dossiers, à partir de dix."
  nl: "Mediaan van de hele dagen tussen opening en eerste toekenning. low en high: 95 %-interval door bootstrap over de dossiers, vanaf tien."
  en: "Median of the whole days from the opening to the first granted decision. low and high: 95 % interval by bootstrap over dossiers, from ten on."
caveats:
  - fr: Seuls les dossiers qui ont reçu une aide comptent ; ceux qui attendent encore n’y sont pas. Un octroi antérieur à l’ouverture compte pour zéro jour.
    nl: Alleen dossiers die steun kregen tellen mee; wie nog wacht, zit er niet in. Een toekenning vóór de opening telt als nul dagen.
    en: Only dossiers that received aid count; those still waiting are not in it. A grant before the opening counts as zero days.
rules: [sector.ict.2003, sector.ict.2008, sector.ict.2025]
--- */
SELECT year(d.opened_on) AS cohort, CASE WHEN d.ict THEN 'ict' WHEN NOT d.ict THEN 'other' END AS sector, d.commune,
       f.agency, year(f.decided_on) AS year,
       CAST(d.dossier AS VARCHAR) AS contributor, greatest(0, date_diff('day', d.opened_on, f.decided_on)) AS amount
FROM fact_dossier d
JOIN (
    SELECT dossier, agency, decided_on
    FROM fact_aid WHERE outcome = 'granted' AND decided_on IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY dossier ORDER BY decided_on, agency, number) = 1
) f ON f.dossier = d.dossier
WHERE d.opened_on IS NOT NULL
