/* ---
title: {fr: Suites des orientations, nl: Gevolg van doorverwijzingen, en: Referral outcomes}
question:
  fr: Que deviennent les orientations d’un organisme vers un autre ?
  nl: Wat gebeurt er met doorverwijzingen van de ene instelling naar de andere?
  en: What becomes of referrals from one agency to another?
unit: referrals
dimensions: [from_agency, to_agency, outcome, year]
default: [from_agency, to_agency, outcome]
measures: [value]
chart: {by: [to_agency, outcome]}
evidence_level: 0
value: count
method:
  fr: "Nombre d’orientations selon leur état le plus avancé."
  nl: "Aantal doorverwijzingen volgens hun verst gevorderde stand."
  en: "Number of referrals by how far they have come."
caveats:
  - fr: « sans réponse » comprend les orientations récentes auxquelles il n’a pas encore été répondu.
    nl: “zonder antwoord” omvat recente doorverwijzingen waarop nog niet geantwoord is.
    en: "“unanswered” includes recent referrals that were not answered yet."
rules: []
--- */
SELECT from_agency, to_agency, year(made_on) AS year,
       CASE WHEN completed_on IS NOT NULL THEN 'completed' WHEN answer IS NOT NULL THEN answer ELSE 'unanswered' END AS outcome,
       CAST(dossier AS VARCHAR) AS contributor, 1.0 AS amount
FROM fact_referral
WHERE made_on IS NOT NULL
