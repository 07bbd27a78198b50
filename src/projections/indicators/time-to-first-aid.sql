/* ---
title: {fr: Délai jusqu’à la première aide, nl: Tijd tot de eerste steun, en: Time to first aid}
question:
  fr: Combien de jours s’écoulent entre l’ouverture du dossier et la première décision d’octroi ?
  nl: Hoeveel dagen verlopen tussen de opening van het dossier en de eerste toekenning?
  en: How many days pass from the opening of the dossier to the first granted decision?
unit: days
dimensions: [cohort, sector, nace, commune, phase, size_class, agency, instrument, year]
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
  - fr: Seuls les dossiers qui ont reçu une aide comptent ; ceux dont la demande attend encore une décision manquent (quality.missing en donne la part), ceux qui n’ont rien demandé ou furent refusés n’y sont pas. Qui sera aidé plus tard n’y est pas encore ; les cohortes récentes paraissent donc plus rapides. Un octroi antérieur à l’ouverture compte pour zéro jour.
    nl: Alleen dossiers die steun kregen tellen mee; wie nog op een beslissing wacht, ontbreekt (quality.missing geeft het aandeel); wie niets vroeg of geweigerd werd, zit er niet in. Wie later gesteund zal worden, is er nog niet bij; recente cohorten lijken daardoor sneller. Een toekenning vóór de opening telt als nul dagen.
    en: Only dossiers that received aid count; those whose application still waits for a decision are missing (quality.missing says which share), those that asked for nothing or were refused are not in it. Who will be aided later is not in it yet, so recent cohorts look faster. A grant before the opening counts as zero days.
  - fr: Une décision enregistrée plus de 90 jours après avoir été prise est dite tardive.
    nl: Een beslissing die meer dan 90 dagen na datum werd geregistreerd, heet laattijdig.
    en: A decision recorded more than 90 days after it was taken is called late.
rules: [phase.without-declaration, sector.ict.2003, sector.ict.2008, sector.ict.2025, size.classes, size.periods]
missing: true
late: true
--- */
SELECT d.cohort, d.sector, d.nace, d.commune, d.phase, d.size_class, f.agency, f.instrument,
       year(coalesce(f.granted_on, f.applied_on)) AS year, d.dossier AS contributor,
       CASE WHEN f.granted_on IS NOT NULL THEN greatest(0, date_diff('day', d.opened_on, f.granted_on)) END AS amount,
       date_diff('day', f.granted_on, f.recorded_on) > 90 AS late
FROM stand d
JOIN (
    SELECT dossier, agency, instrument, applied_on, recorded_on, CASE WHEN outcome = 'granted' THEN decided_on END AS granted_on
    FROM fact_aid WHERE outcome = 'granted' OR decided_on IS NULL
    QUALIFY row_number() OVER (
        PARTITION BY dossier
        ORDER BY CASE WHEN outcome = 'granted' THEN decided_on END NULLS LAST, applied_on NULLS LAST, agency, number
    ) = 1
) f ON f.dossier = d.dossier
WHERE d.opened_on IS NOT NULL
