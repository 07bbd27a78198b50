"""Undertakings: which enterprises count as one, what aid it was granted, and how much more it may be granted.

In the order of work: `statement` (what one dossier says), `single_undertaking` (which enterprises are one),
`inheritance` (whose aid it is after a merger), `gross_grant_equivalent` (what it is worth), `fiscal_years` and
`window` (which of it still counts), `de_minimis` (what room is left), `breach` (what went beyond), `answer` (as a
document), `flags` (on a dossier's state). `law` marks each formula with its source. Everything here is a pure
function of what the log says; `projections.dossiers.undertakings` reads the log.
"""
