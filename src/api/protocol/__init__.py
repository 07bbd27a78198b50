"""HTTP itself: how requests carry events, and what answers say beside themselves. Knows no dossier."""
