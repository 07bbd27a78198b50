"""What changed on a dossier between two positions: the facts the log took since, and the state field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from projections.dossiers import AsOf, Dossiers

IDENTITY: dict[str, tuple[str, ...]] = {
    "enterprises": ("legal_identifier",),
    "team": ("agency",),
    "open_referrals": ("referral_id",),
    "open_applications": ("application_id",),
    "objectives": ("objective_id",),
    "premises": ("site", "since"),
    "figures": ("period", "legal_identifier"),
    "mandates": ("agency", "purpose"),
    "flags": ("flag", "application_id"),
}
"""What tells the items of a list apart: they are compared by that, never by their place."""
UNSAID = ("id", "version", "position", "because")
"""Fields that differ whenever anything does."""


class Change(NamedTuple):
    """One field before and after. `field` is a JSON pointer whose steps into lists are names, not numbers."""

    field: str
    before: Any
    after: Any


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
    known = [event.recordedtime for event in history.events if event.position <= since]
    before = (
        dossiers.state(dossier, AsOf(known=datetime.fromisoformat(known[-1])), personal=personal) if known else None
    )
    return Changes(
        [entry for entry in facts.document if newly_known(entry, since)],
        difference(before.document if before else {}, after.document),
        int(after.document["position"]),
        after.version,
        facts.agencies,
    )


def position_at(dossiers: Dossiers, dossier: UUID, instant: datetime) -> int:
    """The position of the last event that the log had taken on a dossier by an instant; 0 for none."""
    history = dossiers.history(dossier, AsOf(known=instant), personal=False)
    return history.position if history else 0


def newly_known(entry: Mapping[str, Any], since: int) -> bool:
    """Whether a fact was recorded, corrected or retracted after a position."""
    return any(int(entry.get(name, 0)) > since for name in ("position", "corrected_by", "retracted_by"))


def difference(before: Mapping[str, Any], after: Mapping[str, Any], path: str = "") -> list[Change]:
    """Field by field in the order of their names; what is equal is left out."""
    found: list[Change] = []
    for name in sorted(before.keys() | after.keys()):
        if name not in UNSAID:
            found += _of_field(f"{path}/{_escaped(name)}", name, before.get(name), after.get(name))
    return found


def _of_field(path: str, name: str, before: Any, after: Any) -> list[Change]:
    if before == after or (_nothing(before) and _nothing(after)):
        return []
    if name in IDENTITY and _listed(before) and _listed(after):
        return _of_list(path, IDENTITY[name], before or [], after or [])
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return difference(before, after, path)
    return [Change(path, before, after)]


def _of_list(path: str, keys: tuple[str, ...], before: Sequence[Any], after: Sequence[Any]) -> list[Change]:
    was, now = ({_identity(item, keys): item for item in items} for items in (before, after))
    found: list[Change] = []
    for identity in sorted(was.keys() | now.keys()):
        found += _of_field(f"{path}/{_escaped(identity)}", "", was.get(identity), now.get(identity))
    return found


def _identity(item: Mapping[str, Any], keys: tuple[str, ...]) -> str:
    return " ".join(str(item[key]) for key in keys if item.get(key) is not None)


def _listed(value: Any) -> bool:
    return value is None or isinstance(value, list)


def _nothing(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(_nothing(one) for one in value.values())
    return value is None or value == []


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")
