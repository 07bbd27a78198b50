/* ---
title: {fr: Activités par année, nl: Activiteiten per jaar, en: Activities by year}
question:
  fr: Dans quelles activités les dossiers se trouvent-ils, lesquelles arrivent, partent, et rencontrent une technologie pour la première fois ?
  nl: In welke activiteiten zijn dossiers werkzaam, welke komen erbij, verdwijnen, en gaan voor het eerst samen met een technologie?
  en: In which activities are dossiers, which come, go, and meet a technology for the first time?
unit: dossiers
dimensions: [nace, year, measure, sector, commune, site, programme]
default: [nace, year, measure]
joined: {stay: [site], enrolled: [programme]}
always: [measure]
measures: [active, entries, exits, recoded, combinations]
flows: {of: nace, stock: active, entries: [entries, recoded], exits: [exits]}
evidence_level: 0
value: distinct
method:
  fr: "nace : version et division (deux chiffres) de NACE-BEL. active, entries, exits : dossiers distincts actifs dans la division cette année-là, qui s’y lancent, qui la quittent. recoded : ceux dont l’activité n’est que redite dans une autre version ; ni entrée ni sortie. combinations : technologies du vocabulaire commun vues pour la première fois dans la division, dans toute la Région."
  nl: "nace: versie en afdeling (twee cijfers) van NACE-BEL. active, entries, exits: verschillende dossiers die dat jaar in de afdeling werkzaam zijn, eraan beginnen, ermee stoppen. recoded: die waarvan de activiteit enkel in een andere versie wordt herhaald; geen begin en geen einde. combinations: technologieën van het gemeenschappelijke vocabularium die in het hele gewest voor het eerst in de afdeling voorkomen."
  en: "nace: version and division (two digits) of NACE-BEL. active, entries, exits: distinct dossiers active in the division in the year, that take it up, that give it up. recoded: those whose activity is only told anew by another version; neither entry nor exit. combinations: technologies of the common vocabulary seen for the first time in the division, in the whole Region."
caveats:
  - fr: Aucun code n’est converti d’une version à l’autre. La première année d’une version montre donc beaucoup de combinaisons ; et qui change d’activité en même temps que de version n’est compté ni comme entrée ni comme sortie.
    nl: Geen code wordt van de ene versie naar de andere omgezet. Het eerste jaar van een versie toont dus veel combinaties; en wie tegelijk van activiteit en van versie verandert, telt niet als begin en niet als einde.
    en: No code is converted from one version to the other. So the first year of a version shows many combinations; and who changes activity and version at once counts neither as an entry nor as an exit.
  - fr: Le projet porte son activité jusqu’à ce qu’une entreprise du dossier dise la sienne ; l’entreprise, jusqu’à ce qu’elle en dise une autre ou cesse. Un silence n’est pas une sortie.
    nl: Het project draagt zijn activiteit tot een onderneming van het dossier de hare zegt; de onderneming, tot ze een andere zegt of stopt. Stilte is geen einde.
    en: The project has its activity until an enterprise of the dossier tells its own; the enterprise, until it tells another or ceases. Silence is no exit.
  - fr: "site : là où le dossier occupait des locaux dans l’année, ne fût-ce qu’un jour ; programme : ceux dont un objectif fut fixé cette année-là ou avant. Sinon, vide."
    nl: "site: waar het dossier in het jaar een pand gebruikte, al was het één dag; programme: die waarvan dat jaar of eerder een doelstelling werd vastgelegd. Anders leeg."
    en: "site: where the dossier had premises in the year, be it for one day; programme: those of which an objective was set that year or before. Else empty."
rules: [sector.ict.2003, sector.ict.2008, sector.ict.2025]
--- */
WITH spell AS (
    SELECT dossier, nace_version || '/' || division AS nace, from_on, coalesce(to_on, a.day) AS until_on, to_on,
           taken_up, given_up
    FROM fact_activity CROSS JOIN as_of a
), met AS (
    SELECT s.dossier, s.nace, u.technology, greatest(s.from_on, u.from_on) AS since
    FROM spell s JOIN used u ON u.dossier = s.dossier AND u.technology <> 'unmapped'
    WHERE greatest(s.from_on, u.from_on) <= least(s.until_on, u.until_on)
), newest AS (
    SELECT dossier, nace, technology, since FROM met
    QUALIFY row_number() OVER (PARTITION BY nace, technology ORDER BY since, dossier) = 1
), told AS (
    SELECT 'active' AS measure, dossier, nace, unnest(range(year(from_on), year(until_on) + 1)) AS year,
           dossier AS counted
    FROM spell WHERE until_on >= from_on
    UNION ALL SELECT CASE WHEN taken_up THEN 'entries' ELSE 'recoded' END, dossier, nace, year(from_on), dossier FROM spell
    UNION ALL SELECT 'exits', dossier, nace, year(to_on), dossier FROM spell WHERE given_up
    UNION ALL SELECT 'combinations', dossier, nace, year(since), nace || '+' || technology FROM newest
)
SELECT t.nace, t.year, t.measure, d.sector, d.commune, s.site, o.programme, t.dossier AS contributor, t.counted, 1.0 AS amount
FROM told t
JOIN stand d ON d.dossier = t.dossier
LEFT JOIN stay s ON s.dossier = t.dossier AND s.first_year <= t.year AND t.year <= s.last_year
LEFT JOIN enrolled o ON o.dossier = t.dossier AND o.first_year <= t.year
