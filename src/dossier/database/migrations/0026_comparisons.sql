-- Which dossiers ever said of another one whether both are of one person, found by that other one. Stored bytes are canonical
-- JSON, so a quote inside a text is escaped and what is looked for is the name of a field.
CREATE INDEX event_other ON journal.event (substring(stored FROM position('"other":"'::bytea IN stored) FOR 45))
WHERE position('"other":"'::bytea IN stored) > 0
  AND type IN ('brussels.dossier.dossiers-linked.v1', 'brussels.dossier.dossiers-unlinked.v1',
               'brussels.dossier.dossiers-distinct.v1', 'brussels.dossier.event-corrected.v1');
