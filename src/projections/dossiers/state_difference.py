"""The difference between two states of a dossier, field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

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
    was, now = (identified(items, keys) for items in (before, after))
    found: list[Change] = []
    for identity in sorted(was.keys() | now.keys()):
        found += _of_field(f"{path}/{_escaped(identity)}", "", was.get(identity), now.get(identity))
    return found


def identified(items: Sequence[Any], keys: tuple[str, ...]) -> dict[str, Any]:
    """The items of a list by what tells them apart; of several that nothing does, all but the first are numbered."""
    found: dict[str, Any] = {}
    alike: dict[str, int] = {}
    for item in items:
        name = " ".join([str(item[key]) for key in keys if item.get(key) is not None])
        alike[name] = count = alike.get(name, 0) + 1
        found[name if count == 1 else f"{name} #{count}"] = item
    return found


def _listed(value: Any) -> bool:
    return value is None or isinstance(value, list)


def _nothing(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(_nothing(one) for one in value.values())
    return value is None or value == []


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")
