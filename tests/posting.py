"""CloudEvents as agencies post them, and the agencies who do."""

from __future__ import annotations

from itertools import count
from typing import Any
from uuid import UUID

from dossier.agencies import Agency
from dossier.catalogue import TYPES
from dossier.journal import Recorded
from dossier.log import Log
from dossier.refusals import Refusal
from dossier.writing import Accepted, Outcome
from dossier.writing.registration import new_dossier_id

HUB = Agency("hub", "hub.brussels", "hub.brussels", "hub.brussels", "https://hub.example/dossiers")
INNOVIRIS = Agency("innoviris", "Innoviris", "Innoviris", "Innoviris", "https://innoviris.example")
FINANCE = Agency("finance", "finance", "finance", "finance", "urn:finance")
AGENCIES = {agency.id: agency for agency in (HUB, INNOVIRIS, FINANCE)}

PERSON = {"given_name": "Amina", "family_name": "Benali"}
NUMBERS = iter(f"{n:08d}{97 - n % 97:02d}" for n in range(4_030_200, 9_999_999))
"""Enterprise numbers that no other test uses."""

_ids = count(1)


def cloud_event(
    name: str, data: dict[str, Any], subject: UUID | str, agency: Agency = HUB, /, **changed: Any
) -> dict[str, Any]:
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


def post(log: Log, *events: dict[str, Any], agency: Agency = HUB, **how: Any) -> list[Outcome]:
    """Post events and wait for what became of them."""
    return log.post(events, agency, **how).result(30)


def accepted(outcome: Outcome) -> Recorded:
    """What the log holds, of an event that it took now."""
    assert isinstance(outcome, Accepted), outcome
    assert not outcome.duplicate
    return outcome.recorded


def repeated(outcome: Outcome) -> int:
    """The position of an event that the log had before."""
    assert isinstance(outcome, Accepted), outcome
    assert outcome.duplicate
    return outcome.recorded.position


def refused(outcome: Outcome) -> Refusal:
    """Why an event was turned down."""
    assert isinstance(outcome, Refusal), outcome
    return outcome


def opened(log: Log, *events: tuple[str, dict[str, Any]]) -> UUID:
    """A new dossier with these facts."""
    dossier = new_dossier_id()
    facts = [("dossier-opened", {}), *events]
    for outcome in post(log, *(cloud_event(name, data, dossier) for name, data in facts)):
        accepted(outcome)
    return dossier


def contact(dossier: UUID | str, **changed: Any) -> dict[str, Any]:
    """A fact that any state takes."""
    return cloud_event("contact-made", {"channel": "phone"}, dossier, **changed)
