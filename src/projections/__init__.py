"""From histories to what people read: the current dossier, the timeline, the facts of statistics. Knows no HTTP."""
