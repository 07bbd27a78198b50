"""An event: a fact with who posted it, about whom, and when. And the bytes it is stored as."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, Literal, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson

from dossier.canonical import canonical
from dossier.catalogue import Fact
from dossier.upcasting import today

BRUSSELS = ZoneInfo("Europe/Brussels")
Precision = Literal["day", "month", "year"]
ALWAYS = itemgetter("version", "agency", "source", "id", "time", "timeprecision", "recordedtime")
"""What every stored event says beside its type, its data and its dossier."""


_instant = lru_cache(maxsize=4_096)(datetime.fromisoformat)
"""Days come again and again, and each event's more than once."""


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
        return _instant(self.time)

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
    return opened(orjson.loads(stored), position, dossier)


def opened(body: dict[str, Any], position: int, dossier: UUID | None = None) -> Event:
    """What stored bytes say, already parsed -> the event, its data brought to the current version of its type."""
    version, agency, source, id_, time, precision, recordedtime = ALWAYS(body)
    kind, data = today(body["type"], body["data"])
    said = body.get
    about = dossier or UUID(body["dossier"])
    return tuple.__new__(  # as the class does, without its keywords: a log holds millions of these
        Event,
        (about, version, position, agency, source, id_, time, precision, recordedtime, restore(kind, data),
         said("personal"), said("correlationid"), said("causationid")),
    )  # fmt: skip


def restore(kind: type[Fact], data: dict[str, Any]) -> Fact:
    """A fact from data that was checked when it was stored; the data becomes its own.

    No check is done again, which makes it fifty times faster.
    """
    if kind.ALIASES:
        data = dict(data)
        for name, alias in kind.ALIASES.items():
            if alias in data:
                data[name] = data.pop(alias)
    fact = object.__new__(kind)
    object.__setattr__(fact, "__dict__", data)
    return fact


def stamp(instant: datetime) -> str:
    """An instant as the log writes it; such texts sort as the instants do."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def in_brussels(instant: datetime) -> datetime:
    """An instant by the clocks of Brussels; in the last hour of the calendar, which they never show, by its own."""
    try:
        return instant.astimezone(BRUSSELS)
    except OverflowError:
        return instant


def day_of(instant: datetime) -> str:
    """The day of an instant in Brussels, as ISO text."""
    return in_brussels(instant).date().isoformat()
