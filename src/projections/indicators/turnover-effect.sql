/* ---
title: {fr: Effet de l’aide sur le chiffre d’affaires, nl: Effect van steun op omzet, en: Effect of aid on turnover}
question:
  fr: De combien d’euros le chiffre d’affaires des entreprises aidées a-t-il changé de plus que celui des entreprises qui ne l’étaient pas (encore) ?
  nl: Met hoeveel euro veranderde de omzet van gesteunde ondernemingen meer dan die van wie (nog) niet gesteund was?
  en: By how many euros more did the turnover of supported enterprises change than that of those not (yet) supported?
unit: EUR per enterprise
dimensions: [measure, cohort, sector, nace, commune, size_class, year]
names:
  cohort: {fr: année de la première aide, nl: jaar van de eerste steun, en: year of the first aid}
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
  - fr: "Elle peut dire si les aidées ont crû davantage que des comparables aux mêmes années. Elle ne peut dire que c’est grâce à l’aide que si, sans elle, les deux groupes auraient évolué de même : si l’intervalle de pre_trend, pour les mêmes entreprises, manque, est caché ou ne contient pas zéro, rien ne le dit et le chiffre tombe au niveau 2 du Maryland."
    nl: "Het kan zeggen of gesteunde ondernemingen meer groeiden dan vergelijkbare in dezelfde jaren. Dat dit door de steun komt, kan het enkel zeggen als beide groepen zonder steun gelijk zouden zijn geëvolueerd: ontbreekt het interval van pre_trend voor dezelfde ondernemingen, is het verborgen of bevat het nul niet, dan toont niets dat en zakt het cijfer naar niveau 2 van Maryland."
    en: "It can say whether the supported grew more than comparable ones in the same years. It can say that this is due to the aid only if both groups would have moved alike without it: where the interval of pre_trend, of the same enterprises, is missing, hidden or does not hold zero, nothing says so, and the figure falls to Maryland level 2."
  - fr: "Seules comptent les entreprises qui ont un dossier et ont déclaré les trois années qu’il faut : les deux d’avant l’aide et celle d’après. quality.missing est la part des aidées qui ne l’ont pas fait, une fois l’année d’après écoulée ; les jeunes et les disparues en sont. n est le plus petit des deux groupes."
    nl: "Alleen ondernemingen met een dossier die de drie nodige jaren opgaven, tellen mee: de twee vóór de steun en dat erna. quality.missing is het aandeel van de gesteunde dat dit niet deed, zodra het jaar erna voorbij is; jonge en verdwenen ondernemingen horen daarbij. n is de kleinste van beide groepen."
    en: "Only enterprises that have a dossier and reported the three years needed, the two before the aid and the one after, count. quality.missing is the share of the supported that did not, once the year after is over; the young and those that are gone are among them. n is the smaller of the two groups."
  - fr: Une entreprise dont le groupe a été aidé, par elle ou par une autre, ne sert pas de comparaison. Un chiffre enregistré pour la première fois plus d’un an après la fin de son année est dit tardif ; quality.late est la part des aidées qui en ont un.
    nl: Een onderneming waarvan de groep gesteund werd, zij of een andere, dient niet als vergelijking. Een cijfer dat pas meer dan een jaar na het einde van zijn jaar voor het eerst werd geregistreerd, heet laattijdig; quality.late is het aandeel van de gesteunde dat er een heeft.
    en: An enterprise whose group was supported, be it itself or another, serves as no comparison. A figure first recorded more than a year after the end of its year is called late; quality.late is the share of the supported that have one.
  - fr: Quelques grandes entreprises font ou défont une moyenne d’euros ; l’intervalle le dit mieux que la valeur.
    nl: Enkele grote ondernemingen maken of breken een gemiddelde in euro; het interval zegt het beter dan de waarde.
    en: A few large enterprises make or break a mean of euros; the interval says it better than the value.
  - fr: L’entreprise demande de l’aide quand elle s’apprête à grandir ; une pré-tendance nulle ne l’exclut pas.
    nl: Een onderneming vraagt steun wanneer ze wil groeien; een vlakke pre-trend sluit dat niet uit.
    en: Enterprises ask for aid when they are about to grow; a flat pre-trend does not rule that out.
rules: [sector.ict.2003, sector.ict.2008, sector.ict.2025, size.classes, size.periods]
missing: true
late: true
--- */
WITH panel AS (
    SELECT b.enterprise, b.year + 1 AS cohort, f.turnover - b.turnover AS effect, b.turnover - p.turnover AS pre_trend,
           p.turnover_on > make_date(p.year + 1, 12, 31) OR b.turnover_on > make_date(b.year + 1, 12, 31)
               OR f.turnover_on > make_date(f.year + 1, 12, 31) AS late
    FROM yearly b
    JOIN yearly p ON p.enterprise = b.enterprise AND p.year = b.year - 1
    JOIN yearly f ON f.enterprise = b.enterprise AND f.year = b.year + 2
    WHERE p.turnover IS NOT NULL AND b.turnover IS NOT NULL AND f.turnover IS NOT NULL
)
SELECT k.kind || '_' || c.control AS measure, c.cohort, e.sector, e.nace, e.commune, e.size_class, c.cohort AS year,
       c.cohort AS stratum, c.treated, coalesce(m.undertaking, c.enterprise) AS contributor, p.late,
       CASE WHEN k.kind = 'effect' THEN p.effect ELSE p.pre_trend END AS amount
FROM compared c
CROSS JOIN (VALUES ('effect'), ('pre_trend')) AS k (kind)
LEFT JOIN panel p ON p.enterprise = c.enterprise AND p.cohort = c.cohort
LEFT JOIN enterprise e ON e.enterprise = c.enterprise
LEFT JOIN member m ON m.enterprise = c.enterprise
WHERE c.due OR p.enterprise IS NOT NULL
