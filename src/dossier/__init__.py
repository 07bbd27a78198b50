"""The entrepreneur's dossier and its journey log. Knows no HTTP and no projection."""
