"""What an organisation knew of a dossier by an instant: found for an auditor, and as a document."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from api.answers.clocks import instant_of
from api.webhooks.ledger import KEPT_DAYS
from api.webhooks.store import delivered
from dossier.event import stamp
from dossier.ledger import Asked
from dossier.log import Log
from dossier.refusals import refused
from projections.dossiers.dossiers import AsOf, Dossiers
from projections.dossiers.known_by import Delivery, Evidence, Known, known_by
from projections.history.history import History

MOMENT = timedelta(microseconds=1)
LAST = datetime(9999, 12, 31, 23, 59, 59, 999_998, UTC)
"""The last instant that one comes after."""
Document = dict[str, Any]


def knowledge(log: Log, dossier: UUID, agency: str, instant: datetime) -> tuple[History, Known] | None:
    """A dossier as the log knew it at an instant, and what an organisation knew of it; None when it was not there.

    It holds the person: the caller records the reading before it is shown.
    """
    dossiers = Dossiers(log.journal)
    history = dossiers.history(dossier, AsOf(known=instant), personal=True)
    if history is None:
        return None
    asked = Asked(dossier, agency, end=min(instant, LAST) + MOMENT)
    positions = [event.position for event in history.events]
    deliveries = [Delivery(*one) for one in delivered(log.journal, agency, positions, instant)]
    readings = log.ledger.walk(asked=asked)
    return history, known_by(dossier, history.events, agency, readings, deliveries, dossiers.rules(), instant)


def told(dossier: UUID, agency: str, instant: datetime, found: Known, since: datetime) -> Document:
    """The document of what was found; `since` is when the access ledger began: what was read before is not known."""
    return {
        "dossier": str(dossier),
        "agency": agency,
        "on": stamp(instant),
        "on_record": {"readings_since": stamp(since), "deliveries_kept_days": KEPT_DAYS},
        "events": [
            {
                "position": str(event.position),
                "type": event.type,
                "agency": event.agency,
                "time": event.time,
                "timeprecision": event.timeprecision,
                "recordedtime": event.recordedtime,
                "known": bool(evidence),
                "because": _evidence(evidence),
            }
            for event, evidence in found.events
        ],
        "state": found.state,
        "unknown": [change._asdict() for change in found.unknown],
    }


def _evidence(evidence: Iterable[Evidence]) -> list[Document]:
    return [
        {"how": one.how, "at": stamp(one.at), **({"reading": str(one.reading)} if one.reading else {})}
        for one in evidence
    ]


def end_of(on: str) -> datetime:
    """The instant that a day ends at, or that is given. Raises Refused."""
    try:
        day = len(on) == len("2026-03-09")
        return instant_of(on, end=True) - MOMENT * day
    except (ValueError, OverflowError):
        raise refused("invalid", "A date like 2026-03-09, or an RFC 3339 time.", ("/on", "not a time")) from None
