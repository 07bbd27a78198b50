"""Disclosure control: which cells of a table say too much of one undertaking, and which others would give them away.

In the order of work: `parameters`, `layout` (what is published), `cube` (the tables with their margins, and the unsafe
cells), `protection` and `program` (what else must be hidden, by linear programs), `changing` (what two publications say
together), `publication` (what was shown).
"""
