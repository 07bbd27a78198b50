"""Counting: what an indicator is, and its SQL run by DuckDB over facts into cells. Knows no database and no reader."""
