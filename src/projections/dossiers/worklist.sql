-- referrals: Referrals from or to organisations, oldest first, after one; `by_clock` is when the running clock runs out.
SELECT dossier::text, number, referral_id, from_agency, to_agency, service, reason_code, agreed, made_on::text, status,
       answered_on::text, completed_on::text, outcome, answer_due::text, completion_due::text, second_agency,
       second_service
FROM (
    SELECT *, CASE WHEN completed_on IS NOT NULL THEN 'completed' ELSE coalesce(answer, 'waiting') END AS status
    FROM projection.fact_referral
    WHERE generation = (SELECT id FROM projection.generation WHERE status = 'served') AND made_on IS NOT NULL
) AS known
WHERE (%(own)s::text[] IS NULL OR from_agency = ANY(%(own)s) OR to_agency = ANY(%(own)s))
  AND (%(sender)s::text IS NULL OR from_agency = %(sender)s)
  AND (%(receiver)s::text IS NULL OR to_agency = %(receiver)s)
  AND (%(statuses)s::text[] IS NULL OR status = ANY(%(statuses)s))
  AND (%(late_on)s::date IS NULL
       OR CASE status WHEN 'waiting' THEN answer_due WHEN 'accepted' THEN completion_due END < %(late_on)s)
  AND (%(after_day)s::date IS NULL
       OR (made_on, dossier, number) > (%(after_day)s, %(after_dossier)s::uuid, %(after_number)s::integer))
ORDER BY made_on, dossier, number LIMIT %(limit)s;

-- answer_times: Half of the answers since a day took no longer than so many days, by organisation and service.
SELECT to_agency, service, percentile_cont(0.5) WITHIN GROUP (ORDER BY greatest(0, answered_on - made_on)),
       count(*), count(DISTINCT dossier)
FROM projection.fact_referral
WHERE generation = (SELECT id FROM projection.generation WHERE status = 'served')
  AND answered_on >= %(since)s::date AND made_on IS NOT NULL AND service IS NOT NULL AND to_agency IS NOT NULL
  AND (%(service)s::text IS NULL OR service = %(service)s)
GROUP BY to_agency, service;
