/* ---
title: {fr: Survie des entreprises aidées, nl: Overleving van gesteunde ondernemingen, en: Survival of supported enterprises}
question:
  fr: Quelle part des entreprises aidées vit encore un, trois et cinq ans après leur première aide ?
  nl: Welk aandeel van de gesteunde ondernemingen bestaat nog één, drie en vijf jaar na de eerste steun?
  en: What share of the supported enterprises is still alive one, three and five years after their first aid?
unit: share
dimensions: [horizon, measure, cohort, agency, instrument, sector, nace, commune, size_class, year]
names:
  cohort: {fr: année de la première aide, nl: jaar van de eerste steun, en: year of the first aid}
default: [horizon]
always: [horizon]
measures: [supported, region]
reference: true
evidence_level: 1
value: kaplan-meier
method:
  fr: "Kaplan-Meier, du jour où la première aide est acquise jusqu’à la cessation, observé jusqu’au jour du chiffre. low et high : intervalle à 95 % (Greenwood, échelle log-log). Avec la dimension measure, la région : les cohortes de Statbel (publiées le 16.10.2025)."
  nl: "Kaplan-Meier, van de dag waarop de eerste steun verworven is tot de stopzetting, gevolgd tot de dag van het cijfer. low en high: 95 %-interval (Greenwood, log-logschaal). Met de dimensie measure het gewest: de cohorten van Statbel (gepubliceerd op 16.10.2025)."
  en: "Kaplan-Meier, from the day on which the first aid is conferred to the cessation, watched until the day of the figure. low and high: 95 % interval (Greenwood, log-log scale). With the dimension measure, the region: Statbel's cohorts (published 2025-10-16)."
caveats:
  - fr: "Ce n’est pas l’effet de l’aide : on aide des entreprises déjà choisies pour leur solidité (niveau 1 de l’échelle du Maryland)."
    nl: "Dit is niet het effect van de steun: gesteund worden ondernemingen die al op hun soliditeit gekozen zijn (niveau 1 van de Maryland-schaal)."
    en: "This is not the effect of the aid: enterprises are aided that were chosen for being sound (level 1 of the Maryland scale)."
  - fr: La région part de l’assujettissement à la TVA, les entreprises aidées de leur première aide, souvent plus tard ; cohort est l’une ou l’autre année. La région est connue par section de NACE (nace), et par rien d’autre ; ailleurs, une dimension vide y est la région entière. Les deux courbes se lisent côte à côte, pas l’une moins l’autre.
    nl: Het gewest start bij de btw-registratie, gesteunde ondernemingen bij hun eerste steun, vaak later; cohort is het ene of het andere jaar. Het gewest is bekend per NACE-sectie (nace), en verder niet; elders is een lege dimensie er het hele gewest. De twee curven lees je naast elkaar, niet als verschil.
    en: The region starts at the registration for VAT, supported enterprises at their first aid, often later; cohort is the one year or the other. The region is known by section of NACE (nace), and by nothing else; elsewhere an empty dimension is the whole of it. The two curves are read side by side, not one minus the other.
  - fr: Une entreprise absorbée par fusion ou reprise n’est pas morte ; elle est suivie jusqu’à ce jour. Une cessation antérieure à l’aide manque, comme une entreprise qu’aucun dossier ne tient plus. Une valeur vide signifie que personne n’a encore pu être suivi aussi longtemps.
    nl: Een onderneming die door fusie of overname opging in een andere is niet dood; ze wordt tot die dag gevolgd. Een stopzetting van vóór de steun ontbreekt, net als een onderneming die geen dossier nog houdt. Een lege waarde betekent dat nog niemand zo lang gevolgd kon worden.
    en: An enterprise that went into another by a merger or takeover did not die; it is watched until that day. A cessation before the aid is missing, as is an enterprise that no dossier holds any more. An empty value means that nobody could be watched for that long yet.
  - fr: n compte des entreprises ; celles d’un même groupe comptent chacune. Seul le contrôle de divulgation en fait une.
    nl: n telt ondernemingen; die van eenzelfde groep tellen elk mee. Enkel de openbaarmakingscontrole maakt er één van.
    en: n counts enterprises; those of one group count each. Only disclosure control takes them as one.
rules: [sector.ict.2003, sector.ict.2008, sector.ict.2025, size.classes, size.periods]
missing: true
--- */
WITH watched AS (
    SELECT g.enterprise, g.granted_on, g.agency, g.instrument, e.sector, e.nace, e.commune, e.size_class,
           CASE WHEN e.enterprise IS NOT NULL THEN least(e.ceased_on, e.absorbed_on, a.day) END AS until_on,
           e.ceased_on <= least(coalesce(e.absorbed_on, e.ceased_on), a.day)
               AND (e.absorbed_on IS NULL OR e.ceased_on < e.absorbed_on) AS ended
    FROM first_grant g
    CROSS JOIN as_of a
    LEFT JOIN enterprise e ON e.enterprise = g.enterprise -- of one that no dossier holds nobody tells whether it lives
    WHERE g.granted_on <= a.day
), counted AS (
    SELECT 'supported' AS measure, year(granted_on) AS cohort, agency, instrument, sector, nace, commune, size_class,
           enterprise AS contributor,
           CASE WHEN until_on >= granted_on THEN CAST(date_diff('day', granted_on, until_on) AS DOUBLE) END AS amount,
           coalesce(ended, false) AS ended, 1 AS weight
    FROM watched
    UNION ALL
    SELECT 'region', cohort, NULL, NULL, NULL, '2008/' || section, NULL, NULL,
           'region/' || cohort || '/' || section || '/' || days || '/' || ended, days, ended, weight
    FROM regional_cohort
)
SELECT h.horizon, c.*, c.cohort AS year
FROM counted c
CROSS JOIN (VALUES (1), (3), (5)) AS h (horizon)
