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
  - fr: Les orientations sans réponse, ou acceptées et pas encore abouties, manquent (quality.missing en donne la part) ; les récentes paraissent donc plus rapides. « Suites des orientations » les compte. Le délai d’aboutissement court depuis l’acceptation. Une réponse datée d’avant l’orientation compte pour zéro jour.
    nl: Doorverwijzingen zonder antwoord, of aanvaard en nog niet afgerond, ontbreken (quality.missing geeft hun aandeel); recente lijken daardoor sneller. “Gevolg van doorverwijzingen” telt ze. De tijd tot afronding loopt vanaf de aanvaarding. Een antwoord van vóór de doorverwijzing telt als nul dagen.
    en: Referrals not answered, or accepted and not yet completed, are missing (quality.missing says which share), so that recent ones look faster. “Referral outcomes” counts them. The time to completion runs from the acceptance. An answer dated before the referral counts as zero days.
rules: []
missing: true
--- */
SELECT 'answer' AS measure, from_agency, to_agency, year(made_on) AS year, CAST(dossier AS VARCHAR) AS contributor,
       CASE WHEN answered_on IS NOT NULL THEN greatest(0, date_diff('day', made_on, answered_on)) END AS amount
FROM fact_referral
WHERE made_on IS NOT NULL
UNION ALL
SELECT 'completion', from_agency, to_agency, year(made_on), CAST(dossier AS VARCHAR),
       CASE WHEN answered_on IS NOT NULL AND completed_on IS NOT NULL
            THEN greatest(0, date_diff('day', answered_on, completed_on)) END
FROM fact_referral
WHERE made_on IS NOT NULL AND answer = 'accepted'
