"""Counting: what an indicator is, and its SQL run by DuckDB over facts into cells. Knows no database and no reader.

Read `indicator`, then `tables` (what a query may read, with `schemes` and `undertaking_names`), then `counting`.
"""
