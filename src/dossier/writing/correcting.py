"""Correcting: which event an amendment speaks of, and what a correction makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dossier.amendment import amend
from dossier.catalogue import DossierOpened, EventCorrected, EventRetracted, Fact, PersonalDataErased
from dossier.event import Event, restore
from dossier.refusals import refused
from dossier.state import Dossier, fold

AMENDMENTS = (EventCorrected, EventRetracted)


class Change(NamedTuple):
    """What a correction changes: the fact as it counts until now and from now on, whose it is, and all the others."""

    before: Fact
    after: Fact
    agency: str
    others: Dossier


def target_of(fact: EventCorrected | EventRetracted, history: Sequence[Event]) -> Event:
    """The event an amendment speaks of. Raises Refused when there is none, or none that may be amended."""
    target = _at(fact.corrects, history)
    if target is None:
        raise refused(
            "event-unknown",
            "`corrects` is a position of this dossier's history.",
            ("/data/corrects", "unknown"),
        )
    if isinstance(fact, EventCorrected) and isinstance(target.data, AMENDMENTS):
        raise refused(
            "not-correctable",
            "Correct the fact itself, or retract this amendment.",
            ("/data/corrects", "an amendment"),
        )
    if isinstance(target.data, PersonalDataErased) or (
        isinstance(fact, EventRetracted) and isinstance(target.data, DossierOpened)
    ):
        raise refused("not-correctable", f"A {target.data.NAME} event stands.", ("/data/corrects", target.data.NAME))
    return target


def change_of(fact: EventCorrected, history: Sequence[Event]) -> Change:
    """What a correction, its data checked, changes in a history; a retracted fact counts as it was recorded."""
    target = target_of(fact, history)
    facts = amend(history).facts
    before = _at(fact.corrects, facts) or target
    others = fold((event for event in facts if event.position != target.position), len(history))
    return Change(before.data, restore(type(target.data), fact.data), target.agency, others)


def _at(position: str, events: Sequence[Event]) -> Event | None:
    return next((event for event in events if event.position == int(position)), None)
