-- group: Dossiers of the same sector, cohort and phase, where these narrow, each with its undertaking; not of the asker's own.
WITH held AS (
    SELECT s.dossier, s.sector, s.cohort, s.phase,
           coalesce(m.undertaking, s.enterprise, CAST(s.dossier AS VARCHAR)) AS undertaking
    FROM stand s LEFT JOIN member m ON m.enterprise = s.enterprise
)
SELECT p.dossier, p.undertaking FROM held p JOIN held o ON o.dossier = $dossier
WHERE p.undertaking <> o.undertaking
  AND p.sector IS NOT DISTINCT FROM o.sector
  AND (NOT $by_cohort OR p.cohort IS NOT DISTINCT FROM o.cohort)
  AND (NOT $by_phase OR p.phase IS NOT DISTINCT FROM o.phase)

-- measured: What is measured of a dossier; NULL where it has not come that far.
SELECT d.dossier,
       CASE WHEN b.known_on IS NOT NULL THEN greatest(0, date_diff('day', d.opened_on, b.known_on)) END AS days_to_enterprise,
       CASE WHEN a.granted_on IS NOT NULL THEN greatest(0, date_diff('day', d.opened_on, a.granted_on)) END AS days_to_first_aid,
       a.days_to_decision, coalesce(a.grants, 0) AS aids_granted, coalesce(a.granted, 0) AS aid_granted,
       d.agencies, coalesce(r.referrals, 0) AS referrals, coalesce(o.reached, 0) AS objectives_reached
FROM stand d
LEFT JOIN (
    SELECT dossier, min(coalesce(created_on, linked_on)) AS known_on FROM fact_enterprise GROUP BY dossier
) b ON b.dossier = d.dossier
LEFT JOIN (
    SELECT dossier, min(decided_on) FILTER (outcome = 'granted') AS granted_on,
           median(greatest(0, date_diff('day', applied_on, decided_on)))
               FILTER (applied_on IS NOT NULL AND decided_on IS NOT NULL) AS days_to_decision,
           count(*) FILTER (outcome = 'granted') AS grants,
           CAST(sum(amount) FILTER (outcome = 'granted' AND currency = 'EUR') AS DOUBLE) AS granted
    FROM fact_aid GROUP BY dossier
) a ON a.dossier = d.dossier
LEFT JOIN (
    SELECT dossier, count(*) AS referrals FROM fact_referral WHERE made_on IS NOT NULL GROUP BY dossier
) r ON r.dossier = d.dossier
LEFT JOIN (
    SELECT dossier, count(*) FILTER (status = 'reached') AS reached FROM fact_objective GROUP BY dossier
) o ON o.dossier = d.dossier
