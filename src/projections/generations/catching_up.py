"""Catching up: a generation beside the one served takes in what the log has recorded since it was built."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg

from projections.generations import live, store
from projections.rulesets.ruleset import Ruleset

BATCH = 5_000
"""Events a transaction takes at the most."""


def caught_up(connection: psycopg.Connection[Any], generation: int, position: int, rules: Ruleset) -> int:
    """Catch up batch by batch until nothing is left; the position reached."""
    while (reached := catch_up(connection, generation, position, rules)) > position:
        position = reached
    return position


def catch_up(
    connection: psycopg.Connection[Any],
    generation: int,
    position: int,
    rules: Ruleset,
    *,
    until: int = store.ENDLESS,
    refreshed: set[UUID] | None = None,
) -> int:
    """Project what one batch of later events touched into a generation; the position reached.

    `refreshed` is told which dossiers were.
    """
    with connection.transaction():
        rows = connection.execute(store.SQL["touched"], (position, until, BATCH)).fetchall()
        if rows:
            own = store.Generation(generation, rules.id, rules.digest, position)
            touched = {dossier for _, dossier in rows}
            position = rows[-1][0]
            live.refresh(connection, own, touched, until=position)
            connection.execute(store.SQL["advance"], (position, generation))
            if refreshed is not None:
                refreshed |= touched
        return position
