"""Pages for people: what runs here, a dossier with its timeline, signing in, and what a problem means."""
