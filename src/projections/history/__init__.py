"""From the events of one dossier to what was gathered of them: a history by both clocks, one reading of its facts."""
