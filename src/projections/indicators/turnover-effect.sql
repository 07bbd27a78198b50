/* ---
title: {fr: Effet de l’aide sur le chiffre d’affaires, nl: Effect van steun op omzet, en: Effect of aid on turnover}
question:
  fr: De combien d’euros le chiffre d’affaires des entreprises aidées a-t-il changé de plus que celui des entreprises qui ne l’étaient pas (encore) ?
  nl: Met hoeveel euro veranderde de omzet van gesteunde ondernemingen meer dan die van wie (nog) niet gesteund was?
  en: By how many euros more did the turnover of supported enterprises change than that of those not (yet) supported?
unit: EUR per enterprise
dimensions: [measure, cohort, sector, commune, year]
default: [measure]
always: [measure]
measures: [effect_never_supported, effect_not_yet_supported, pre_trend_never_supported, pre_trend_not_yet_supported]
evidence_level: 3
value: difference-in-differences
method:
  fr: "Différence de différences : variation moyenne du chiffre d’affaires, en euros courants, de l’année d’avant à celle d’après la première aide, moins celle, aux mêmes années, des entreprises jamais aidées, ou aidées plus tard ; par année d’aide, pondérée par le nombre d’aidées. pre_trend : la même différence entre les deux années d’avant l’aide, qui devrait être nulle. low et high : intervalle à 95 % par groupe d’entreprises."
  nl: "Verschil van verschillen: gemiddelde verandering van de omzet, in lopende euro’s, van het jaar vóór tot het jaar na de eerste steun, min die, in dezelfde jaren, van ondernemingen die nooit of pas later gesteund werden; per steunjaar, gewogen met het aantal gesteunde. pre_trend: hetzelfde verschil tussen de twee jaren vóór de steun, dat nul zou moeten zijn. low en high: 95 %-interval per groep van ondernemingen."
  en: "Difference-in-differences: mean change in turnover, in current EUR, from the year before to the year after the first aid, less that, in the same years, of enterprises never supported, or supported later; by year of aid, weighted by the number supported. pre_trend: the same difference between the two years before the aid, which should be nil. low and high: 95 % interval by undertaking."
caveats:
  - fr: "Elle peut dire si les aidées ont crû davantage que des comparables aux mêmes années. Elle ne peut dire que c’est grâce à l’aide que si, sans elle, les deux groupes auraient évolué de même : si l’intervalle de pre_trend ne contient pas zéro, ce n’est pas le cas et le chiffre tombe au niveau 2 du Maryland."
    nl: "Het kan zeggen of gesteunde ondernemingen meer groeiden dan vergelijkbare in dezelfde jaren. Dat dit door de steun komt, kan het enkel zeggen als beide groepen zonder steun gelijk zouden zijn geëvolueerd: bevat het interval van pre_trend nul niet, dan is dat niet zo en zakt het cijfer naar niveau 2 van Maryland."
    en: "It can say whether the supported grew more than comparable ones in the same years. It can say that this is due to the aid only if both groups would have moved alike without it: where the interval of pre_trend does not hold zero, they would not, and the figure falls to Maryland level 2."
  - fr: Seules comptent les entreprises qui ont un dossier et ont déclaré leurs chiffres ; les disparues n’y sont pas. n est le plus petit des deux groupes.
    nl: Alleen ondernemingen met een dossier die hun cijfers opgaven, tellen mee; verdwenen ondernemingen zitten er niet in. n is de kleinste van beide groepen.
    en: Only enterprises that have a dossier and reported their figures count; those that are gone are not in it. n is the smaller of the two groups.
  - fr: Quelques grandes entreprises font ou défont une moyenne d’euros ; l’intervalle le dit mieux que la valeur.
    nl: Enkele grote ondernemingen maken of breken een gemiddelde in euro; het interval zegt het beter dan de waarde.
    en: A few large enterprises make or break a mean of euros; the interval says it better than the value.
  - fr: L’entreprise demande de l’aide quand elle s’apprête à grandir ; une pré-tendance nulle ne l’exclut pas.
    nl: Een onderneming vraagt steun wanneer ze wil groeien; een vlakke pre-trend sluit dat niet uit.
    en: Enterprises ask for aid when they are about to grow; a flat pre-trend does not rule that out.
rules: [sector.ict.2003, sector.ict.2008, sector.ict.2025]
--- */
WITH span AS (
    SELECT a.enterprise, a.year + 1 AS cohort, 'effect' AS kind, z.turnover - a.turnover AS change
    FROM yearly a JOIN yearly z ON z.enterprise = a.enterprise AND z.year = a.year + 2
    UNION ALL
    SELECT a.enterprise, a.year + 2, 'pre_trend', z.turnover - a.turnover
    FROM yearly a JOIN yearly z ON z.enterprise = a.enterprise AND z.year = a.year + 1
)
SELECT s.kind || '_' || c.control AS measure, s.cohort, e.sector, e.commune, s.cohort AS year,
       s.cohort AS stratum, coalesce(year(g.granted_on) = s.cohort, false) AS treated,
       coalesce(m.undertaking, s.enterprise) AS contributor, s.change AS amount
FROM span s
CROSS JOIN (VALUES ('never_supported'), ('not_yet_supported')) AS c (control)
LEFT JOIN first_grant g ON g.enterprise = s.enterprise
LEFT JOIN enterprise e ON e.enterprise = s.enterprise
LEFT JOIN member m ON m.enterprise = s.enterprise
WHERE year(g.granted_on) = s.cohort
   OR (c.control = 'never_supported' AND g.enterprise IS NULL)
   OR (c.control = 'not_yet_supported' AND year(g.granted_on) > s.cohort + 1)
