/* ---
title: {fr: Entrepreneurs par phase, nl: Ondernemers per fase, en: Entrepreneurs by phase}
question:
  fr: Combien d’entrepreneurs se trouvent dans chaque phase ?
  nl: Hoeveel ondernemers bevinden zich in elke fase?
  en: How many entrepreneurs are in each phase?
unit: dossiers
dimensions: [phase, agency, commune, cohort, sector, nace, size_class, year]
default: [phase]
joined: {fact_presence: [agency]}
measures: [value]
counts: [{}]
evidence_level: 0
value: distinct
method:
  fr: "Nombre de dossiers distincts. Par organisme, un dossier suivi par plusieurs compte chez chacun ; sans cette dimension il compte une fois, si bien que le total régional n’est pas la somme."
  nl: "Aantal verschillende dossiers. Per instelling telt een dossier bij elke instelling die het opvolgt; zonder die dimensie telt het één keer, zodat het gewestelijke totaal niet de som is."
  en: "Number of distinct dossiers. By agency, a dossier followed by several counts with each; without that dimension it counts once, so that the regional total is not the sum."
caveats:
  - fr: Un dossier par entrepreneur ; les dossiers liés comptent chacun.
    nl: Eén dossier per ondernemer; gekoppelde dossiers tellen elk mee.
    en: One dossier an entrepreneur; linked dossiers count each.
rules: [phase.without-declaration, sector.ict.2003, sector.ict.2008, sector.ict.2025, size.classes, size.periods]
--- */
SELECT d.phase, p.agency, d.commune, d.cohort, d.sector, d.nace, d.size_class, d.cohort AS year,
       d.dossier AS contributor, d.dossier AS counted, 1.0 AS amount
FROM stand d LEFT JOIN fact_presence p ON p.dossier = d.dossier
