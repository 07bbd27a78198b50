"""Counting: what a checkpoint is made from must be what was signed before, or nothing is signed."""

from __future__ import annotations

from uuid import UUID

import psycopg
import pytest
from psycopg.sql import SQL, Composed
from tests.dossier.sealing.conftest import Sealed

from dossier.sealing import census, reading
from dossier.sealing.signed import SealRefused

Query = str | bytes | SQL | Composed
A, B = UUID("01890000-0000-7000-8000-00000000000a"), UUID("01890000-0000-7000-8000-00000000000b")


def tamper(log: Sealed, *statements: tuple[Query, tuple[object, ...]]) -> None:
    """Change the database as somebody may who holds it and not the key."""
    with psycopg.connect(log.database.owner, autocommit=True) as owner:
        for table in ("event", "event_key", *(f"event_{part}" for part in range(8))):
            owner.execute(f"ALTER TABLE journal.{table} DISABLE TRIGGER ALL".encode())
        owner.execute("ALTER TABLE seal.tile DISABLE TRIGGER USER")
        for statement, values in statements:
            owner.execute(statement, values)


def forget_the_last(log: Sealed, dossier: UUID, levels: int) -> None:
    """Count a dossier without its last event, in its bucket and on so many levels of pages above it."""
    bucket = census.bucket_of(dossier.bytes)
    own = log.connection.execute(
        "SELECT position, sha256('\\x00'::bytea || stored) FROM journal.event WHERE dossier = %s ORDER BY version",
        (dossier,),
    ).fetchall()
    tallies = {dossier.bytes: census.none_of(dossier.bytes).after(own[:-1])}
    changes: list[tuple[Query, tuple[object, ...]]] = [
        ("DELETE FROM journal.event WHERE position = %s", (own[-1][0],)),
        ("DELETE FROM journal.event_key WHERE dossier = %s AND version = %s", (dossier, len(own))),
        ("UPDATE seal.census SET entries = %s WHERE bucket = %s", (census.write_bucket(tallies), bucket)),
    ]
    number, found = bucket, census.bucket_root(tallies)
    for level in range(levels):
        page = bytearray(reading.pages(log.connection, level, [number >> 4])[number >> 4])
        page[(number & 15) * 32 : (number & 15) * 32 + 32] = found
        number, found = number >> 4, census.page_root(bytes(page))
        changes.append(
            ("UPDATE seal.census_page SET hashes = %s WHERE level = %s AND number = %s", (bytes(page), level, number))
        )
    tamper(log, *changes)


@pytest.mark.parametrize("levels", range(census.LEVELS + 1))
def test_a_census_that_leaves_the_last_event_of_a_dossier_out_is_not_signed(log: Sealed, levels: int) -> None:
    log.post((A, 1), (A, 2), (B, 1))
    before = log.seal()
    forget_the_last(log, A, levels)
    log.post((B, 2) if levels == census.LEVELS else (A, 2))
    with pytest.raises(SealRefused, match="census of events"):
        log.again().step(log.connection)
    assert reading.checkpoint(log.connection) == before


@pytest.mark.parametrize("column", ["root", "census"])
def test_columns_beside_the_signed_note_are_not_signed(log: Sealed, column: str) -> None:
    log.post((A, 1))
    log.seal()
    tamper(log, (f"UPDATE seal.checkpoint SET {column} = set_byte({column}, 0, 255)".encode(), ()))
    with pytest.raises(SealRefused, match="not one that was signed"):
        log.again().step(log.connection)


def test_an_end_that_was_cut_off_is_refused_though_the_seal_still_stands(log: Sealed) -> None:
    log.post((A, 1), (A, 2))
    log.seal()
    tamper(log, ("DELETE FROM journal.event WHERE position = 2", ()))
    with pytest.raises(SealRefused, match="the log has 1 events"):
        log.again().step(log.connection)


BROKEN: list[tuple[Query, str]] = [
    ("UPDATE seal.census SET entries = substring(entries FOR 63)", "bucket of the census was cut off"),
    ("UPDATE seal.census SET entries = entries || '\\x00'", "bucket of the census was cut off"),
    ("UPDATE seal.census_page SET hashes = hashes || '\\x00' WHERE level = 2", "page of the census was cut off"),
    ("UPDATE seal.census_page SET hashes = '' WHERE level = 0", "page of the census was cut off"),
    ("DELETE FROM seal.tile", "tile of the tree of events is missing or cut off"),
]


@pytest.mark.parametrize(("change", "reason"), BROKEN)
def test_what_no_longer_has_the_length_that_was_written_is_refused_by_name(
    log: Sealed, change: Query, reason: str
) -> None:
    log.post((A, 1), (B, 1))
    before = log.seal()
    with psycopg.connect(log.database.owner, autocommit=True) as owner:
        owner.execute("ALTER TABLE seal.census DROP CONSTRAINT census_entries_check")
        owner.execute("ALTER TABLE seal.census_page DROP CONSTRAINT census_page_hashes_check")
    tamper(log, (change, ()))
    log.post((A, 2), (B, 2))
    with pytest.raises(SealRefused, match=reason):
        log.again().step(log.connection)
    assert reading.checkpoint(log.connection) == before


def test_a_missing_tile_makes_no_root_that_was_signed(log: Sealed) -> None:
    """Where the file beside the key and the checkpoint differ, the root is made again."""
    log.post((A, 1), (B, 1))
    log.seal()
    tamper(log, ("DELETE FROM seal.tile", ()), ("UPDATE seal.checkpoint SET note = note || '-'", ()))
    with pytest.raises(SealRefused, match="the first 2 events are not those that were signed"):
        log.again().step(log.connection)
