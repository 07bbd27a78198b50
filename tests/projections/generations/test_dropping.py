"""Dropping a generation: who reads is kept waiting by nothing that keeps the drop waiting."""

from __future__ import annotations

import threading
import time

import psycopg
import pytest
from tests.projections.standing import served

from dossier.log import Log
from projections.generations import generations
from projections.generations.rebuild import rebuild
from projections.rulesets.ruleset import ruleset


@pytest.fixture
def kept(journal_log: Log) -> int:
    """A generation that was served before."""
    before = served(journal_log.database.owner)
    rebuild(journal_log.database.owner, ruleset(), workers=1)
    return before


def waits(owner: str, lock: str) -> bool:
    """Whether somebody waits for such a lock on a table of a generation."""
    with psycopg.connect(owner) as connection:
        return connection.execute(
            "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_class c ON c.oid = l.relation"
            " WHERE NOT l.granted AND l.mode = %s AND c.relnamespace = 'projection'::regnamespace)",
            (lock,),
        ).fetchone() == (True,)


def test_a_vacuum_is_waited_for_without_keeping_anybody_from_reading(journal_log: Log, kept: int) -> None:
    owner = journal_log.database.owner
    with psycopg.connect(owner) as vacuum, psycopg.connect(owner, autocommit=True) as dropping:
        vacuum.execute(f"LOCK TABLE projection.timeline_{kept} IN SHARE UPDATE EXCLUSIVE MODE".encode())
        drop = threading.Thread(target=generations.drop, args=(dropping, kept))
        drop.start()
        while not waits(owner, "ShareUpdateExclusiveLock"):
            assert drop.is_alive()
            time.sleep(0.01)
        with psycopg.connect(owner) as reader:
            reader.execute("SET lock_timeout = '1s'")
            reader.execute("SELECT count(*) FROM projection.timeline")
        vacuum.rollback()
        drop.join(10)
        assert not drop.is_alive()
        assert dropping.execute("SELECT to_regclass(%s)", (f"projection.timeline_{kept}",)).fetchone() == (None,)


def test_a_generation_of_a_version_with_fewer_tables_is_dropped_with_those_it_has(journal_log: Log, kept: int) -> None:
    with psycopg.connect(journal_log.database.owner, autocommit=True) as connection:
        connection.execute(f"DROP TABLE projection.fact_delivery_{kept}".encode())
        generations.drop(connection, kept)
        assert connection.execute("SELECT count(*) FROM projection.generation").fetchone() == (1,)
