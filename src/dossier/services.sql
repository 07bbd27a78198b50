-- offer: Say what an organisation offers, or change what it said; the same again changes nothing.
INSERT INTO registry.service (agency, service, capacity, until, note_fr, note_nl, note_en)
VALUES (%(agency)s, %(service)s, %(capacity)s, %(until)s, %(note_fr)s, %(note_nl)s, %(note_en)s)
ON CONFLICT (agency, service) DO UPDATE SET capacity = excluded.capacity, until = excluded.until,
    note_fr = excluded.note_fr, note_nl = excluded.note_nl, note_en = excluded.note_en, changed_at = now()
WHERE (service.capacity, service.until, service.note_fr, service.note_nl, service.note_en)
    IS DISTINCT FROM (excluded.capacity, excluded.until, excluded.note_fr, excluded.note_nl, excluded.note_en);

-- withdraw: An organisation offers this no longer.
DELETE FROM registry.service WHERE agency = %s AND service = %s RETURNING agency;

-- offered: The services of an organisation, or of all; one service, or all of them.
SELECT agency, service, capacity, until::text, note_fr, note_nl, note_en FROM registry.service
WHERE (%(agency)s::text IS NULL OR agency = %(agency)s) AND (%(service)s::text IS NULL OR service = %(service)s)
ORDER BY agency, service;
