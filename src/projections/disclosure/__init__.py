"""Disclosure control: which cells of a table say too much of one undertaking, and which others would give them away.

In the order of work: `parameters`, `cube` (the table with its margins, and its unsafe cells), `protection` (what else
must be hidden, by linear programs), `changing` (what two publications say together), `publication` (what was shown).
"""
