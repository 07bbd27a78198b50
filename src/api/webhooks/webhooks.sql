-- add: A new subscription, unless the organisation has as many as it may.
INSERT INTO webhook.subscription (id, agency, url, types, agencies, relation, position, secret)
SELECT %(id)s, %(agency)s, %(url)s, %(types)s, %(agencies)s, %(relation)s, %(position)s, %(secret)s
WHERE (SELECT count(*) FROM webhook.subscription WHERE agency = %(agency)s) < %(most)s;

-- of_agency: The subscriptions of an organisation, or all of them.
SELECT id, agency, url, types, agencies, relation, status, reason, position, created_at, succeeded_at,
       secret, previous_secret, previous_until
FROM webhook.subscription WHERE %(agency)s::text IS NULL OR agency = %(agency)s ORDER BY created_at, id;

-- one: A subscription.
SELECT id, agency, url, types, agencies, relation, status, reason, position, created_at, succeeded_at,
       secret, previous_secret, previous_until
FROM webhook.subscription WHERE id = %(id)s;

-- active: The subscriptions to deliver for.
SELECT id, agency, url, types, agencies, relation, status, reason, position, created_at, succeeded_at,
       secret, previous_secret, previous_until
FROM webhook.subscription WHERE status = 'active';

-- remove: End a subscription; its deliveries go with it.
DELETE FROM webhook.subscription WHERE id = %(id)s;

-- rotate: A new secret; the one before signs too, for a time.
UPDATE webhook.subscription
SET previous_secret = secret, previous_until = %(until)s, secret = %(secret)s WHERE id = %(id)s;

-- activate: Deliver again, at once, what waits and what came since.
WITH due AS (
    UPDATE webhook.delivery SET due_at = now(), failures = 0 WHERE subscription = %(id)s AND status = 'waiting'
)
UPDATE webhook.subscription SET status = 'active', reason = NULL WHERE id = %(id)s;

-- disable: Deliver no more, for a reason.
UPDATE webhook.subscription SET status = 'disabled', reason = %(reason)s WHERE id = %(id)s;

-- redeliver: Try an event again, now; whether it had been tried before.
UPDATE webhook.delivery SET status = 'waiting', due_at = now(), failures = 0
WHERE subscription = %(id)s AND position = %(position)s;

-- deliveries: The delivery log of a subscription, the newest first.
SELECT position, type, status, attempts, first_at, last_at, due_at FROM webhook.delivery
WHERE subscription = %(id)s AND (%(before)s::bigint IS NULL OR position < %(before)s)
  AND (%(status)s::text IS NULL OR status = %(status)s)
ORDER BY position DESC LIMIT %(limit)s;

-- delivered: Which of some events the endpoints of an organisation had answered for by an instant, and when.
SELECT d.position, min(d.last_at) FROM webhook.delivery d JOIN webhook.subscription s ON s.id = d.subscription
WHERE s.agency = %(agency)s AND d.status = 'delivered' AND d.position = ANY(%(positions)s) AND d.last_at <= %(on)s
GROUP BY d.position ORDER BY d.position;

-- changed: Tell the dispatcher.
NOTIFY webhook;

-- listen: Hear of changes.
LISTEN webhook;

-- lead: Become the one dispatcher, if nobody is.
SELECT pg_try_advisory_lock(7021988);

-- waiting: What is to be tried again, the first due first.
SELECT position, failures, attempts, first_at, due_at FROM webhook.delivery
WHERE subscription = %(id)s AND status = 'waiting' ORDER BY due_at, position LIMIT %(limit)s;

-- settle: What became of an attempt, and up to where the subscription has come; nothing when it was removed.
WITH moved AS (
    UPDATE webhook.subscription
    SET position = greatest(position, %(position)s),
        succeeded_at = CASE WHEN %(status)s = 'delivered' THEN %(at)s ELSE succeeded_at END
    WHERE id = %(id)s RETURNING id
)
INSERT INTO webhook.delivery (subscription, position, type, status, failures, attempts, first_at, last_at, due_at)
SELECT id, %(position)s, %(type)s, %(status)s, %(failures)s, %(attempts)s, %(first_at)s, %(at)s, %(due_at)s FROM moved
ON CONFLICT (subscription, position) DO UPDATE
SET status = excluded.status, failures = excluded.failures, attempts = excluded.attempts,
    last_at = excluded.last_at, due_at = excluded.due_at;

-- pass: Up to where there was nothing to deliver.
UPDATE webhook.subscription SET position = greatest(position, %(position)s) WHERE id = %(id)s;

-- succeeded_since: Whether anything was delivered for a subscription since an instant.
SELECT coalesce(succeeded_at >= %(since)s, false) FROM webhook.subscription WHERE id = %(id)s;

-- forget: Deliveries that were done long ago.
DELETE FROM webhook.delivery WHERE status <> 'waiting' AND last_at < now() - make_interval(days => %(days)s);
