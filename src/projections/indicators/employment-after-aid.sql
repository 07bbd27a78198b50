/* ---
title: {fr: Emploi avant et après l’aide, nl: Werkgelegenheid vóór en na de steun, en: Employment before and after aid}
question:
  fr: Combien d’équivalents temps plein comptaient les entreprises aidées l’année d’avant leur première aide, et celle d’après ?
  nl: Hoeveel voltijdequivalenten telden gesteunde ondernemingen in het jaar vóór hun eerste steun, en in het jaar erna?
  en: How many full-time equivalents did supported enterprises have the year before their first aid, and the year after?
unit: fte
dimensions: [measure, cohort, agency, instrument, sector, nace, commune, size_class, year]
names:
  cohort: {fr: année de la première aide, nl: jaar van de eerste steun, en: year of the first aid}
default: [measure]
always: [measure]
measures: [before, after, change]
evidence_level: 1
value: sum
method:
  fr: "Sommes d’équivalents temps plein, jamais de têtes, l’année d’avant et celle d’après l’année de la première aide ; change = after − before. n : groupes d’entreprises. Comptent celles dont les deux années sont connues."
  nl: "Sommen van voltijdequivalenten, nooit van hoofden, het jaar vóór en het jaar na dat van de eerste steun; change = after − before. n: groepen van ondernemingen. Alleen wie beide jaren opgaf, telt mee."
  en: "Sums of full-time equivalents, never of heads, the year before and the year after that of the first aid; change = after − before. n: undertakings. Those whose both years are known count."
caveats:
  - fr: "Niveau 1 de l’échelle du Maryland : un avant-après sans comparaison. La conjoncture, l’âge et le choix des entreprises aidées y sont mêlés ; n’en concluez aucun effet."
    nl: "Niveau 1 van de Maryland-schaal: een voor-na zonder vergelijking. Conjunctuur, leeftijd en selectie zitten erin; besluit er geen effect uit."
    en: "Level 1 of the Maryland scale: before and after without a comparison. The business cycle, age and the choice of who is aided are all in it; conclude no effect from it."
  - fr: Les entreprises mortes ou muettes l’année d’après manquent une fois celle-ci écoulée (quality.missing en donne la part), ce qui embellit.
    nl: Ondernemingen die het jaar erna verdwenen zijn of niets opgaven, ontbreken zodra dat jaar voorbij is (quality.missing geeft hun aandeel); dat flatteert.
    en: Enterprises that were gone or said nothing the year after are missing once it is over (quality.missing says which share), which flatters.
  - fr: Un chiffre enregistré pour la première fois plus d’un an après la fin de son année est dit tardif ; l’un des deux suffit.
    nl: Een cijfer dat pas meer dan een jaar na het einde van zijn jaar voor het eerst werd geregistreerd, heet laattijdig; één van beide volstaat.
    en: A figure first recorded more than a year after the end of its year is called late; one of the two is enough.
rules: [sector.ict.2003, sector.ict.2008, sector.ict.2025, size.classes, size.periods]
missing: true
late: true
--- */
WITH panel AS (
    SELECT year(g.granted_on) AS cohort, g.agency, g.instrument, e.sector, e.nace, e.commune, e.size_class,
           coalesce(m.undertaking, g.enterprise) AS contributor, b.fte AS before, f.fte AS after,
           b.fte_on > make_date(b.year + 1, 12, 31) OR f.fte_on > make_date(f.year + 1, 12, 31) AS late
    FROM first_grant g
    CROSS JOIN as_of a
    LEFT JOIN enterprise e ON e.enterprise = g.enterprise
    LEFT JOIN member m ON m.enterprise = g.enterprise
    LEFT JOIN yearly b ON b.enterprise = g.enterprise AND b.year = year(g.granted_on) - 1
    LEFT JOIN yearly f ON f.enterprise = g.enterprise AND f.year = year(g.granted_on) + 1
    WHERE year(g.granted_on) + 1 < year(a.day) OR (b.fte IS NOT NULL AND f.fte IS NOT NULL)
)
SELECT s.measure, p.cohort, p.agency, p.instrument, p.sector, p.nace, p.commune, p.size_class, p.cohort AS year,
       p.contributor, p.late,
       CASE WHEN p.before IS NULL OR p.after IS NULL THEN NULL
            WHEN s.measure = 'before' THEN p.before
            WHEN s.measure = 'after' THEN p.after
            ELSE p.after - p.before END AS amount
FROM panel p
CROSS JOIN (VALUES ('before'), ('after'), ('change')) AS s (measure)
