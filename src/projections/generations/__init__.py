"""Generations of projected tables: built, followed live, switched, audited against the log.

Every day: `live` (a batch of new events projected), with `recent` (what that need not read or write again) and
`store` (rows written). Now and then: `rebuild`, of `parts` and `catching_up`, on the tables of `generations`, told by
`pace`. To check: `auditing` (the rows), `generation_audit` (what a generation says of itself).
"""
