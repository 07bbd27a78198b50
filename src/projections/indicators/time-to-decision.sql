/* ---
title: {fr: Délai de décision, nl: Beslissingstermijn, en: Time to decision}
question:
  fr: Combien de jours un organisme met-il à décider d’une demande d’aide ?
  nl: Hoeveel dagen doet een instelling over een beslissing op een steunaanvraag?
  en: How many days does an agency take to decide on an application for aid?
unit: days
dimensions: [agency, instrument, outcome, sector, nace, commune, phase, size_class, year]
default: [agency]
measures: [value]
evidence_level: 0
value: median
missing: true
late: true
method:
  fr: "Médiane des jours entiers de la demande à la décision ; l’année est celle de la demande. low et high : intervalle à 95 % par bootstrap sur les entreprises, à partir de dix."
  nl: "Mediaan van de hele dagen tussen aanvraag en beslissing; het jaar is dat van de aanvraag. low en high: 95 %-interval door bootstrap over de ondernemingen, vanaf tien."
  en: "Median of the whole days from application to decision; the year is that of the application. low and high: 95 % interval by bootstrap over enterprises, from ten on."
caveats:
  - fr: Les demandes sans décision manquent (quality.missing en donne la part) ; les années récentes paraissent donc plus rapides.
    nl: Aanvragen zonder beslissing ontbreken (quality.missing geeft hun aandeel); recente jaren lijken daardoor sneller.
    en: Applications without a decision are missing (quality.missing says which share); recent years look faster for it.
  - fr: Une décision enregistrée plus de 90 jours après avoir été prise est dite tardive. Une décision datée d’avant la demande compte pour zéro jour.
    nl: Een beslissing die meer dan 90 dagen na datum werd geregistreerd, heet laattijdig. Een beslissing van vóór de aanvraag telt als nul dagen.
    en: A decision recorded more than 90 days after it was taken is called late. A decision dated before the application counts as zero days.
rules: [phase.without-declaration, sector.ict.2003, sector.ict.2008, sector.ict.2025, size.classes, size.periods]
--- */
SELECT a.agency, a.instrument, a.outcome, CASE WHEN a.ict THEN 'ict' WHEN NOT a.ict THEN 'other' END AS sector,
       a.nace_version || '/' || substr(replace(a.nace_code, '.', ''), 1, 2) AS nace,
       d.commune, d.phase, d.size_class, year(a.applied_on) AS year,
       coalesce(m.undertaking, a.enterprise, a.dossier) AS contributor,
       greatest(0, date_diff('day', a.applied_on, a.decided_on)) * CASE WHEN a.decided_on IS NOT NULL THEN 1 END AS amount,
       date_diff('day', a.decided_on, a.recorded_on) > 90 AS late
FROM fact_aid a
JOIN stand d ON d.dossier = a.dossier
LEFT JOIN member m ON m.enterprise = a.enterprise
WHERE a.applied_on IS NOT NULL
