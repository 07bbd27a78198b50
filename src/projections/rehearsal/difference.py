"""The difference between two rulesets: which fields of a dossier and which cells of a figure say something else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import orjson

from projections.rulesets.reach import FIELD_READS, reads

KEYS = frozenset({"id", "version", "position", "generation", "because"})
"""Members that say which state it is, not what it says."""


class Change(NamedTuple):
    """One field of one dossier, before and after, with the changed rules it reads and the positions it comes from.

    `on` is the day (ISO text) it is said of; None where it does not change with the day.
    """

    field: str
    before: Any
    after: Any
    rules: list[str]
    positions: list[str]
    on: str | None = None


class Moved(NamedTuple):
    """One cell of an indicator, before and after; None where there is no such cell, or where it is hidden.

    `row` has its dimensions in the order they were asked by. `hidden` says whether it was hidden before and is after;
    None where the two figures were compared without disclosure control; `on` is the day by whose rules they were
    controlled. `rules` are the changed rules that the figure reads.
    """

    indicator: str
    row: dict[str, Any]
    before: Any
    after: Any
    hidden: tuple[bool, bool] | None = None
    on: str | None = None
    rules: Sequence[str] = ()


def changes(before: dict[str, Any], after: dict[str, Any], changed: Sequence[str]) -> list[Change]:
    """What two states of a dossier say differently, leaf by leaf; lists are compared whole."""
    return [_change(path, old, new, before, after, changed) for path, old, new in _leaves((), before, after)]


def _leaves(path: tuple[str, ...], before: Any, after: Any) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    if isinstance(before, dict) and isinstance(after, dict):
        for name in sorted(before.keys() | after.keys()):
            if name not in KEYS:
                yield from _leaves((*path, name), before.get(name), after.get(name))
    elif _said(before) != _said(after):
        yield path, before, after


def _said(value: Any) -> Any:
    """A value without the reasons given for it."""
    if isinstance(value, dict):
        return {name: _said(kept) for name, kept in value.items() if name != "because"}
    if isinstance(value, list):
        return [_said(kept) for kept in value]
    return value


def _change(
    path: tuple[str, ...], old: Any, new: Any, before: dict[str, Any], after: dict[str, Any], changed: Sequence[str]
) -> Change:
    given = _of_items(old, new) or _nearest(path, before, after)
    named = [rule for rule in changed if rule in given.rules]
    declared = [rule for rule in changed if reads(FIELD_READS.get(path[0], ()), rule)]
    return Change(".".join(path), _said(old), _said(new), named or declared, given.positions)


class Reasons(NamedTuple):
    """The rules and the positions that something is said because of."""

    rules: list[str]
    positions: list[str]


def _nearest(path: tuple[str, ...], before: Any, after: Any) -> Reasons:
    """The reasons nearest to a leaf: the rules of both states; the positions of the later one, where it has any."""
    was, now = _because(path, before), _because(path, after)
    return Reasons([*now.rules, *was.rules], now.positions or was.positions)


def _because(path: tuple[str, ...], state: Any) -> Reasons:
    found = Reasons([], [])
    for step in path:
        state = state.get(step) if isinstance(state, dict) else None
        found = _reasons(state) or found
    return found


def _reasons(value: Any) -> Reasons | None:
    """The reasons that something gives for itself, if any."""
    because = value.get("because") if isinstance(value, dict) else None
    if not isinstance(because, dict):
        return None
    rules = because.get("rules") or ([because["rule"]] if "rule" in because else [])
    return Reasons(list(rules), [str(position) for position in because.get("positions", [])])


def _of_items(old: Any, new: Any) -> Reasons | None:
    """The reasons of those items of two lists that are not in both; None where these give none.

    An item that says something else is in neither as the other has it: no name need tell which was which.
    """
    lists = [value if isinstance(value, list) else [] for value in (old, new)]
    said = [[_said(item) for item in items] for items in lists]
    differing = [item for items, theirs in zip(lists, reversed(said), strict=True) for item in items
                 if _said(item) not in theirs]  # fmt: skip
    given = [reasons for item in differing if (reasons := _reasons(item))]
    if not given:
        return None
    positions = {position for reasons in given for position in reasons.positions}
    return Reasons([rule for reasons in given for rule in reasons.rules], sorted(positions, key=int))


MEASURED = frozenset({"value", "n", "low", "high", "suppressed"})
Row = dict[str, Any]


def moved(name: str, before: Sequence[Row], after: Sequence[Row]) -> list[Moved]:
    """The cells of a figure that differ in value or in number of contributors, in the order of their dimensions."""
    return [
        Moved(name, cell, was["value"] if was else None, now["value"] if now else None)
        for cell, was, now in _paired(before, after)
        if was is None or now is None or (was["value"], was["n"]) != (now["value"], now["n"])
    ]


def veiled(name: str, before: Sequence[Row], after: Sequence[Row]) -> list[Moved]:
    """The cells of a controlled figure that one of the two hides and the other shows."""
    return [
        Moved(name, cell, was["value"], now["value"], (was["suppressed"], now["suppressed"]))
        for cell, was, now in _paired(before, after)
        if was and now and was["suppressed"] != now["suppressed"]
    ]


def _paired(before: Iterable[Row], after: Iterable[Row]) -> Iterator[tuple[Row, Row | None, Row | None]]:
    """The cells of two figures by the same dimensions, each with its row in both."""
    old, new = _cells(before), _cells(after)
    for cell in sorted(old.keys() | new.keys()):
        yield orjson.loads(cell), old.get(cell), new.get(cell)


def _cells(rows: Iterable[Row]) -> dict[bytes, Row]:
    """The rows of a figure by their dimensions, which stand in one order in all of them."""
    return {orjson.dumps({k: v for k, v in row.items() if k not in MEASURED}): row for row in rows}
