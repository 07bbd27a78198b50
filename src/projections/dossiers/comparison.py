"""Comparing a dossier at two pairs of dates: field by field, with the events that made each difference.

Causes are found by walking from one pair to the other: first through what the log took between the two instants known,
then through what happened between the two days. An event whose step moves a field is a cause of its difference. Where
no step does, the calendar did, or another dossier of the same undertaking (docs/decisions/0073-who-moved-a-field.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from dossier.event import Event, day_of
from projections.dossiers.aid_room import with_room
from projections.dossiers.person import add_person
from projections.dossiers.replay import taken
from projections.dossiers.state_difference import difference
from projections.history.history import AsOf, History, as_known, as_true, history_of
from projections.history.saying import statements
from projections.rulesets.ruleset import Ruleset
from projections.state.current import current
from projections.undertaking.statement import Said, parsed

Document = dict[str, Any]


class Difference(NamedTuple):
    """One field at the one pair and at the other, and the positions that moved it, in order."""

    field: str
    before: Any
    after: Any
    positions: list[int]


class Comparison(NamedTuple):
    """The differences, and how many of the dossier's events the log had at the one instant and at the other."""

    differences: list[Difference]
    versions: tuple[int, int]
    position: int


def compared(
    history: History, pairs: tuple[AsOf, AsOf], documents: tuple[Document, Document], rules: Ruleset
) -> Comparison:
    """The differences between two documents of a dossier, as of two pairs, and what of its history made them."""
    moves = list(_moves(history, pairs, rules))
    differences = [
        Difference(*change, sorted({position for field, position in moves if _touches(field, change.field)}))
        for change in difference(*documents)
    ]
    before, after = (len(as_known(history.events, pair.known)) for pair in pairs)
    return Comparison(differences, (before, after), history.position)


def _moves(history: History, pairs: tuple[AsOf, AsOf], rules: Ruleset) -> Iterator[tuple[str, int]]:
    """(field, position) of everything that moves on the way from one pair to the other."""
    before, after = pairs
    sizes = sorted(len(as_known(history.events, pair.known)) for pair in pairs)
    days = _ordered(before.effective, after.effective)
    on = days[1] or date.fromisoformat(day_of(datetime.fromisoformat(history.events[-1].recordedtime)))
    yield from _walked(_learning(history, sizes, before.effective, Standing(rules, on)))
    yield from _walked(_happening(history, after.known, days, Standing(rules, on)))


class Standing(NamedTuple):
    """What a history by itself says, with the aid room on one day as far as this dossier alone decides it."""

    rules: Ruleset
    on: date

    def __call__(self, history: History) -> Document:
        """The state; nothing of a history without events."""
        if not history.events:
            return {}
        history, reading = taken(history)
        document = current(history, reading, self.rules)
        add_person(document, history)
        said = Said([one for text in statements(history, reading).values() for one in parsed(text)])
        return with_room(document, said, self.rules, self.on)


Walk = Iterator[tuple[int, Document]]
"""Documents on a way, each with the position whose step led to it; the first is where the way begins."""


def _walked(walk: Walk) -> Iterator[tuple[str, int]]:
    _, before = next(walk)
    for position, after in walk:
        for change in difference(before, after):
            yield change.field, position
        before = after


def _learning(history: History, sizes: Sequence[int], effective: date | None, stands: Standing) -> Walk:
    """What the log knew, event by event."""
    for size in range(sizes[0], sizes[1] + 1):
        kept = as_true(history_of(history.dossier, history.events[:size]), effective)
        yield (history.events[size - 1].position if size else 0), stands(kept)


def _happening(
    history: History, known: datetime | None, days: tuple[date | None, date | None], stands: Standing
) -> Walk:
    """What had happened, fact by fact, of all that the log knew at one instant; corrections speak for their facts."""
    whole = history_of(history.dossier, as_known(history.events, known))
    first, last = (as_true(whole, day) for day in days)
    yield 0, stands(first._replace(effective=last.effective))  # by the rules of one day: facts alone move it
    for count in range(len(first.facts) + 1, len(last.facts) + 1):
        fact: Event = last.facts[count - 1]
        position = whole.corrected_by.get(fact.position, fact.position)
        yield position, stands(last._replace(facts=last.facts[:count]))


def _ordered(one: date | None, other: date | None) -> tuple[date | None, date | None]:
    """Two days, the earlier first; None is later than any."""
    return (one, other) if (one or date.max) <= (other or date.max) else (other, one)


def _touches(moved: str, field: str) -> bool:
    """Whether what moved is a field, part of it, or what it is part of."""
    return moved == field or moved.startswith(f"{field}/") or field.startswith(f"{moved}/")
