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
  - fr: Seuls les dossiers qui ont reçu une aide comptent ; ceux dont la demande attend encore une décision manquent (quality.missing en donne la part), ceux qui n’ont rien demandé ou furent refusés n’y sont pas. Un octroi antérieur à l’ouverture compte pour zéro jour.
    nl: Alleen dossiers die steun kregen tellen mee; wie nog op een beslissing wacht, ontbreekt (quality.missing geeft het aandeel); wie niets vroeg of geweigerd werd, zit er niet in. Een toekenning vóór de opening telt als nul dagen.
    en: Only dossiers that received aid count; those whose application still waits for a decision are missing (quality.missing says which share), those that asked for nothing or were refused are not in it. A grant before the opening counts as zero days.
  - fr: Une décision enregistrée plus de 90 jours après avoir été prise est dite tardive.
    nl: Een beslissing die meer dan 90 dagen na datum werd geregistreerd, heet laattijdig.
    en: A decision recorded more than 90 days after it was taken is called late.
rules: [sector.ict.2003, sector.ict.2008, sector.ict.2025]
missing: true
late: true
--- */
SELECT year(d.opened_on) AS cohort, CASE WHEN d.ict THEN 'ict' WHEN NOT d.ict THEN 'other' END AS sector, d.commune,
       f.agency, year(coalesce(f.granted_on, f.applied_on)) AS year, CAST(d.dossier AS VARCHAR) AS contributor,
       CASE WHEN f.granted_on IS NOT NULL THEN greatest(0, date_diff('day', d.opened_on, f.granted_on)) END AS amount,
       date_diff('day', f.granted_on, f.recorded_on) > 90 AS late
FROM fact_dossier d
JOIN (
    SELECT dossier, agency, applied_on, recorded_on, CASE WHEN outcome = 'granted' THEN decided_on END AS granted_on
    FROM fact_aid WHERE outcome = 'granted' OR decided_on IS NULL
    QUALIFY row_number() OVER (
        PARTITION BY dossier
        ORDER BY CASE WHEN outcome = 'granted' THEN decided_on END NULLS LAST, applied_on NULLS LAST, agency, number
    ) = 1
) f ON f.dossier = d.dossier
WHERE d.opened_on IS NOT NULL
