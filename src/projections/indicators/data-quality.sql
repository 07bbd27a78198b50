/* ---
title: {fr: Qualité des données, nl: Kwaliteit van de gegevens, en: Data quality}
question:
  fr: Ce que chaque organisme enregistre est-il complet, à temps et juste du premier coup ?
  nl: Is wat elke instelling registreert volledig, op tijd en meteen juist?
  en: Is what each agency records complete, in time and right the first time?
unit: by measure
dimensions: [agency, measure, year]
default: [agency, measure]
always: [measure]
measures: [missing, late, corrected, retracted, recorded]
chart: {by: [agency, measure], units: {missing: share, late: share, corrected: share, retracted: share, recorded: events}}
evidence_level: 0
value: by-measure
method:
  fr: "Moyenne, sur les dossiers et les années où un organisme y a enregistré, de la part de ses événements enregistrés tard, corrigés ou retirés, et de la part des champs utiles laissés vides ou hors vocabulaire ; chaque dossier pèse autant par organisme et par année, quel que soit le nombre de ses événements. recorded : nombre d’événements."
  nl: "Gemiddelde, over de dossiers en de jaren waarin een instelling er iets registreerde, van het aandeel van haar gebeurtenissen dat laat geregistreerd, verbeterd of ingetrokken is, en van het aandeel nuttige velden dat leeg of buiten het vocabularium bleef; elk dossier weegt even zwaar per instelling en per jaar, hoeveel gebeurtenissen het ook telt. recorded: aantal gebeurtenissen."
  en: "Mean, over the dossiers and the years in which an agency recorded on them, of the share of its events that were recorded late, corrected or retracted, and of the share of useful fields left empty or outside the vocabulary; each dossier weighs the same by agency and year, however many events it has. recorded: number of events."
caveats:
  - fr: "Tard : plus de trente jours après le fait, ou après la fin du mois ou de l’année quand lui seul est connu. Une reprise d’anciens dossiers est donc tardive. L’année est celle de l’enregistrement."
    nl: "Laat: meer dan dertig dagen na het feit, of na het einde van de maand of het jaar als enkel dat gekend is. Een overname van oude dossiers is dus laat. Het jaar is dat van de registratie."
    en: "Late: more than thirty days after the fact, or after the end of the month or year where only that is known. So a take-over of old files is late. The year is that of the recording."
  - fr: "missing : champs facultatifs dont vivent les statistiques, après corrections. Ce qui n’a jamais été enregistré du tout ne se voit pas."
    nl: "missing: facultatieve velden waarop de statistieken steunen, na verbeteringen. Wat nooit geregistreerd is, blijft onzichtbaar."
    en: "missing: optional fields that statistics live by, after corrections. What was never recorded at all is not seen."
  - fr: Une correction peut venir d’un autre organisme ; elle compte chez celui qui avait enregistré le fait. Qui corrige beaucoup n’est pas mauvais pour autant.
    nl: Een verbetering kan van een andere instelling komen; ze telt bij wie het feit registreerde. Wie veel verbetert, is daarom niet slecht.
    en: A correction may come from another agency; it counts for the one that had recorded the fact. Who corrects much is not bad for that.
rules: []
--- */
SELECT f.agency, s.measure, s.aggregate, f.year, f.dossier AS contributor,
       CASE s.measure WHEN 'recorded' THEN CAST(f.events AS DOUBLE)
                      WHEN 'late' THEN f.late / f.events
                      WHEN 'corrected' THEN f.corrected / f.events
                      WHEN 'retracted' THEN f.retracted / f.events
                      ELSE f.missing / f.wanted END AS amount
FROM fact_delivery f
CROSS JOIN (VALUES ('recorded', 'sum'), ('late', 'mean'), ('corrected', 'mean'), ('retracted', 'mean'),
                   ('missing', 'mean')) AS s (measure, aggregate)
WHERE s.measure <> 'missing' OR f.wanted > 0
