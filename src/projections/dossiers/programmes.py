"""Programmes: objectives that several organisations share over many dossiers, summed."""

from __future__ import annotations

from decimal import Decimal
from importlib.resources import files
from typing import Any

import psycopg

from dossier.database.queries import queries

SQL = queries(files("projections.dossiers") / "programmes.sql")
Connection = psycopg.Connection[Any]


def programmes(connection: Connection) -> list[dict[str, Any]]:
    """Every programme: how many dossiers and objectives it has, and whose it is."""
    return [
        {"programme": programme, "dossiers": dossiers, "objectives": objectives, "agencies": agencies}
        for programme, dossiers, objectives, agencies in connection.execute(SQL["programmes"])
    ]


def objectives(connection: Connection, programme: str, day: str) -> dict[str, Any] | None:
    """A programme's objectives over all its dossiers, as they are on a day; None when no objective names it."""
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return _objectives(connection, {"programme": programme, "day": day})


def _objectives(connection: Connection, asked: dict[str, str]) -> dict[str, Any] | None:
    rows = connection.execute(SQL["objectives"], asked).fetchall()
    if not rows:
        return None
    agencies = dict(connection.execute(SQL["agencies"], asked).fetchall())
    blockers: dict[str, list[dict[str, Any]]] = {}
    for objective_id, blocker, dossiers in connection.execute(SQL["blockers"], asked):
        blockers.setdefault(objective_id, []).append({"blocker": blocker, "dossiers": dossiers})
    taking_part = connection.execute(SQL["dossiers"], asked).fetchone()
    return {
        "programme": asked["programme"],
        "dossiers": taking_part[0] if taking_part else 0,
        "agencies": sorted({agency for own in agencies.values() for agency in own}),
        "objectives": [_summed(row, agencies.get(row[0], []), blockers.get(row[0], [])) for row in rows],
    }


def _summed(row: tuple[Any, ...], agencies: list[str], blockers: list[dict[str, Any]]) -> dict[str, Any]:
    objective_id, kinds, dossiers, open_, overdue, reached, dropped, target, achieved, percent, first, last = row
    return {
        "objective_id": objective_id,
        "kinds": sorted(kinds or []),
        "agencies": agencies,
        "dossiers": dossiers,
        "open": open_,
        "overdue": overdue,
        "reached": reached,
        "dropped": dropped,
        "target": _plain(target),
        "target_reached": _plain(achieved),
        "percent": _plain(percent),
        "first_due": first,
        "last_due": last,
        "blockers": blockers,
    }


def _plain(value: Decimal | None) -> int | float | None:
    """A sum or mean as JSON has it, of one decimal at the most."""
    if value is None:
        return None
    rounded = round(float(value), 1)
    return int(rounded) if rounded.is_integer() else rounded
