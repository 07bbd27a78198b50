"""A candidate: what could be published now of indicators that count the same, beside all that was published of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from projections.counting.indicator import Indicator
from projections.disclosure.changing import since
from projections.disclosure.cube import Cube, Flags, Floats, Ints, cube
from projections.disclosure.joint import Joint, joint
from projections.disclosure.layers import Layer, layers
from projections.disclosure.layout import NUMBER, Key
from projections.disclosure.moves import distinct
from projections.disclosure.parameters import Parameters
from projections.disclosure.protection import Before, Protected, TooMuch, Unprotectable, protect
from projections.disclosure.publication import Publication


class Member(NamedTuple):
    """An indicator to be published: what its certificate says, what it is counted from, what was published of it."""

    indicator: Indicator
    told: dict[str, Any]
    given: pa.Table
    known: Sequence[Publication]


class Held(NamedTuple):
    """The cells of all members as one table: what earlier publications tell of them, and which `telling` ones would."""

    joint: Joint
    before: Before
    telling: Flags
    parts: list[tuple[Member, Layer, Cube]]
    rows: list[Ints]
    """Of each part, where the worlds of its last publication stand among all."""

    def cells(self, member: Member) -> tuple[list[Key], Ints]:
        """The cells of a member, as its publication names them, and where each stands."""
        own = [number for number, (of, _, _) in enumerate(self.parts) if of is member]
        keys = [self.parts[number][1].key(key) for number in own for key in self.parts[number][2].keys]
        return keys, np.concatenate([self.joint.places[number] for number in own])

    def worlds(self, member: Member) -> Ints:
        """Where the worlds of a member's last publication stand among all."""
        return next(rows for (of, _, _), rows in zip(self.parts, self.rows, strict=True) if of is member)

    @property
    def must(self) -> Flags:
        """The cells that have to be hidden, whatever else is."""
        found: Flags = (self.joint.cube.unsafe | self.telling) & ~self.before.known
        return found


def candidate(
    indicator: Indicator,
    told: dict[str, Any],
    given: pa.Table,
    known: Sequence[Publication],
    rule: Parameters,
    effort: float = np.inf,
) -> Publication | None:
    """What could be published now of an indicator by itself; None when it would give something away."""
    found = candidates([Member(indicator, told, given, known)], rule, effort)
    return found[0] if found else None


def candidates(members: Sequence[Member], rule: Parameters, effort: float = np.inf) -> list[Publication] | None:
    """What could be published now beside all that was; None when it would give something away, or show much less."""
    first = not any(member.known for member in members)
    try:
        held = against(members, rule)
        if not all(_moved_enough(held, number) for number in range(len(held.parts))):
            return None
        protected = _protected(held, rule, effort, first=first)
    except TooMuch:
        raise
    except Unprotectable:
        return None
    made = [_share(held, member, protected, rule) for member in members]
    return None if any(map(_shows_less, made, (member.known for member in members))) else made


def _protected(held: Held, rule: Parameters, effort: float, *, first: bool) -> Protected:
    """What to hide; at first, everything where nothing else would do."""
    whole = held.joint.cube
    try:
        return protect(whole, whole.unsafe | held.telling, rule.percent, held.before, effort=effort)
    except TooMuch:
        raise
    except Unprotectable:
        if not first:
            raise
        return everything(whole)


def against(members: Sequence[Member], rule: Parameters) -> Held:
    """The cells of members together, with what was published of each. Raises Unprotectable: see `since`."""
    parts = [
        (member, layer, cube(layer.indicator, layer.tables, layer.cases(member.given), rule))
        for member in members
        for layer in layers(member.indicator)
    ]
    whole = joint([(layer, made) for _, layer, made in parts])
    told = [since(layer, layer.cases(member.given), made, member.known, rule) for member, layer, made in parts]
    known = whole.anywhere([before.known for before, _ in told])
    unchanged = whole.anywhere([before.unchanged for before, _ in told]) & ~known
    telling = whole.anywhere([telling for _, telling in told]) & ~known
    rows, size = _rows([member for member, _, _ in parts])
    worlds = _together(whole, [before.worlds for before, _ in told], rows, size)
    moves = distinct(
        move.among(place, own, size)
        for place, (before, _), own in zip(whole.places, told, rows, strict=True)
        for move in before.moves
        if not unchanged[place[move.cell]]
    )
    return Held(whole, Before(known, unchanged, worlds, moves), telling, parts, rows)


def everything(made: Cube) -> Protected:
    """All cells hidden, where nothing else would do."""
    size = len(made.keys)
    return Protected(np.ones(size, bool), np.zeros((0, size)), np.zeros((0, 0)))


def same(last: Publication, told: dict[str, Any], given: pa.Table) -> bool:
    """Whether nothing that is counted has changed since."""
    if last.certificate["ruleset_digest"] != told["ruleset_digest"]:
        return False
    order = [(name, "ascending") for name in given.column_names]
    before = last.contributions
    return bool(before.schema.equals(given.schema) and before.sort_by(order).equals(given.sort_by(order)))


def _rows(members: Sequence[Member]) -> tuple[list[Ints], int]:
    """Where the worlds of each one's last publication stand among all, and how many all are.

    Those of one moment are parts of the same.
    """
    moments: dict[datetime | None, Ints] = {}
    size = 0
    for last in (member.known[-1] for member in members if member.known):
        if last.published_at not in moments:
            moments[last.published_at] = size + np.arange(len(last.worlds))
            size += len(last.worlds)
    none = np.arange(0)
    return [moments[one.known[-1].published_at] if one.known else none for one in members], size


def _together(whole: Joint, told: Sequence[Floats], rows: Sequence[Ints], size: int) -> Floats:
    """The worlds of the last publications over all cells."""
    found = np.zeros((size, len(whole.cube.keys)))
    for place, worlds, own in zip(whole.places, told, rows, strict=True):
        at = np.ix_(own, place)
        found[at] = np.where(worlds == 0, found[at], worlds)
    return found


def _share(held: Held, member: Member, protected: Protected, rule: Parameters) -> Publication:
    """What a member shows of it: a cell is hidden also where the number beside it is."""
    keys, place = held.cells(member)
    hidden = protected.hidden[place]
    beside = {key[:-1] for key, hides in zip(keys, hidden, strict=True) if hides and key[-1:] == (NUMBER,)}
    hidden |= np.array([key in beside for key in keys], bool)
    number = member.known[-1].number + 1 if member.known else 1
    told = member.told | {"disclosure": rule.told() | {"publication": number}}
    weight, worlds = held.joint.cube.weight[place], protected.worlds[:, place]
    shares = protected.shares[:, held.worlds(member)] if member.known else None
    own = member.indicator.name, number, told, member.given, keys, weight, hidden, worlds
    return Publication(*own, shares=shares)


def _moved_enough(held: Held, number: int) -> bool:
    """Whether the widest cells of a part have changed by enough undertakings, or not at all."""
    member, layer, made = held.parts[number]
    if not member.known or not made.keys:
        return True
    wide = np.flatnonzero(made.depth == made.depth.min())
    shown = [cell for cell in wide if layer.key(made.keys[cell]) in member.known[-1].index]
    return not shown or not held.telling[held.joint.places[number][shown]].all()


def _shows_less(made: Publication, known: Sequence[Publication]) -> bool:
    return bool(known) and bool((~made.hidden).sum() < (~known[-1].hidden).sum() / 2)
