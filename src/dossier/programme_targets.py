"""Targets of programmes: what organisations set out to reach together, over all dossiers that take part."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from importlib.resources import files
from typing import Any, NamedTuple

import psycopg
from psycopg.rows import class_row

from dossier.database.queries import queries

SQL = queries(files("dossier") / "programme_targets.sql")
Connection = psycopg.Connection[Any]


class Target(NamedTuple):
    """What a programme is to reach of an objective, until `due` (ISO text); `agencies` set out for it together."""

    programme: str
    objective_id: str
    kind: str | None
    target: Decimal
    due: str | None
    agencies: list[str]
    set_by: str


class NotOfTheGroup(Exception):
    """Whoever would change a target is not among those who set out for it."""


def put(connection: Connection, target: Target, by: Collection[str]) -> None:
    """Set a target, or change it on behalf of one of `by`. Raises NotOfTheGroup."""
    with connection.transaction():
        _held(connection, target.programme, target.objective_id, by)
        connection.execute(SQL["put"], target._asdict())


def withdraw(connection: Connection, programme: str, objective_id: str, by: Collection[str]) -> bool:
    """Aim at a target no longer; false when there is none. Raises NotOfTheGroup."""
    with connection.transaction():
        found = _held(connection, programme, objective_id, by)
        connection.execute(SQL["withdraw"], {"programme": programme, "objective_id": objective_id})
    return found


def of_programme(connection: Connection, programme: str) -> list[Target]:
    """The targets of a programme by their objectives."""
    with connection.cursor(row_factory=class_row(Target)) as cursor:
        return cursor.execute(SQL["of_programme"], (programme,)).fetchall()


def _held(connection: Connection, programme: str, objective_id: str, by: Collection[str]) -> bool:
    """Whether a target is there, kept from changing until the transaction ends."""
    row = connection.execute(SQL["held"], {"programme": programme, "objective_id": objective_id}).fetchone()
    if row is not None and set(by).isdisjoint(row[0]):
        raise NotOfTheGroup
    return row is not None
