"""From the events of one dossier to what was gathered of them: a history by both clocks, one reading of its facts.

In the order of work: `history` (facts in the order they happened), `reading` and `records` (what is gathered), `taking`
(what each type of fact changes in it, with `saying`, `reported` and `pair`), `gathering` (one put to the other). Asked
of a reading afterwards: `enterprises`, `activity`.
"""
