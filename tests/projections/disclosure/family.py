"""A family as its outsider knows it: made-up dossiers as the four indicators count them, and all that follows.

The outsider is written without the code it attacks. Unknowns are the cells of all four indicators, those of the same
dossiers once; what is shown gives equations, and so does each margin; nothing is negative.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any, NamedTuple, Protocol

import numpy as np
import pyarrow as pa
from scipy import sparse
from scipy.optimize import linprog

from projections.counting.indicator import catalogue
from projections.disclosure.candidate import Member
from projections.disclosure.layers import family
from projections.disclosure.layout import NUMBER
from projections.disclosure.parameters import Parameters
from projections.disclosure.publication import Publication

RULE = Parameters()
SLACK = 1e-4
TOLD = {"ruleset": "2026.1", "ruleset_digest": "", "position": "1", "as_of": None}
NACE = {"ict": ("62.01", "63.11"), "other": ("47.11", "56.10"), None: (None,)}
Cell = frozenset[tuple[str, str | None]]
Unknown = tuple[str, Cell]
Row = tuple[dict[Unknown, float], float, float]
"""Unknowns, each taken so many times, and between what that lies."""


class Dossier(NamedTuple):
    """An entrepreneur, as all four indicators count them."""

    cohort: str
    phase: str
    sector: str | None
    nace: str | None
    commune: str
    size_class: str
    agencies: tuple[str, ...]
    opened_in: str
    created: bool
    active: bool


def population(seed: int, size: int = 60) -> list[Dossier]:
    chance = Random(seed)
    return [drawn(chance) for _ in range(size)]


def drawn(chance: Random) -> Dossier:
    sector = chance.choices(list(NACE), (4, 6, 1))[0]
    created = chance.random() < 0.6
    return Dossier(
        cohort=chance.choice(("2019", "2020")),
        phase=chance.choices(("pre-creation", "creation", "post-creation"), (5, 1, 4))[0],
        sector=sector,
        nace=chance.choice(NACE[sector]),
        commune=chance.choices(("Ixelles", "Jette"), (4, 1))[0],
        size_class=chance.choices(("micro", "small"), (5, 1))[0],
        agencies=tuple(sorted(chance.sample(("hub", "innoviris", "citydev"), chance.choice((1, 1, 2))))),
        opened_in=chance.choice(("pre-creation", "post-creation")),
        created=created,
        active=created and chance.random() < 0.7,
    )


def contributions(name: str, dossiers: Sequence[Dossier]) -> pa.Table:
    """What the four indicators are counted from."""
    rows = [row for number, one in enumerate(dossiers) for row in ROWS[name](one, f"d{number}")]
    types = dict.fromkeys(rows[0], pa.string()) | {"amount": pa.float64()}
    return pa.table({column: pa.array([row[column] for row in rows], kind) for column, kind in types.items()})


def by_phase(one: Dossier, who: str) -> Iterator[dict[str, Any]]:
    for agency in one.agencies:
        yield usual(one, who) | {"agency": agency, "counted": who, "amount": 1.0}


def agencies(one: Dossier, who: str) -> Iterator[dict[str, Any]]:
    yield usual(one, who) | {"amount": float(len(one.agencies))}


def conversion(one: Dossier, who: str) -> Iterator[dict[str, Any]]:
    for measure, counts in (("opened", True), ("created", one.created), ("active", one.active)):
        for agency in one.agencies if counts else ():
            own = {"agency": agency, "measure": measure, "phase": one.opened_in, "counted": who, "amount": 1.0}
            yield usual(one, who) | own


def ict(one: Dossier, who: str) -> Iterator[dict[str, Any]]:
    yield usual(one, who) | {"amount": None if one.sector is None else float(one.sector == "ict")}


ROWS = {
    "agencies-per-dossier": agencies,
    "conversion": conversion,
    "entrepreneurs-by-phase": by_phase,
    "ict-share": ict,
}


def usual(one: Dossier, who: str) -> dict[str, Any]:
    names = ("cohort", "phase", "sector", "nace", "commune", "size_class")
    return {name: getattr(one, name) for name in names} | {"year": one.cohort, "contributor": who, "undertaking": who}


TIED = {"conversion": {"nested": ["opened", "created", "active"]}}
"""What may be declared, and is not where it is shipped: it would take a large register three times as long."""


def members(dossiers: Sequence[Dossier], known: Sequence[Publication] = ()) -> list[Member]:
    before = {name: [one for one in known if one.indicator == name] for name in ROWS}
    together = [one.model_copy(update=TIED.get(one.name, {})) for one in family(catalogue()["ict-share"])]
    return [Member(one, TOLD, contributions(one.name, dossiers), before[one.name]) for one in together]


class Seen(NamedTuple):
    """A cell of an indicator as an outsider sees it: which unknowns are its value and its number, and whether shown."""

    indicator: str
    cell: Cell
    value: Unknown
    number: Unknown
    shown: bool


def seen(made: Publication) -> Iterator[Seen]:
    for key, hides in zip(made.keys, made.hidden, strict=True):
        if key[-1:] == (NUMBER,):
            continue
        told = dict(key)
        measure = told.pop("measure", None)
        cell = frozenset(told.items())
        value, number = UNKNOWN[made.indicator](cell, measure)
        yield Seen(made.indicator, cell, value, number, not hides)


def of_conversion(cell: Cell, measure: str | None) -> tuple[Unknown, Unknown]:
    at_opening = any(name == "phase" for name, _ in cell)
    what = "dossiers" if measure == "opened" and not at_opening else f"{measure} {at_opening}"
    return (what, cell), (what, cell)


def of_ict(cell: Cell, _: str | None) -> tuple[Unknown, Unknown]:
    told = {name for name, _ in cell} <= {"cohort", "phase"}
    value = ("dossiers", cell | {("sector", "ict")}) if told else ("ict", cell)
    return value, ("known", cell)


UNKNOWN: dict[str, Any] = {
    "agencies-per-dossier": lambda cell, _: (("agencies", cell), ("dossiers", cell)),
    "conversion": of_conversion,
    "entrepreneurs-by-phase": lambda cell, _: (("dossiers", cell), ("dossiers", cell)),
    "ict-share": of_ict,
}


WORTH: dict[str, Callable[[Dossier], float]] = {
    "dossiers": lambda one: 1,
    "known": lambda one: one.sector is not None,
    "ict": lambda one: one.sector == "ict",
    "agencies": lambda one: len(one.agencies),
    "opened": lambda one: 1,
    "created": lambda one: one.created,
    "active": lambda one: one.active,
}


def truth(dossiers: Sequence[Dossier], unknown: Unknown) -> float:
    """What an unknown is, counted from the dossiers themselves."""
    what, cell = unknown
    kind, *at_opening = what.split()
    found = 0.0
    for one in dossiers:
        told: dict[str, Any] = one._asdict() | ({"phase": one.opened_in} if at_opening == ["True"] else {})
        if all(value in one.agencies if name == "agency" else told[name] == value for name, value in cell):
            found += float(WORTH[kind](one))
    return found


class Knowing(Protocol):
    """Whoever has cells of publications, and knows between what each unknown lies."""

    @property
    def seen(self) -> Sequence[Seen]:
        """The cells."""

    @property
    def value(self) -> dict[Unknown, float]:
        """What the unknowns are."""

    def bounds(self, unknown: Unknown) -> tuple[float, float]:
        """Between what an unknown lies."""


class Outsider:
    """Everything that follows from publications of one moment."""

    def __init__(self, made: Sequence[Publication], dossiers: Sequence[Dossier]) -> None:
        self.seen = [one for publication in made for one in seen(publication)]
        self.value = {unknown: truth(dossiers, unknown) for one in self.seen for unknown in (one.value, one.number)}
        self.place = {unknown: place for place, unknown in enumerate(self.value)}
        rows = [*self._shown(), *self._margins(), *self._known(), *self._agencies(), *self._created()]
        for row, least, most in rows:
            comes_to = sum(times * self.value[unknown] for unknown, times in row.items())
            assert least - SLACK <= comes_to <= most + SLACK, "the outsider's own equations hold"
        matrix = sparse.lil_matrix((len(rows), len(self.place)))
        for number, (row, _, _) in enumerate(rows):
            for unknown, times in row.items():
                matrix[number, self.place[unknown]] = times
        self.rows, self.ends = matrix.tocsr(), np.array([(least, most) for _, least, most in rows])
        lower, upper = np.isfinite(self.ends).T
        self.matrix = sparse.vstack([self.rows[upper], -self.rows[lower]]).tocsc()
        self.right = np.concatenate([self.ends[upper, 1], -self.ends[lower, 0]])

    def _shown(self) -> Iterator[Row]:
        for one in self.seen:
            if one.shown:
                for unknown in (one.value, one.number):
                    yield {unknown: 1.0}, self.value[unknown], self.value[unknown]

    def _margins(self) -> Iterator[Row]:
        """Each cell is the sum of those one dimension finer; by agency, between the most of them and all together."""
        for what in {what for what, _ in self.place}:
            cells = [cell for kind, cell in self.place if kind == what]
            names = {frozenset(name for name, _ in cell) for cell in cells}
            for cell in cells:
                own = frozenset(name for name, _ in cell)
                for further in {more for finer in names for more in finer - own if finer == own | {more}}:
                    parts = [one for one in cells if cell < one and {name for name, _ in one} == own | {further}]
                    shared = further == "agency"
                    yield (
                        dict.fromkeys(((what, one) for one in parts), -1.0) | {(what, cell): 1.0},
                        -np.inf if shared else 0.0,
                        0.0,
                    )
                    for one in parts if shared else ():
                        yield {(what, cell): 1.0, (what, one): -1.0}, 0.0, np.inf

    def _known(self) -> Iterator[Row]:
        """Of whom the sector is known: all but those of whom it is not, and no fewer than are in ICT."""
        for what, cell in self.place:
            if what != "known":
                continue
            value, _ = of_ict(cell, None)
            yield {(what, cell): 1.0} | ({value: -1.0} if value in self.place else {}), 0.0, np.inf
            everybody, nobody = ("dossiers", cell), ("dossiers", cell | {("sector", None)})
            if everybody in self.place:
                told = value[0] == "dossiers"
                others = {nobody: -1.0} if nobody in self.place else {}
                yield {everybody: 1.0, (what, cell): -1.0} | (others if told else {}), 0.0, 0.0 if told else np.inf

    def _agencies(self) -> Iterator[Row]:
        """Each dossier has an agency at least; all of a cell together are the dossiers of each agency."""
        for what, cell in self.place:
            if what == "agencies":
                yield {(what, cell): 1.0, ("dossiers", cell): -1.0}, 0.0, np.inf
                parts = divided(cell, [one for kind, one in self.place if kind == "dossiers"]).get("agency", ())
                if parts:
                    yield {(what, cell): 1.0} | dict.fromkeys((("dossiers", one) for one in parts), -1.0), 0.0, 0.0

    def _created(self) -> Iterator[Row]:
        """Those opened, of whom some have created, of whom some are active."""
        for what, cell in self.place:
            kind, *at_opening = what.split()
            before = {"created": "opened", "active": "created"}.get(kind)
            if before is not None:
                all_ = "dossiers" if (before, at_opening) == ("opened", ["False"]) else f"{before} {at_opening[0]}"
                yield {(all_, cell): 1.0, (what, cell): -1.0}, 0.0, np.inf

    def bounds(self, unknown: Unknown) -> tuple[float, float]:
        wanted = np.zeros(len(self.place))
        wanted[self.place[unknown]] = 1.0
        ends = []
        for sign in (1, -1):
            found = linprog(sign * wanted, A_ub=self.matrix, b_ub=self.right, bounds=(0, None), method="highs")
            assert found.status in (0, 3), found.message
            ends.append(sign * found.fun if found.status == 0 else sign * -np.inf)
        return ends[0], ends[1]


def divided(cell: Cell, cells: Sequence[Cell]) -> dict[str, list[Cell]]:
    """The cells one dimension finer, by which one."""
    found: dict[str, list[Cell]] = {}
    for one in cells:
        if cell < one and len(one) == len(cell) + 1:
            [(name, _)] = one - cell
            found.setdefault(name, []).append(one)
    return found


def follows(outsider: Knowing) -> list[tuple[Unknown, float, float]]:
    """Hidden counts of dossiers, and of agencies, that can be told more closely than p %, or than by one.

    Of agencies, where the dossiers are shown: else their mean is hidden for that.
    """
    shown = {unknown for one in outsider.seen if one.shown for unknown in (one.value, one.number)}
    rows = {one.value for one in outsider.seen if one.indicator in ("entrepreneurs-by-phase", "conversion")}
    rows |= {one.value for one in outsider.seen if one.value[0] == "agencies" and one.number in shown}
    found = []
    for unknown in rows - shown:
        true = outsider.value[unknown]
        need = max(RULE.percent / 100 * true, 1.0)
        low, high = outsider.bounds(unknown)
        either = low <= true - min(need, true) + SLACK and high >= true + need - SLACK
        if not (either if true < RULE.threshold else high - low >= min(2 * need, true + need) - SLACK):
            found.append((unknown, low, high))
    return found
