-- recorders: Which organisations have recorded on dossiers.
SELECT DISTINCT dossier, agency FROM journal.event WHERE dossier = ANY(%s);

-- bearing: The events of dossiers whose types, by their short names, bear on who is related.
SELECT dossier, version, position, stored FROM journal.event
WHERE dossier = ANY(%s) AND split_part(type, '.', 3) = ANY(%s) ORDER BY dossier, version;
