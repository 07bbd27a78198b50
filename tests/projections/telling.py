"""Histories told in a few words, for tests of what projections make of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.strategies import DOSSIER, NOW

from dossier.catalogue import TYPES, EventCorrected, Fact
from dossier.catalogue.fact import PREFIX
from dossier.commitment import commit, personal_bytes, split
from dossier.event import Event, seal, stamp, unseal
from dossier.writing.wording import read_data
from projections.history.history import History, history_of
from projections.project import Stored

Told = dict[str, Any]
"""One fact: its name with its data, and `at`, `by`, `precision`, `recorded` where they differ from the usual."""


def events(told: Sequence[Told]) -> list[Event]:
    """The events of a dossier in position order, as the log gives them: without the person."""
    return [unseal(stored, position, DOSSIER) for _, position, stored in log(told)]


def log(told: Sequence[Told]) -> list[Stored]:
    """The same as stored rows. Positions count from 1."""
    kinds: list[type[Fact]] = []
    rows: list[Stored] = []
    for position, one in enumerate(told, 1):
        said = dict(one)
        at, by, precision = said.pop("at", "2024-03-01"), said.pop("by", "hub"), said.pop("precision", "day")
        recorded = said.pop("recorded", stamp(NOW))
        ((name, data),) = said.items()
        kind = TYPES[f"{PREFIX}{name}.v1"]
        fact = read_data(kind, data)
        target = kinds[int(data["corrects"]) - 1] if kind is EventCorrected else None
        kinds.append(kind)
        public, personal = split(fact, target)
        sealed = commit(b"\0" * 32, personal_bytes(personal)) if personal else None
        time = str(at) if "T" in str(at) else f"{at}T09:00:00+01:00"
        event = Event(
            DOSSIER, position, position, by, f"urn:{by}", f"e{position}", time, precision, recorded, fact, sealed
        )
        rows.append((position, position, seal(event, public)))
    return rows


def history(told: Sequence[Told]) -> History:
    """The history they make."""
    return history_of(DOSSIER, events(told))
