-- held: Who set out together to reach a target, kept from changing until the transaction ends.
SELECT agencies FROM registry.programme_target WHERE programme = %(programme)s AND objective_id = %(objective_id)s FOR UPDATE;

-- put: Set a target, or change it; the same again changes nothing.
INSERT INTO registry.programme_target (programme, objective_id, kind, target, due, agencies, set_by)
VALUES (%(programme)s, %(objective_id)s, %(kind)s, %(target)s, %(due)s, %(agencies)s, %(set_by)s)
ON CONFLICT (programme, objective_id) DO UPDATE SET kind = excluded.kind, target = excluded.target, due = excluded.due,
    agencies = excluded.agencies, set_by = excluded.set_by, changed_at = now()
WHERE (programme_target.kind, programme_target.target, programme_target.due, programme_target.agencies)
    IS DISTINCT FROM (excluded.kind, excluded.target, excluded.due, excluded.agencies);

-- withdraw: A target is aimed at no longer.
DELETE FROM registry.programme_target WHERE programme = %(programme)s AND objective_id = %(objective_id)s;

-- of_programme: The targets of a programme by their objectives.
SELECT programme, objective_id, kind, target, due::text, agencies, set_by FROM registry.programme_target
WHERE programme = %s ORDER BY objective_id;
