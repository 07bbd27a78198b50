"""Generations of projected tables: built, followed live, switched, audited against the log."""
