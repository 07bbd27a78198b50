/* ---
title: {fr: Temps jusqu’à la création, nl: Tijd tot oprichting, en: Time to creation}
question:
  fr: Quelle part des porteurs de projet a créé son entreprise un, trois et cinq ans après l’ouverture du dossier ?
  nl: Welk aandeel van de starters heeft één, drie en vijf jaar na de opening van het dossier een onderneming opgericht?
  en: What share of the project holders has created an enterprise one, three and five years after the dossier was opened?
unit: share
dimensions: [horizon, cohort, sector, nace, commune, size_class, year]
default: [horizon]
always: [horizon]
measures: [value]
evidence_level: 0
value: cumulative-incidence
method:
  fr: "1 moins Kaplan-Meier, de l’ouverture à la création, observé jusqu’au jour du chiffre. low et high : intervalle à 95 % (Greenwood, échelle log-log)."
  nl: "1 min Kaplan-Meier, van de opening tot de oprichting, gevolgd tot de dag van het cijfer. low en high: 95 %-interval (Greenwood, log-logschaal)."
  en: "1 minus Kaplan-Meier, from the opening to the creation, watched until the day of the figure. low and high: 95 % interval (Greenwood, log-log scale)."
caveats:
  - fr: "La commune et la classe de taille sont celles de l’entreprise, connues une fois qu’elle existe : parmi les dossiers d’une commune ou d’une taille, presque tous en ont créé une. Ne comparez pas ces parts. Le secteur d’un projet peut manquer de même."
    nl: "De gemeente en de grootteklasse zijn die van de onderneming, en pas bekend zodra ze bestaat: van de dossiers van een gemeente of grootte hebben bijna alle er een. Vergelijk die aandelen niet. Ook de sector van een project kan zo ontbreken."
    en: "The commune and the size class are those of the enterprise, known once it exists: of the dossiers of a commune or a size nearly all have created one. Do not compare these shares. The sector of a project may be missing likewise."
  - fr: "Compte le jour où l’entreprise fut créée, pas celui où elle fut liée au dossier. Qui n’a que des entreprises dont le jour de création n’est pas connu manque (quality.missing en donne la part)."
    nl: "Telt de dag waarop de onderneming werd opgericht, niet die waarop ze aan het dossier werd gekoppeld. Wie enkel ondernemingen heeft waarvan de dag van oprichting niet bekend is, ontbreekt (quality.missing geeft het aandeel)."
    en: "The day on which the enterprise was created counts, not the one on which it was linked to the dossier. Those who only have enterprises whose day of creation is not known are missing (quality.missing says which share)."
  - fr: Seuls les dossiers ouverts sans entreprise comptent. Qui n’a pas encore créé est suivi jusqu’au jour du chiffre, pas compté comme un échec.
    nl: Alleen dossiers die zonder onderneming werden geopend tellen mee. Wie nog niet oprichtte, wordt gevolgd tot de dag van het cijfer en telt niet als mislukking.
    en: Only dossiers opened without an enterprise count. Those who have not created one yet are watched until the day of the figure, and not counted as a failure.
  - fr: Une valeur vide signifie que personne n’a encore pu être suivi aussi longtemps.
    nl: Een lege waarde betekent dat nog niemand zo lang gevolgd kon worden.
    en: An empty value means that nobody could be watched for that long yet.
rules: [sector.ict.2003, sector.ict.2008, sector.ict.2025, size.classes, size.periods]
missing: true
--- */
SELECT h.horizon, d.cohort, d.sector, d.nace, d.commune, d.size_class, d.cohort AS year, d.dossier AS contributor,
       CASE WHEN b.dossier IS NULL OR b.created_on IS NOT NULL
            THEN date_diff('day', d.opened_on, coalesce(b.created_on, a.day)) END AS amount,
       b.created_on IS NOT NULL AS ended, 1 AS weight
FROM stand d
CROSS JOIN as_of a
CROSS JOIN (VALUES (1), (3), (5)) AS h (horizon)
LEFT JOIN (
    SELECT dossier, min(created_on) AS created_on, min(coalesce(created_on, linked_on)) AS known_on,
           min(linked_on) FILTER (created_on IS NULL) AS found_on -- not created here: it was there already
    FROM fact_enterprise GROUP BY dossier
) b ON b.dossier = d.dossier
WHERE d.opened_on <= a.day AND (b.known_on IS NULL OR b.known_on >= d.opened_on)
  AND (b.found_on IS NULL OR b.found_on > d.opened_on)
