"""The same histories, functions and SQL on a Spark cluster, for a log that has outgrown one machine.

Read `running` (one indicator from the log alone): `session`, `histories`, `facts`, `counting` and `dialect` are its
steps. `rebuilding` projects the parts of a generation, as `parts` says which dossier lies in which.
"""
