/* ---
title: {fr: Du projet à l’entreprise, nl: Van project naar onderneming, en: From project to enterprise}
question:
  fr: Parmi les dossiers ouverts une année, combien ont vu naître une entreprise, et combien sont encore actives ?
  nl: Van de in een jaar geopende dossiers, in hoeveel ontstond een onderneming, en hoeveel daarvan zijn nog actief?
  en: Of the dossiers opened in a year, how many saw an enterprise created, and how many of those are still active?
unit: dossiers
dimensions: [cohort, measure, agency, phase, sector, nace, commune, size_class, year]
default: [cohort, measure]
joined: {fact_presence: [agency]}
always: [measure]
measures: [opened, created, active]
counts: [{where: {measure: opened}, apart: [phase]}]
evidence_level: 0
value: distinct
method:
  fr: "Nombre de dossiers distincts par cohorte (année d’ouverture). created : une création d’entreprise est enregistrée ; active : une de ces entreprises n’a pas cessé."
  nl: "Aantal verschillende dossiers per cohorte (jaar van opening). created: de oprichting van een onderneming is geregistreerd; active: een van die ondernemingen is niet stopgezet."
  en: "Number of distinct dossiers by cohort (year of opening). created: the creation of an enterprise is on record; active: one of those enterprises has not ceased."
caveats:
  - fr: "La commune et la classe de taille sont celles de l’entreprise, connues une fois qu’elle existe : parmi les dossiers d’une commune ou d’une taille, presque tous en ont créé une. Ne comparez pas ces proportions. Le secteur d’un projet peut manquer de même."
    nl: "De gemeente en de grootteklasse zijn die van de onderneming, en pas bekend zodra ze bestaat: van de dossiers van een gemeente of grootte hebben bijna alle er een. Vergelijk die verhoudingen niet. Ook de sector van een project kan zo ontbreken."
    en: "The commune and the size class are those of the enterprise, known once it exists: of the dossiers of a commune or a size nearly all have created one. Do not compare these proportions. The sector of a project may be missing likewise."
  - fr: Les cohortes récentes ont eu moins de temps (censure à droite) ; « Temps jusqu’à la création » en tient compte.
    nl: Recente cohorten hadden minder tijd (rechtscensurering); “Tijd tot oprichting” houdt daar rekening mee.
    en: Recent cohorts have had less time (right-censoring); “Time to creation” takes that into account.
  - fr: Une entreprise créée avant l’ouverture du dossier compte aussi ; phase est celle de l’ouverture et la sépare.
    nl: Een onderneming die vóór de opening werd opgericht, telt ook; phase is die bij de opening en houdt ze apart.
    en: An enterprise created before the opening counts too; phase is that at the opening and tells it apart.
  - fr: n compte des dossiers ; ceux des fondateurs d’une même entreprise comptent chacun. Seul le contrôle de divulgation en fait un.
    nl: n telt dossiers; die van oprichters van eenzelfde onderneming tellen elk mee. Enkel de openbaarmakingscontrole maakt er één van.
    en: n counts dossiers; those of founders of one enterprise count each. Only disclosure control takes them as one.
rules: [sector.ict.2003, sector.ict.2008, sector.ict.2025, size.classes, size.periods]
--- */
WITH born AS (
    SELECT dossier, min(created_on) AS created_on, bool_or(ceased_on IS NULL) AS active
    FROM fact_enterprise WHERE created_on IS NOT NULL GROUP BY dossier
), told AS (
    SELECT d.dossier, d.cohort, d.sector, d.nace, d.commune, d.size_class, b.created_on, b.active,
           CASE WHEN k.known_on < d.opened_on OR k.found_on <= d.opened_on THEN 'post-creation' ELSE 'pre-creation' END AS phase
    FROM stand d
    LEFT JOIN born b ON b.dossier = d.dossier
    LEFT JOIN (
        SELECT dossier, min(coalesce(created_on, linked_on)) AS known_on,
               min(linked_on) FILTER (created_on IS NULL) AS found_on -- not created here: it was there already
        FROM fact_enterprise GROUP BY dossier
    ) k ON k.dossier = d.dossier
    WHERE d.opened_on IS NOT NULL
)
SELECT t.cohort, s.measure, p.agency, t.phase, t.sector, t.nace, t.commune, t.size_class, t.cohort AS year,
       t.dossier AS contributor, t.dossier AS counted, 1.0 AS amount
FROM told t
CROSS JOIN (VALUES ('opened'), ('created'), ('active')) AS s (measure)
LEFT JOIN fact_presence p ON p.dossier = t.dossier
WHERE s.measure = 'opened' OR (s.measure = 'created' AND t.created_on IS NOT NULL) OR (s.measure = 'active' AND t.active)
