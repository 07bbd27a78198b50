"""What a dossier says of itself: the current state, made of a reading, and the timeline. Pure functions alone."""
