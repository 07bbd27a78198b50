/* ---
title: {fr: "Aide octroyée par organisme, instrument, secteur et année", nl: "Toegekende steun per instelling, instrument, sector en jaar", en: "Aid granted by agency, instrument, sector and year"}
question:
  fr: Quel montant d’aide a été octroyé, par qui, sous quelle forme, à quel secteur, en quelle année ?
  nl: Hoeveel steun werd toegekend, door wie, in welke vorm, aan welke sector, in welk jaar?
  en: How much aid was granted, by whom, in which form, to which sector, in which year?
unit: EUR
dimensions: [agency, instrument, sector, nace, year, commune, phase, size_class]
default: [agency, instrument, sector, year]
joined: {stand: [commune, phase, size_class]}
measures: [value]
chart: {by: [year, instrument]}
evidence_level: 0
value: sum
method:
  fr: "Somme des montants octroyés ; une entreprise compte une fois dans n, quel que soit le nombre de ses aides."
  nl: "Som van de toegekende bedragen; een onderneming telt één keer in n, hoeveel steun ze ook kreeg."
  en: "Sum of the amounts granted; an enterprise counts once in n, however many aids it had."
caveats:
  - fr: Montants bruts, en euros ; les aides sans montant ou dans une autre monnaie manquent (quality.missing en donne la part). L’année est celle où le droit est conféré.
    nl: Brutobedragen in euro; steun zonder bedrag of in een andere munt ontbreekt (quality.missing geeft het aandeel). Het jaar is dat van de toekenning van het recht.
    en: Gross amounts in EUR; aid without an amount or in another currency is missing (quality.missing says which share). The year is the one in which the legal right is conferred.
  - fr: Une décision enregistrée plus de 90 jours après avoir été prise est dite tardive.
    nl: Een beslissing die meer dan 90 dagen na datum werd geregistreerd, heet laattijdig.
    en: A decision recorded more than 90 days after it was taken is called late.
rules: [phase.without-declaration, sector.ict.2003, sector.ict.2008, sector.ict.2025, size.classes, size.periods]
missing: true
late: true
--- */
SELECT a.agency, a.instrument, CASE WHEN a.ict THEN 'ict' WHEN NOT a.ict THEN 'other' END AS sector,
       a.nace_version || '/' || substr(replace(a.nace_code, '.', ''), 1, 2) AS nace,
       year(a.conferred_on) AS year, d.commune, d.phase, d.size_class,
       coalesce(m.undertaking, a.enterprise, a.dossier) AS contributor,
       CASE WHEN a.currency = 'EUR' THEN a.amount END AS amount,
       date_diff('day', coalesce(a.decided_on, a.conferred_on), a.recorded_on) > 90 AS late
FROM fact_aid a
LEFT JOIN stand d ON d.dossier = a.dossier
LEFT JOIN member m ON m.enterprise = a.enterprise
WHERE a.outcome = 'granted'
