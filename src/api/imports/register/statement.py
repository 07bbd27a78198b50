"""A statement: what the register has said of an enterprise in one dossier, and the events that bring it up to date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from api.imports.dates import rfc3339
from api.imports.register.record import Record
from dossier.amendment import amend
from dossier.catalogue import EnterpriseCeased, EnterpriseCreated, PersonalDataErased
from dossier.catalogue.fact import PREFIX
from dossier.commitment import as_json
from dossier.event import Event

Made = dict[str, Any]


class Statement(NamedTuple):
    """What the register's events of one enterprise in one dossier amount to; whoever said that it `ceased`."""

    created: Event | None
    ceased: Event | None
    ceased_by_register: bool
    erased: bool


def statement(events: Sequence[Event], number: str, agency: str) -> Statement:
    """Read a dossier's events, personal fields joined, for what this agency has said of an enterprise."""
    facts = amend(events).facts
    of_number = [event for event in facts if getattr(event.data, "legal_identifier", None) == number]
    created = [e for e in of_number if isinstance(e.data, EnterpriseCreated) and e.agency == agency]
    ceased = [e for e in of_number if isinstance(e.data, EnterpriseCeased)]
    erased = any(isinstance(event.data, PersonalDataErased) for event in facts)
    by_register = next((event for event in ceased if event.agency == agency), None)
    return Statement(
        created[0] if created else None, by_register or (ceased[0] if ceased else None), by_register is not None, erased
    )


def events_due(known: Statement, record: Record | None, number: str, day: datetime) -> list[Made]:
    """The events by which a dossier says what an extract of this day does; none where it does already.

    No record means that a full extract, which has active enterprises alone, does not have this one any more.
    """
    snapshot = day.date().isoformat()
    if record is None:
        if known.created is None or known.ceased is not None:
            return []
        data = {"legal_identifier": number, "local_term": f"not in the extract of {snapshot}"}
        return [_made("enterprise-ceased", f"{number}/{snapshot}/ceased", day, data, "month")]
    due: list[Made] = []
    if known.ceased_by_register and known.ceased is not None:
        back = {"corrects": str(known.ceased.position)}
        due.append(_made("event-retracted", f"{number}/{snapshot}/returned", day, back))
    assert record.started is not None
    data = {name: value for name, value in record.data.items() if not (known.erased and name == "legal_name")}
    if known.created is None:
        due.append(_made("enterprise-created", f"{number}/created", record.started, data))
    elif as_json(known.created.data) != data or known.created.happened != record.started:
        change = {"corrects": str(known.created.position), "data": data, "time": rfc3339(record.started)}
        due.append(_made("event-corrected", f"{number}/{snapshot}/corrected", day, change))
    return due


def _made(name: str, event_id: str, time: datetime, data: Made, precision: str = "day") -> Made:
    return {
        "specversion": "1.0",
        "id": event_id,
        "type": f"{PREFIX}{name}.v1",
        "time": rfc3339(time),
        "timeprecision": precision,
        "data": data,
    }
