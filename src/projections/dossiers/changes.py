"""What changed on a dossier between two positions: the facts the log took since, and the state field by field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from dossier.event import Event
from projections.dossiers.dossiers import AsOf, Dossiers
from projections.dossiers.state_difference import Change, difference


class Changes(NamedTuple):
    """What is newly known since a position, and how that moved the state; up to `position` and `version`."""

    entries: list[dict[str, Any]]
    differences: list[Change]
    position: int
    version: int
    agencies: set[str]


def changes(dossiers: Dossiers, dossier: UUID, since: int, *, personal: bool) -> Changes | None:
    """What changed after a position; None when there is no such dossier."""
    history = dossiers.history(dossier, AsOf(), personal=False)
    facts = dossiers.timeline(dossier, AsOf(), personal=personal)
    after = dossiers.state(dossier, AsOf(), personal=personal)
    if history is None or facts is None or after is None:
        return None
    known = [event for event in history.events if event.position <= since]
    before = dossiers.state(dossier, _as_of(known[-1]), personal=personal) if known else None
    return Changes(
        [entry for entry in facts.document if newly_known(entry, since)],
        difference(before.document if before else {}, after.document),
        int(after.document["position"]),
        after.version,
        facts.agencies,
    )


def _as_of(last: Event) -> AsOf:
    """As the log knew it with an event: by its position, for those of one batch are recorded at one instant."""
    return AsOf(position=last.position, reached=datetime.fromisoformat(last.recordedtime))


def position_at(dossiers: Dossiers, dossier: UUID, instant: datetime) -> int:
    """The position of the last event that the log had taken on a dossier by an instant; 0 for none."""
    history = dossiers.history(dossier, AsOf(known=instant), personal=False)
    return history.position if history else 0


def newly_known(entry: Mapping[str, Any], since: int) -> bool:
    """Whether a fact was recorded, corrected or retracted after a position."""
    return any(int(entry.get(name, 0)) > since for name in ("position", "corrected_by", "retracted_by"))
