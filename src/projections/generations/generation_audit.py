"""What a generation says of itself against the log: what it was set aside, and what its parts were built from.

Who made it and when, the hash of what it held when it was switched to, and how far a build has come follow from no log:
where the log stood at the switch is on no record.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg

from dossier.verification.wrong import expect
from projections.generations.generations import SQL
from projections.project import TABLES

Connection = psycopg.Connection[Any]


def check_set_aside(connection: Connection, generation: int, aside: Mapping[int, str]) -> None:
    """That a generation set aside what a replay does, of the same dossiers, for the same reasons."""
    known = dict(connection.execute(SQL["dossiers_of"], (list(aside),)).fetchall())
    made = {position: (known.get(position), reason) for position, reason in aside.items()}
    held = {
        position: (dossier, reason)
        for position, dossier, reason in connection.execute(SQL["set_asides_of"], (generation,))
    }
    for position in sorted({*made, *held}):
        same = made.get(position) == held.get(position)
        expect(same, f"projection.set_aside: position {position} is not set aside as a replay sets it aside")


def check_parts(connection: Connection, generation: int) -> None:
    """That a generation began where its parts say, and that each part holds as many events as the log has up to there.

    One that was copied whole, or begun empty, has no parts.
    """
    row = connection.execute(SQL["begun"], (generation,)).fetchone()
    assert row is not None
    start, position, tables = row
    expect(0 <= start <= position, f"projection.generation: it cannot have been begun at position {start}")
    known = tables is None or (tables == sorted({*tables}) and set(tables) <= set(TABLES))
    expect(known, "projection.generation: it names tables that no generation has")
    held = {part: counts for part, *counts in connection.execute(SQL["built"], (generation,))}
    if not held and not (tables and start):
        return
    made = {part: counts for part, *counts in connection.execute(SQL["parts"], (start,))}
    for part in sorted({*made, *held}):
        same = made.get(part) == held.get(part)
        expect(same, f"projection.part: part {part} was not built from {start} events of this log")
