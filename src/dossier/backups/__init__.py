"""Backing the log up and restoring it: every table but what can be rebuilt, in one snapshot, with the keys beside.

A backup is a directory: `manifest.json` (written last: without it a backup is unfinished), `tables/` (each table as
PostgreSQL's COPY tells it, compressed), `keys/` (to be moved elsewhere) and `erasures.ndjson`.
"""
