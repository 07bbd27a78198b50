"""Undertakings: which enterprises count as one, what aid it was granted, and how much more it may be granted.

Everything here is a pure function of what the log says; `projections.dossiers.undertakings` reads the log.
"""
