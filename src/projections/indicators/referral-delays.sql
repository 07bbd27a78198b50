/* ---
title: {fr: Délais des orientations, nl: Doorlooptijd van doorverwijzingen, en: Referral delays}
question:
  fr: En combien de jours un organisme répond-il à une orientation, et la mène-t-il à bien ?
  nl: Hoeveel dagen duurt het tot een instelling op een doorverwijzing antwoordt, en ze afrondt?
  en: How many days does an agency take to answer a referral, and to complete it?
unit: days
dimensions: [measure, from_agency, to_agency, year]
default: [measure, from_agency, to_agency]
always: [measure]
measures: [answer, completion]
chart: {by: [to_agency, measure]}
evidence_level: 0
value: median
method:
  fr: "Médiane des jours entiers. low et high : intervalle à 95 % par bootstrap sur les dossiers, à partir de dix."
  nl: "Mediaan van hele dagen. low en high: 95 %-interval door bootstrap over de dossiers, vanaf tien."
  en: "Median of whole days. low and high: 95 % interval by bootstrap over dossiers, from ten on."
caveats:
  - fr: Les orientations restées sans réponse n’y sont pas ; « Suites des orientations » les compte. Le délai d’aboutissement court depuis l’acceptation. Une réponse datée d’avant l’orientation compte pour zéro jour.
    nl: Doorverwijzingen zonder antwoord zitten er niet in; “Gevolg van doorverwijzingen” telt ze. De tijd tot afronding loopt vanaf de aanvaarding. Een antwoord van vóór de doorverwijzing telt als nul dagen.
    en: Referrals never answered are not in it; “Referral outcomes” counts them. The time to completion runs from the acceptance. An answer dated before the referral counts as zero days.
rules: []
--- */
SELECT 'answer' AS measure, from_agency, to_agency, year(made_on) AS year,
       CAST(dossier AS VARCHAR) AS contributor, greatest(0, date_diff('day', made_on, answered_on)) AS amount
FROM fact_referral
WHERE made_on IS NOT NULL AND answered_on IS NOT NULL
UNION ALL
SELECT 'completion', from_agency, to_agency, year(made_on),
       CAST(dossier AS VARCHAR), greatest(0, date_diff('day', answered_on, completed_on))
FROM fact_referral
WHERE made_on IS NOT NULL AND answer = 'accepted' AND answered_on IS NOT NULL AND completed_on IS NOT NULL
