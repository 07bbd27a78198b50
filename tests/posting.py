"""CloudEvents as agencies post them, and the agencies who do."""

from __future__ import annotations

from itertools import count
from typing import Any
from uuid import UUID

from dossier.agencies import Agency
from dossier.catalogue import TYPES
from dossier.writing import Accepted, Outcome

HUB = Agency("hub", "hub.brussels", "hub.brussels", "hub.brussels", "https://hub.example/dossiers")
INNOVIRIS = Agency("innoviris", "Innoviris", "Innoviris", "Innoviris", "https://innoviris.example")
FINANCE = Agency("finance", "finance", "finance", "finance", "urn:finance")
AGENCIES = {agency.id: agency for agency in (HUB, INNOVIRIS, FINANCE)}

_ids = count(1)


def cloud_event(name: str, data: dict[str, Any], subject: UUID | str, agency: Agency = HUB, /, **changed: Any) -> dict[str, Any]:
    """A valid CloudEvent of an agency; `changed` replaces attributes, None takes one away."""
    event = {
        "specversion": "1.0",
        "id": f"e{next(_ids)}",
        "source": agency.source_prefix,
        "type": f"brussels.dossier.{name}.v1",
        "subject": str(subject),
        "time": "2026-03-02T09:00:00+01:00",
        "data": data,
        **changed,
    }
    return {name: value for name, value in event.items() if value is not None}


def short(outcome: Outcome) -> str:
    """An outcome in a word: `accepted`, `repeated` or the slug of its refusal."""
    if isinstance(outcome, Accepted):
        return "repeated" if outcome.duplicate else "accepted"
    return outcome.slug


def names() -> list[str]:
    """The names of every type in the catalogue."""
    return [kind.NAME for kind in TYPES.values()]
