/* ---
title: {fr: Entrepreneurs par phase, nl: Ondernemers per fase, en: Entrepreneurs by phase}
question:
  fr: Combien d’entrepreneurs se trouvent dans chaque phase ?
  nl: Hoeveel ondernemers bevinden zich in elke fase?
  en: How many entrepreneurs are in each phase?
unit: dossiers
dimensions: [phase, commune, cohort, sector]
default: [phase]
measures: [value]
evidence_level: 0
value: count
caveats:
  - fr: Un dossier par entrepreneur ; les dossiers liés comptent chacun.
    nl: Eén dossier per ondernemer; gekoppelde dossiers tellen elk mee.
    en: One dossier an entrepreneur; linked dossiers count each.
rules: [phase.without-declaration, sector.ict.2003, sector.ict.2008, sector.ict.2025]
--- */
SELECT phase, commune, year(opened_on) AS cohort,
       CASE WHEN ict THEN 'ict' WHEN NOT ict THEN 'other' END AS sector,
       year(opened_on) AS year,
       CAST(dossier AS VARCHAR) AS contributor, 1.0 AS amount
FROM fact_dossier
