"""An event: a fact with who posted it, about whom, and when. And the bytes it is stored as."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson

from dossier.canonical import canonical
from dossier.catalogue import Fact
from dossier.upcasting import today

BRUSSELS = ZoneInfo("Europe/Brussels")
Precision = Literal["day", "month", "year"]


class Event(NamedTuple):
    """One event. `time` is as the agency gave it; `recordedtime` is the log's, UTC to the microsecond.

    `position` is 0 until the log has taken it. `data` lacks its personal fields unless they were joined from the
    vault; `personal` is the commitment to them, or None where the event never had any.
    """

    dossier: UUID
    version: int
    position: int
    agency: str
    source: str
    id: str
    time: str
    timeprecision: Precision
    recordedtime: str
    data: Fact
    personal: str | None = None
    correlationid: str | None = None
    causationid: str | None = None

    @property
    def type(self) -> str:
        """The full name of the event's type, with its version."""
        return self.data.TYPE

    @property
    def happened(self) -> datetime:
        """`time` as an instant."""
        return datetime.fromisoformat(self.time)

    @property
    def originator_id(self) -> UUID:
        """The dossier, under the name the `eventsourcing` library knows."""
        return self.dossier

    @property
    def originator_version(self) -> int:
        """The version, under the name the `eventsourcing` library knows."""
        return self.version


def seal(event: Event, public: dict[str, Any]) -> bytes:
    """The canonical bytes an event is stored as; `public` is its data without personal fields."""
    body: dict[str, Any] = {
        "agency": event.agency,
        "data": public,
        "dossier": event.dossier,
        "id": event.id,
        "recordedtime": event.recordedtime,
        "source": event.source,
        "time": event.time,
        "timeprecision": event.timeprecision,
        "type": event.data.TYPE,
        "version": event.version,
    }
    if event.personal is not None:
        body["personal"] = event.personal
    if event.correlationid is not None:
        body["correlationid"] = event.correlationid
    if event.causationid is not None:
        body["causationid"] = event.causationid
    return canonical(body)


def unseal(stored: bytes, position: int, dossier: UUID | None = None) -> Event:
    """Stored bytes -> the event, its data brought to the current version of its type.

    Give the `dossier` when it was read beside them: that saves parsing it again.
    """
    body = orjson.loads(stored)
    kind, data = today(body["type"], body["data"])
    return Event(
        dossier or UUID(body["dossier"]),
        body["version"],
        position,
        body["agency"],
        body["source"],
        body["id"],
        body["time"],
        body["timeprecision"],
        body["recordedtime"],
        restore(kind, data),
        body.get("personal"),
        body.get("correlationid"),
        body.get("causationid"),
    )


def restore(kind: type[Fact], data: dict[str, Any]) -> Fact:
    """A fact from data that was checked when it was stored: no check is done again (fifty times faster)."""
    fact = object.__new__(kind)
    fields = fact.__dict__
    fields.update(data)
    for name, alias in kind.ALIASES.items():
        if alias in fields:
            fields[name] = fields.pop(alias)
    return fact


def stamp(instant: datetime) -> str:
    """An instant as the log writes it; such texts sort as the instants do."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def day_of(instant: datetime) -> str:
    """The day of an instant in Brussels, as ISO text."""
    return instant.astimezone(BRUSSELS).date().isoformat()
