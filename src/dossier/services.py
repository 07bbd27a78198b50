"""Services: what each organisation offers to entrepreneurs, and whether there is room."""

from __future__ import annotations

from importlib.resources import files
from typing import Any, Literal, NamedTuple

import psycopg
from psycopg.rows import class_row

from dossier.database.queries import queries

SQL = queries(files("dossier") / "services.sql")
Capacity = Literal["open", "limited", "closed"]


class Service(NamedTuple):
    """A service an organisation offers; its `capacity` holds through the day `until` (ISO text), for good without."""

    agency: str
    service: str
    capacity: Capacity
    until: str | None = None
    note_fr: str | None = None
    note_nl: str | None = None
    note_en: str | None = None

    def on(self, day: str) -> Service:
        """What is offered on a day: a capacity that has lapsed says nothing any longer, and the service is open."""
        lapsed = self.until is not None and self.until < day
        return Service(self.agency, self.service, "open") if lapsed else self


def offer(connection: psycopg.Connection[Any], service: Service) -> None:
    """Add a service of an organisation, or change its capacity."""
    connection.execute(SQL["offer"], service._asdict())


def withdraw(connection: psycopg.Connection[Any], agency: str, service: str) -> bool:
    """Take a service of an organisation away; false when it did not offer it."""
    return connection.execute(SQL["withdraw"], (agency, service)).fetchone() is not None


def offered(
    connection: psycopg.Connection[Any], *, agency: str | None = None, service: str | None = None
) -> list[Service]:
    """The services of an organisation, or of all, by their names."""
    with connection.cursor(row_factory=class_row(Service)) as cursor:
        return cursor.execute(SQL["offered"], {"agency": agency, "service": service}).fetchall()
