"""Reading: one dossier as it is, was or was known, beside others, and lists over many."""
