"""From facts to figures: indicators, counted by DuckDB, with the certificate by which anyone can count again.

Read `facts_reader` (the facts served now) or `past` (those of any position), then `figures`. For an author:
`indicator_check`, of `calls` and `drawn_facts`. For an auditor: `figure_audit`.
"""
