"""No table is left out of the audit of a whole log in silence: it is audited, or named as one that is not."""

from __future__ import annotations

from pathlib import Path

import psycopg
from tests.projections.tampering import BYTES, STATEMENTS, TEXTS

from dossier.auditing.whole import NOT_AUDITED
from dossier.database.connections import Database
from projections.project import TABLES

EVERY = (
    "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') "
    "EXCEPT SELECT inhrelid::regclass::text FROM pg_inherits"
)
ELSEWHERE = {"projection.part", "statistics.publication"}
"""Audited, and tested in `test_generation_audit.py` and `test_publication_audit.py`."""
GUIDE = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "verify-the-log.md"


def test_every_table_is_audited_or_named_as_one_that_is_not(shared_database: Database) -> None:
    with psycopg.connect(shared_database.owner) as connection:
        every = {name for (name,) in connection.execute(EVERY)}
    audited = {table for table, _ in (*BYTES, *TEXTS, *STATEMENTS)} | {f"projection.{table}" for table in TABLES}
    assert every - audited - ELSEWHERE == set(NOT_AUDITED)


def test_the_guide_names_each_table_that_is_not_audited() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert [table for table in NOT_AUDITED if f"`{table}`" not in text] == []
