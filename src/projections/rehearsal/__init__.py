"""A ruleset rehearsed against the one served: what it would move, and the activation that approves it."""
