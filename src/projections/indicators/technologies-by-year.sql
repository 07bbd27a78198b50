/* ---
title: {fr: Technologies par année, nl: Technologieën per jaar, en: Technologies by year}
question:
  fr: Quelles technologies les projets emploient-ils, lesquelles arrivent, partent, et se combinent pour la première fois ?
  nl: Welke technologieën gebruiken projecten, welke komen erbij, verdwijnen, en worden voor het eerst gecombineerd?
  en: Which technologies do projects use, which come, go, and are combined for the first time?
unit: dossiers
dimensions: [technology, year, measure, sector, nace, commune, site, programme]
default: [technology, year, measure]
joined: {stay: [site], enrolled: [programme]}
always: [measure]
measures: [active, entries, exits, combinations]
flows: {of: technology, stock: active, entries: [entries], exits: [exits]}
evidence_level: 0
value: distinct
method:
  fr: "active, entries, exits : dossiers distincts dont le projet emploie la technologie dans l’année, l’adopte, l’abandonne. combinations : paires de technologies vues ensemble pour la première fois dans la Région ; une paire compte sous chacune des deux, une fois en tout."
  nl: "active, entries, exits: verschillende dossiers waarvan het project de technologie in het jaar gebruikt, opneemt, laat vallen. combinations: paren technologieën die voor het eerst in het gewest samen voorkomen; een paar telt onder elk van beide, één keer in het geheel."
  en: "active, entries, exits: distinct dossiers whose project uses the technology in the year, takes it up, drops it. combinations: pairs of technologies seen together for the first time in the Region; a pair counts under each of the two, once in the whole."
caveats:
  - fr: Les mots hors du vocabulaire commun comptent sous « unmapped » ; leur nombre dit ce que le vocabulaire ignore. Deux mots inconnus n’y font pas une combinaison.
    nl: Woorden buiten het gemeenschappelijke vocabularium tellen onder “unmapped”; hun aantal zegt wat het vocabularium niet kent. Ze vormen geen combinatie.
    en: Words outside the common vocabulary count under “unmapped”; their number says what the vocabulary does not know. They make no combination.
  - fr: Une technologie dure jusqu’à une description du projet qui ne la nomme plus ; un silence n’est pas un abandon.
    nl: Een technologie duurt tot een projectbeschrijving die ze niet meer noemt; stilte is geen stopzetting.
    en: A technology lasts until a description of the project that no longer names it; silence is no exit.
  - fr: "site : là où le projet occupait des locaux dans l’année, de quelque sorte qu’ils soient, ne fût-ce qu’un jour ; programme : ceux dont un objectif fut fixé cette année-là ou avant. Sinon, vide."
    nl: "site: waar het project in het jaar een pand gebruikte, van welke soort ook, al was het één dag; programme: die waarvan dat jaar of eerder een doelstelling werd vastgelegd. Anders leeg."
    en: "site: where the project had premises in the year, of whatever kind, be it for one day; programme: those of which an objective was set that year or before. Else empty."
rules: [sector.ict.2003, sector.ict.2008, sector.ict.2025]
--- */
WITH pair AS (
    SELECT a.dossier, a.technology AS one, b.technology AS other, greatest(a.from_on, b.from_on) AS since
    FROM used a JOIN used b ON b.dossier = a.dossier AND a.technology < b.technology
    WHERE greatest(a.from_on, b.from_on) <= least(a.until_on, b.until_on)
      AND a.technology <> 'unmapped' AND b.technology <> 'unmapped'
), newest AS (
    SELECT dossier, one, other, since FROM pair
    QUALIFY row_number() OVER (PARTITION BY one, other ORDER BY since, dossier) = 1
), told AS (
    SELECT 'active' AS measure, dossier, technology, unnest(range(year(from_on), year(until_on) + 1)) AS year,
           dossier AS counted
    FROM used WHERE until_on >= from_on
    UNION ALL SELECT 'entries', dossier, technology, year(from_on), dossier FROM used
    UNION ALL SELECT 'exits', dossier, technology, year(to_on), dossier FROM used WHERE to_on IS NOT NULL
    UNION ALL SELECT 'combinations', dossier, one, year(since), one || '+' || other FROM newest
    UNION ALL SELECT 'combinations', dossier, other, year(since), one || '+' || other FROM newest
)
SELECT t.technology, t.year, t.measure, d.sector, d.nace, d.commune, s.site, o.programme,
       t.dossier AS contributor, t.counted, 1.0 AS amount
FROM told t
JOIN stand d ON d.dossier = t.dossier
LEFT JOIN stay s ON s.dossier = t.dossier AND s.first_year <= t.year AND t.year <= s.last_year
LEFT JOIN enrolled o ON o.dossier = t.dossier AND o.first_year <= t.year
