"""Reports: the figures of a year, and the replay of a dossier, each one document to print on its own."""
