"""Programmes: objectives that several organisations share over many dossiers, summed, beside what they set out for."""

from __future__ import annotations

from decimal import Decimal
from importlib.resources import files
from itertools import chain
from typing import Any

import psycopg

from dossier.database.queries import queries
from dossier.programme_targets import Target, of_programme

SQL = queries(files("projections.dossiers") / "programmes.sql")
Connection = psycopg.Connection[Any]


def programmes(connection: Connection) -> list[dict[str, Any]]:
    """Every programme: how many dossiers and objectives it has, and whose it is."""
    return [
        {"programme": programme, "dossiers": dossiers, "objectives": objectives, "agencies": agencies}
        for programme, dossiers, objectives, agencies in connection.execute(SQL["programmes"])
    ]


def objectives(connection: Connection, programme: str, day: str) -> dict[str, Any] | None:
    """A programme's objectives over all its dossiers, as on a day, and its targets; None when nothing names it."""
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return _objectives(connection, {"programme": programme, "day": day})


def _objectives(connection: Connection, asked: dict[str, str]) -> dict[str, Any] | None:
    rows = connection.execute(SQL["objectives"], asked).fetchall()
    targets = of_programme(connection, asked["programme"])
    if not rows and not targets:
        return None
    agencies = dict(connection.execute(SQL["agencies"], asked).fetchall())
    blockers: dict[str, list[dict[str, Any]]] = {}
    for objective_id, blocker, dossiers in connection.execute(SQL["blockers"], asked):
        blockers.setdefault(objective_id, []).append({"blocker": blocker, "dossiers": dossiers})
    taking_part = connection.execute(SQL["dossiers"], asked).fetchone()
    summed = [_summed(row, agencies.get(row[0], []), blockers.get(row[0], [])) for row in rows]
    reached = {one["objective_id"]: one["target_reached"] or 0 for one in summed}
    return {
        "programme": asked["programme"],
        "dossiers": taking_part[0] if taking_part else 0,
        "agencies": sorted({*chain(*agencies.values(), *(target.agencies for target in targets))}),
        "objectives": summed,
        "targets": [_aimed(target, reached.get(target.objective_id, 0), asked["day"]) for target in targets],
    }


def _aimed(target: Target, reached: float, day: str) -> dict[str, Any]:
    """A target beside what the dossiers of the programme reached of it."""
    return {
        "objective_id": target.objective_id,
        "kind": target.kind,
        "target": _plain(target.target),
        "due": target.due,
        "agencies": target.agencies,
        "set_by": target.set_by,
        "reached": reached,
        "percent": _plain(100 * Decimal(str(reached)) / target.target),
        "overdue": target.due is not None and target.due < day and reached < target.target,
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
