/* ---
title: {fr: Entreprises à forte croissance, nl: Snelgroeiende ondernemingen, en: High-growth enterprises}
question:
  fr: Quelle part des entreprises accompagnées d’au moins dix personnes connaît une forte croissance sur trois ans ?
  nl: Welk aandeel van de begeleide ondernemingen met minstens tien werknemers groeit sterk over drie jaar?
  en: What share of the supported enterprises of at least ten employees grows fast over three years?
unit: share
dimensions: [year, sector, commune, size_class]
default: [year]
measures: [value]
evidence_level: 0
value: mean
method:
  fr: "Part des entreprises d’au moins dix équivalents temps plein au départ dont l’effectif dépasse le seuil de la règle growth.high trois ans après."
  nl: "Aandeel van de ondernemingen met bij de start minstens tien voltijdequivalenten waarvan het personeel drie jaar later boven de drempel van de regel growth.high ligt."
  en: "Share of the enterprises of at least ten full-time equivalents at the start whose headcount is beyond the threshold of the rule growth.high three years later."
caveats:
  - fr: L’année est la dernière des trois ; seules comptent les entreprises dont l’effectif est connu aux deux bouts.
    nl: Het jaar is het laatste van de drie; enkel ondernemingen waarvan het personeel aan beide uiteinden bekend is, tellen mee.
    en: The year is the last of the three; only enterprises whose headcount is known at both ends count.
rules: [growth.high, sector.ict.2003, sector.ict.2008, sector.ict.2025, size.classes, size.periods]
--- */
SELECT g.last_year AS year, CASE WHEN d.ict THEN 'ict' WHEN NOT d.ict THEN 'other' END AS sector, d.commune, d.size_class,
       g.enterprise AS contributor, CASE WHEN g.high THEN 1.0 ELSE 0.0 END AS amount
FROM fact_growth g JOIN fact_dossier d ON d.dossier = g.dossier
