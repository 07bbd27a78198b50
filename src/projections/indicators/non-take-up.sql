/* ---
title: {fr: Non-recours aux aides, nl: Niet-opname van steun, en: Non-take-up of aid}
question:
  fr: Parmi les entrepreneurs qui avaient droit à une aide, combien n’en ont jamais entendu parler, combien n’ont pas demandé, combien ont été refusés ou aidés ?
  nl: Van de ondernemers die voor steun in aanmerking kwamen, hoeveel hoorden er nooit van, hoeveel vroegen niets aan, hoeveel werden geweigerd of gesteund?
  en: Of the entrepreneurs who were eligible for an aid, how many were never told, how many did not apply, how many were refused or granted it?
unit: dossiers
dimensions: [scheme, year, outcome, agency, sector, nace, commune, phase, size_class]
default: [scheme, year, outcome]
always: [outcome, year]
measures: [value]
evidence_level: 0
value: distinct
once: [scheme, year]
chart: {panels: scheme}
method:
  fr: "Pour chaque année et chaque dispositif ouvert, les dossiers qui en remplissaient les conditions au dernier jour de l’année (ou du dispositif, ou du chiffre), sous la règle en vigueur ce jour-là ; chacun par ce qui lui était arrivé de mieux jusque-là : granted, refused, withdrawn, waiting, told, never_told."
  nl: "Per jaar en per open regeling: de dossiers die op de laatste dag van het jaar (of van de regeling, of van het cijfer) aan de voorwaarden voldeden, volgens de regel die toen gold; elk volgens het beste wat er tot dan mee gebeurde: granted, refused, withdrawn, waiting, told, never_told."
  en: "For each year and each scheme open in it, the dossiers that met its conditions on the last day of the year (or of the scheme, or of the figure), under the rule in force on that day; each by the best that had happened to it until then: granted, refused, withdrawn, waiting, told, never_told."
caveats:
  - fr: "told : une orientation vers l’organisme du dispositif (ou, si elle nomme un service, vers un service que la règle nomme), ou un entretien sur le dispositif ou un thème que la règle nomme. Ce qui n’est pas enregistré n’a pas été vu : never_told est un maximum."
    nl: "told: een doorverwijzing naar de instelling van de regeling (of, als ze een dienst noemt, naar een dienst die de regel noemt), of een gesprek over de regeling of een thema dat de regel noemt. Wat niet geregistreerd is, is niet gezien: never_told is een maximum."
    en: "told: a referral to the scheme's agency (where it names a service, to one that the rule names), or a session or contact on the scheme or on a topic that the rule names. What was not recorded was not seen: never_told is a maximum."
  - fr: Les conditions sont simplifiées (règles eligibility.*) ; remplir celles-ci n’est pas un droit. La taille est celle d’aujourd’hui, l’activité la dernière connue, et la phase que personne n’avait déclarée ce jour-là suit des entreprises qu’il y avait.
    nl: De voorwaarden zijn vereenvoudigd (regels eligibility.*); eraan voldoen is geen recht. De grootte is die van vandaag, de activiteit de laatst bekende, en de fase die niemand die dag had aangegeven volgt uit de ondernemingen die er waren.
    en: Conditions are simplified (rules eligibility.*); meeting them is no entitlement. The size is today's, the activity the last one known, and a phase that nobody had declared by that day follows from the enterprises there were.
  - fr: Un dossier compte pour chaque dispositif auquel il est éligible ; sans la dimension scheme, une fois par issue.
    nl: Een dossier telt bij elke regeling waarvoor het in aanmerking komt; zonder de dimensie scheme één keer per uitkomst.
    en: A dossier counts for each scheme it is eligible for; without the dimension scheme, once an outcome.
rules: ["eligibility.*", phase.without-declaration, sector.ict.2003, sector.ict.2008, sector.ict.2025, size.classes, size.periods]
--- */
-- The sparse is joined to every dossier on every day once (state), and the conditions to the few profiles there are (open_to).
WITH version AS ( -- of each scheme and year the rule that counts, and the day it is asked on
    SELECT s.*, y.year, least(make_date(CAST(y.year AS INTEGER), 12, 31), coalesce(s.until_on - 1, a.day), a.day) AS day
    FROM scheme s CROSS JOIN as_of a CROSS JOIN (SELECT unnest(range(2000, 2100)) AS year) y
    WHERE s.open AND y.year BETWEEN year(s.from_on) AND year(least(coalesce(s.until_on - 1, a.day), a.day))
    QUALIFY row_number() OVER (PARTITION BY s.scheme, y.year ORDER BY s.from_on DESC) = 1
), moment AS (
    SELECT DISTINCT day FROM version
), business AS ( -- created_since: whether the enterprise is one that came after the dossier
    SELECT d.dossier, e.known_on, e.created_on, e.ceased_on, greatest(e.known_on, d.opened_on) AS from_on,
           CASE WHEN e.created_on >= d.opened_on THEN 1 ELSE 0 END AS created_since
    FROM fact_enterprise f
    JOIN enterprise e ON e.enterprise = f.enterprise
    JOIN stand d ON d.dossier = f.dossier
), daily AS ( -- what there is of some dossiers on some days: a phase declared, an enterprise that lives
    SELECT p.dossier, o.day, p.phase, NULL AS created_on, NULL AS created_since
    FROM fact_phase p JOIN moment o ON p.from_on <= o.day AND (p.to_on IS NULL OR o.day < p.to_on)
    UNION ALL
    SELECT b.dossier, o.day, NULL, CASE WHEN b.created_on <= o.day THEN b.created_on END, b.created_since
    FROM business b JOIN moment o ON b.from_on <= o.day AND (b.ceased_on IS NULL OR b.ceased_on > o.day)
), state AS ( -- is_new: whether all that live came after the dossier; none lives where it is NULL
    SELECT dossier, day, max(phase) AS phase, max(created_on) AS youngest, min(created_since) AS is_new
    FROM daily GROUP BY dossier, day
), met AS ( -- what does not change of dossiers, and which rules of schemes ask for no other
    SELECT t.sector, t.nace, t.size_class, list(v.scheme || v.from_on ORDER BY v.scheme || v.from_on) AS rules
    FROM (SELECT DISTINCT sector, nace, size_class FROM stand) t
    JOIN scheme v ON (len(v.sectors) = 0 OR list_contains(v.sectors, t.sector))
        AND (len(v.size_classes) = 0 OR t.size_class IS NULL OR list_contains(v.size_classes, t.size_class))
        AND (len(v.activities) = 0 OR list_contains(v.activities, t.nace))
    GROUP BY t.sector, t.nace, t.size_class
), kind AS ( -- few numbers: a join by one is less than by three texts that may be missing
    SELECT sector, nace, size_class, rules, dense_rank() OVER (ORDER BY rules) AS kind FROM met
), known AS MATERIALIZED ( -- made once a dossier: unless told so, DuckDB joins these to it again on every day
    SELECT d.dossier, d.opened_on, d.phase, d.phase_since, d.sector, d.nace, d.commune, d.size_class, k.kind, b.known_on
    FROM stand d
    JOIN kind k ON k.sector IS NOT DISTINCT FROM d.sector AND k.nace IS NOT DISTINCT FROM d.nace
        AND k.size_class IS NOT DISTINCT FROM d.size_class
    LEFT JOIN (SELECT dossier, min(known_on) AS known_on FROM business GROUP BY dossier) b ON b.dossier = d.dossier
), standing AS ( -- since: what enterprises there were, for a phase that nobody had declared by the day
    SELECT d.dossier, o.day, d.sector, d.nace, d.commune, d.size_class, d.kind, s.youngest,
           coalesce(s.phase, CASE WHEN d.phase_since IS NULL OR d.phase_since <= o.day THEN d.phase END) AS told,
           CASE WHEN s.is_new = 1 THEN 'created' WHEN s.is_new = 0 THEN 'running'
                WHEN d.known_on <= o.day THEN 'ceased' ELSE 'none' END AS since
    FROM known d
    JOIN moment o ON d.opened_on <= o.day
    LEFT JOIN state s ON s.dossier = d.dossier AND s.day = o.day
), profile AS ( -- every way in which a dossier can stand on a day
    SELECT k.kind, k.rules, o.day, t.told, e.since, e.runs,
           coalesce(t.told, q.value ->> e.path, q.value ->> '$.with_enterprise') AS phase
    FROM (SELECT DISTINCT kind, rules FROM kind) k CROSS JOIN moment o
    CROSS JOIN (SELECT phase AS told FROM stand UNION SELECT phase FROM fact_phase UNION SELECT NULL) t
    CROSS JOIN (VALUES ('none', false, '$.without_enterprise'), ('ceased', false, '$.ceased'),
                        ('created', true, '$.created'), ('running', true, '$.with_enterprise')) e (since, runs, path)
    LEFT JOIN rule q ON q.name = 'phase.without-declaration' AND q.from_on <= o.day AND (q.until_on IS NULL OR o.day < q.until_on)
), open_to AS (
    SELECT DISTINCT p.kind, p.day, p.told, p.since, p.phase, v.scheme, v.agency, v.year, v.oldest_years
    FROM profile p
    JOIN version v ON v.day = p.day AND list_contains(p.rules, v.scheme || v.from_on)
        AND (len(v.phases) = 0 OR list_contains(v.phases, p.phase))
        AND (v.enterprise IS NULL OR v.enterprise = p.runs)
), eligible AS (
    SELECT s.dossier, v.scheme, v.agency, v.year, v.day, s.sector, s.nace, s.commune, s.size_class, v.phase
    FROM standing s
    JOIN open_to v ON v.day = s.day AND v.kind = s.kind AND v.since = s.since AND v.told IS NOT DISTINCT FROM s.told
        AND (v.oldest_years IS NULL OR s.youngest IS NULL OR s.youngest + to_years(v.oldest_years) > v.day)
), happened AS (
    SELECT dossier, scheme, applied_on, decided_on, outcome, NULL AS told_on FROM fact_aid WHERE scheme IS NOT NULL
    UNION ALL
    SELECT t.dossier, v.scheme, NULL, NULL, NULL, t.first_on
    FROM fact_topic t JOIN scheme v ON t.topic = v.scheme OR list_contains(v.topics, t.topic)
    UNION ALL
    SELECT r.dossier, v.scheme, NULL, NULL, NULL, r.made_on
    FROM fact_referral r JOIN scheme v ON r.to_agency = v.agency
    WHERE r.made_on IS NOT NULL AND (r.service IS NULL OR len(v.services) = 0 OR list_contains(v.services, r.service))
), story AS (
    SELECT dossier, scheme, min(applied_on) AS applied_on, min(decided_on) FILTER (outcome = 'granted') AS granted_on,
           min(decided_on) FILTER (outcome = 'refused') AS refused_on,
           min(decided_on) FILTER (outcome = 'withdrawn') AS withdrawn_on, min(told_on) AS told_on
    FROM happened GROUP BY dossier, scheme
)
SELECT e.scheme, e.year, e.agency, e.sector, e.nace, e.commune, e.phase, e.size_class,
       CASE WHEN a.granted_on <= e.day THEN 'granted' WHEN a.refused_on <= e.day THEN 'refused'
            WHEN a.withdrawn_on <= e.day THEN 'withdrawn' WHEN a.applied_on <= e.day THEN 'waiting'
            WHEN a.told_on <= e.day THEN 'told' ELSE 'never_told' END AS outcome,
       e.dossier AS contributor, e.dossier AS counted, 1.0 AS amount
FROM eligible e
LEFT JOIN story a ON a.dossier = e.dossier AND a.scheme = e.scheme
