/* ---
title: {fr: Organismes par dossier, nl: Instellingen per dossier, en: Agencies per dossier}
question:
  fr: Combien d’organismes différents accompagnent un même entrepreneur, en moyenne ?
  nl: Hoeveel verschillende instellingen begeleiden gemiddeld eenzelfde ondernemer?
  en: How many different agencies accompany one entrepreneur, on average?
unit: agencies
dimensions: [cohort, phase, sector, nace, commune, size_class]
default: [cohort]
measures: [value]
counts: [{number: true}, {each: agency}]
evidence_level: 0
value: mean
method:
  fr: "Moyenne, par dossier, du nombre d’organismes ayant enregistré un fait."
  nl: "Gemiddelde, per dossier, van het aantal instellingen dat een feit registreerde."
  en: "Mean over dossiers of the number of agencies that recorded a fact."
caveats:
  - fr: Un organisme compte dès qu’il a enregistré un fait sur le dossier.
    nl: Een instelling telt mee zodra ze een feit op het dossier registreerde.
    en: An agency counts once it has recorded a fact on the dossier.
  - fr: Un organisme fusionné et celui qui lui succède comptent pour deux là où chacun a enregistré un fait ; la moyenne en est d’autant plus haute.
    nl: Een opgegane instelling en haar opvolger tellen voor twee waar elk een feit registreerde; het gemiddelde ligt zoveel hoger.
    en: A merged agency and its successor count as two where each recorded a fact; the mean is higher by that much.
rules: [phase.without-declaration, sector.ict.2003, sector.ict.2008, sector.ict.2025, size.classes, size.periods]
--- */
SELECT cohort, phase, sector, nace, commune, size_class, cohort AS year, dossier AS contributor, agencies AS amount
FROM stand
