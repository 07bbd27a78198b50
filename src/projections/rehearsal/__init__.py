"""A ruleset rehearsed against the one served: what it would move, and the activation that approves it.

In the order of work: `rehearsal` (asked for, and read), `rehearsing` (done), `comparing` (both generations: dossiers
by `difference` and `rooms`, on the days of `compared_days`, figures by `recounting`), `drift` (whether it moved since
it was approved), `activation`.
"""
