"""Sealing: the log's tree, kept beside it, and the checkpoints signed over it."""
