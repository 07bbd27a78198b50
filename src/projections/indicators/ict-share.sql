/* ---
title: {fr: Part des TIC, nl: Aandeel ICT, en: ICT share}
question:
  fr: Quelle part des dossiers dont le secteur est connu relève des technologies de l’information et de la communication ?
  nl: Welk aandeel van de dossiers met een bekende sector hoort bij informatie- en communicatietechnologie?
  en: What share of the dossiers whose sector is known belongs to information and communication technology?
unit: share
dimensions: [cohort, phase, commune, size_class]
default: [cohort]
measures: [value]
counts: [{of: {sector: ict}}, {number: true, but: sector}]
evidence_level: 0
value: mean
method:
  fr: "Moyenne sur les dossiers dont le secteur est connu : 1 pour les TIC, 0 pour les autres. Une fraction de 1."
  nl: "Gemiddelde over de dossiers met bekende sector: 1 voor ICT, 0 voor de rest. Een fractie van 1."
  en: "Mean over the dossiers whose sector is known: 1 for ICT, 0 for the others. A fraction of 1."
caveats:
  - fr: Les dossiers sans secteur connu manquent (quality.missing en donne la part).
    nl: Dossiers zonder bekende sector ontbreken (quality.missing geeft hun aandeel).
    en: Dossiers without a known sector are missing (quality.missing says which share).
  - fr: Selon la version de NACE-BEL donnée avec le code ; la liste 2025 est une liste de la maison, aucune n’étant officielle.
    nl: Volgens de NACE-BEL-versie die met de code is gegeven; de lijst 2025 is een eigen lijst, er is geen officiële.
    en: By the NACE-BEL version given with the code; the 2025 list is a house list, for none is official.
rules: [phase.without-declaration, sector.ict.2003, sector.ict.2008, sector.ict.2025, size.classes, size.periods]
missing: true
--- */
SELECT year(opened_on) AS cohort, phase, commune, size_class, year(opened_on) AS year,
       CAST(dossier AS VARCHAR) AS contributor, CASE WHEN ict THEN 1.0 WHEN NOT ict THEN 0.0 END AS amount
FROM fact_dossier
