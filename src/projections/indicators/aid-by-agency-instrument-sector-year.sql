/* ---
title: {fr: "Aide octroyée par organisme, instrument, secteur et année", nl: "Toegekende steun per instelling, instrument, sector en jaar", en: "Aid granted by agency, instrument, sector and year"}
question:
  fr: Quel montant d’aide a été octroyé, par qui, sous quelle forme, à quel secteur, en quelle année ?
  nl: Hoeveel steun werd toegekend, door wie, in welke vorm, aan welke sector, in welk jaar?
  en: How much aid was granted, by whom, in which form, to which sector, in which year?
unit: EUR
dimensions: [agency, instrument, sector, year, commune, phase]
default: [agency, instrument, sector, year]
measures: [value]
evidence_level: 0
value: sum
caveats:
  - fr: Montants bruts, en euros ; les aides dans une autre monnaie ne sont pas comptées. L’année est celle où le droit est conféré.
    nl: Brutobedragen in euro; steun in een andere munt is niet meegeteld. Het jaar is dat van de toekenning van het recht.
    en: Gross amounts in EUR; aid in other currencies is not counted. The year is the one in which the legal right is conferred.
rules: [phase.without-declaration, sector.ict.2003, sector.ict.2008, sector.ict.2025]
--- */
SELECT a.agency, a.instrument, CASE WHEN a.ict THEN 'ict' WHEN NOT a.ict THEN 'other' END AS sector,
       year(a.conferred_on) AS year, d.commune, d.phase,
       coalesce(a.enterprise, CAST(a.dossier AS VARCHAR)) AS contributor, a.amount AS amount
FROM fact_aid a JOIN fact_dossier d ON d.dossier = a.dossier
WHERE a.outcome = 'granted' AND a.currency = 'EUR' AND a.amount IS NOT NULL
