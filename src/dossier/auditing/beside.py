"""What is kept beside the log: idempotency keys, the vault, who holds which enterprise number, and migrations run."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

import orjson

from dossier.amendment import amend
from dossier.auditing.events import SQL, Connection
from dossier.database.migrate import digests
from dossier.event import unseal
from dossier.folding import search_words
from dossier.state import fold
from dossier.verification.wrong import Wrong, expect


def check_keys(connection: Connection) -> None:
    """That every event has the key of its source and id, and that there are no other keys; the database computes it."""
    if row := connection.execute(SQL["wrong_key"]).fetchone():
        where = f"position {row[0]}" if row[0] is not None else f"key {row[1]}"
        raise Wrong(f"journal.event_key: {where}: it is not the key of an event's source and id")


def check_vault(connection: Connection) -> None:
    """That the vault opens every commitment that nothing erased, holds no more, and is found by its own words."""
    if row := connection.execute(SQL["wrong_commitment"]).fetchone():
        where = f"position {row[0]}" if row[0] is not None else f"dossier {row[1]}, version {row[2]}"
        raise Wrong(f"vault.entry: {where}: {row[3]}")
    for dossier, version, personal, words in connection.execute(SQL["vault"]):
        try:
            expected = search_words(orjson.loads(personal))
        except (ValueError, TypeError, AttributeError):
            raise Wrong(f"vault.entry: dossier {dossier}, version {version}: it holds no personal fields") from None
        said = "its search words are others: `dossier rebuild` makes anew those of an older version"
        expect(words == expected, f"vault.entry: dossier {dossier}, version {version}: {said}")


def check_holdings(connection: Connection) -> None:
    """That exactly the dossiers whose events say so hold an enterprise number."""
    held: dict[bytes, set[str]] = {}
    for dossier, number in connection.cursor(binary=True).execute(SQL["holdings"]):
        held.setdefault(dossier, set()).add(number)
    with closing(_histories(connection)) as histories:
        for dossier, rows in histories:
            said = _enterprises(rows, f"journal.event: position {rows[0][0]}: its dossier")
            own = held.pop(dossier, set())
            expect(own == said, f"journal.holding: dossier {UUID(bytes=dossier)} holds other enterprise numbers")
    expect(not held, "journal.holding: a dossier that the log does not know holds an enterprise number")


def _enterprises(rows: list[tuple[int, bytes]], what: str) -> set[str]:
    """The enterprises that a dossier's events, each with its position, say it holds."""
    try:
        events = [unseal(stored, position) for position, stored in rows]
        return set(fold(amend(events).facts, len(events)).enterprises)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise Wrong(f"{what} has an event that no state can be made of: {type(error).__name__}") from None


def check_migrations(connection: Connection) -> None:
    """That the database had the migrations of this version, with their text, and no others."""
    held, own = dict(connection.execute(SQL["migrations"]).fetchall()), digests()
    for name in sorted({*held, *own}):
        expect(held.get(name) == own.get(name), f"public.migration: {name} is not as this version has it")


def _histories(connection: Connection) -> Generator[tuple[bytes, list[tuple[int, bytes]]], None, None]:
    with connection.cursor().copy(SQL["histories"]) as copy:
        copy.set_types(["bytea", "int8", "bytea"])
        rows: Any = copy.rows()
        for dossier, own in groupby(rows, key=itemgetter(0)):
            yield dossier, [(position, stored) for _, position, stored in own]
