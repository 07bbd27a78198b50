"""Auditing the whole log: everything derived again from the stored bytes, and compared with what the database holds.

By other code than wrote it: hashes, tree, census and signatures by `dossier.verification`, keys and commitments by the
database itself. What it finds first is raised as Wrong, in one line that names the table and the position.
"""
