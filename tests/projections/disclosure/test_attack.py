"""What is hidden stays hidden from an outsider with a linear program, in one table and over publications in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import combinations
from random import Random
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.projections.disclosure.attacker import Attack, Cell, Contribution, Shown, cells

from projections.counting.indicator import Indicator
from projections.disclosure.candidate import candidate
from projections.disclosure.cube import cube
from projections.disclosure.layout import cases, tables
from projections.disclosure.parameters import Parameters
from projections.disclosure.protection import protect
from projections.disclosure.publication import Publication

RULE = Parameters()
SLACK = 1e-4
TOLD = {"ruleset": "2026.1", "ruleset_digest": "", "position": "1", "as_of": None}
DIMENSIONS = ("agency", "year")
TEXT = {"fr": "x", "nl": "x", "en": "x"}


def indicator(dimensions: tuple[str, ...] = DIMENSIONS, value: str = "sum") -> Indicator:
    return Indicator.model_validate({
        "name": "made-up", "title": TEXT, "question": TEXT, "unit": "EUR", "dimensions": list(dimensions),
        "default": list(dimensions), "measures": ["value"], "evidence_level": 0, "value": value, "method": TEXT,
        "caveats": [], "rules": [], "sql": "",
    })  # fmt: skip


def table(contributions: list[Contribution], dimensions: tuple[str, ...] = DIMENSIONS) -> pa.Table:
    columns: dict[str, list[Any]] = {
        name: [at[place] for at, _, _ in contributions] for place, name in enumerate(dimensions)
    }
    whom = [who for _, who, _ in contributions]
    columns |= {"contributor": whom, "undertaking": whom, "amount": [amount for _, _, amount in contributions]}
    types = {name: pa.string() for name in columns} | {"amount": pa.float64()}
    return pa.table({name: pa.array(values, types[name]) for name, values in columns.items()})


def contribution(sizes: tuple[int, ...], amounts: st.SearchStrategy[float]) -> st.SearchStrategy[Contribution]:
    at = st.tuples(*(st.sampled_from("abcd"[:size]) for size in sizes))
    return st.tuples(at, st.sampled_from([f"u{n}" for n in range(12)]), amounts)


AMOUNTS = st.sampled_from([1.0, 50.0, 100.0, 120.0, 1000.0, 25_000.0])
TABLES = st.sampled_from([(4,), (3, 3), (2, 3, 2)]).flatmap(
    lambda sizes: st.tuples(st.just(sizes), st.lists(contribution(sizes, AMOUNTS), min_size=1, max_size=40))
)


def judge(attack: Attack, number: int, shown: Shown, dimensions: tuple[str, ...]) -> None:
    """Every unsafe cell could be p % higher and lower, every other hidden one lies in as wide a span."""
    behind = cells(dimensions, shown.contributions)
    for cell in shown.hidden:
        true = sum(behind[cell].values())
        need = RULE.percent / 100 * true
        low, high = attack.bounds((number, cell, 1.0))
        assert low - SLACK <= true <= high + SLACK, "the outsider's own equations hold"
        if unsafe(behind[cell]):
            assert low <= true - need + SLACK, (cell, true, low, high)
            assert high >= true + need - SLACK, (cell, true, low, high)
        else:
            assert high - low >= 2 * need - SLACK, (cell, true, low, high)


def unsafe(by: dict[str, float]) -> bool:
    """The rules of facts once more: fewer than three undertakings, or X - x1 - x2 < 10 % of x1."""
    first, _, *others = [*sorted(by.values(), reverse=True), 0.0, 0.0]
    return len(by) < 3 or sum(others) < 0.1 * first - 1e-9


@settings(max_examples=25, deadline=None)
@given(TABLES)
def test_no_hidden_cell_of_a_table_can_be_computed_closely(drawn: tuple[tuple[int, ...], list[Contribution]]) -> None:
    sizes, contributions = drawn
    dimensions = ("agency", "instrument", "year")[: len(sizes)]
    asked = indicator(dimensions)
    made = cube(asked, tables(asked), cases(asked, table(contributions, dimensions)), RULE)
    hidden = protect(made, made.unsafe, RULE.percent).hidden
    behind = cells(dimensions, contributions)
    hides = {key for key, hides in zip(made.keys, hidden, strict=True) if hides}
    assert {cell for cell, by in behind.items() if unsafe(by)} <= hides, "unsafe cells are hidden"
    values = {cell: sum(by.values()) for cell, by in behind.items() if cell not in hides}
    shown = Shown(values, hides, contributions)
    judge(Attack(dimensions, [shown]), 0, shown, dimensions)


def history(random: Random, times: int, loss: float, amount: Callable[[Random], float]) -> Iterator[list[Contribution]]:
    """A log that grows, and now and then loses something, as it stands several times."""
    state: list[Contribution] = []
    for more in [random.randrange(8, 30), *(random.randrange(3, 14) for _ in range(times - 1))]:
        state = [one for one in state if random.random() > loss]
        for _ in range(more):
            at = (random.choice("abc"), random.choice("ab"))
            state.append((at, f"u{random.randrange(30)}", amount(random)))
        yield list(state)


@pytest.mark.parametrize("seed", range(10))
def test_publications_in_turn_give_away_no_more_than_each_alone(seed: int) -> None:
    in_turn(indicator(), history(Random(seed), 3, 0.05, drawn))


@pytest.mark.parametrize("seed", [0, 9, 12, 30, 40])
def test_counts_that_were_hidden_twice_tell_no_more_by_difference(seed: int) -> None:
    in_turn(indicator(value="count"), history(Random(seed), 4, 0.1, lambda _: 1.0))


def test_counts_tell_no_more_by_difference_from_what_was_hidden_before_the_last_publication() -> None:
    in_turn(indicator(value="count"), history(Random(6), 4, 0.1, lambda _: 1.0))


def drawn(random: Random) -> float:
    return random.choice([1.0, 50.0, 100.0, 120.0, 1000.0])


def in_turn(asked: Indicator, states: Iterable[list[Contribution]]) -> None:
    """Publish what can be published of each state, and attack all of that together."""
    known: list[Publication] = []
    published: list[Shown] = []
    for state in states:
        made = candidate(asked, TOLD, table(state), known, RULE)
        if made is None:
            continue
        known.append(made)
        hides = set(made.covered)
        values = {cell: sum(by.values()) for cell, by in cells(DIMENSIONS, state).items() if cell not in hides}
        published.append(Shown(values, hides, state))
    attack = Attack(DIMENSIONS, published)
    for number, shown in enumerate(published):
        judge(attack, number, shown, DIMENSIONS)
    for (one, before), (other, after) in combinations(enumerate(published), 2):
        differ(attack, (one, before), (other, after))


def differ(attack: Attack, one: tuple[int, Shown], other: tuple[int, Shown]) -> None:
    """The difference of a cell between two publications is of three undertakings, or could be p % more and less."""
    (first, before), (second, after) = one, other
    old, new = cells(DIMENSIONS, before.contributions), cells(DIMENSIONS, after.contributions)
    for cell in old.keys() & new.keys():
        changed = differences(cell, before, after)
        if changed and unsafe(changed):
            moved = sum(new[cell].values()) - sum(old[cell].values())
            low, high = attack.bounds((second, cell, 1.0), (first, cell, -1.0))
            need = max(0.1 * sum(changed.values()), 1.0)
            assert low <= moved - min(need, sum(new[cell].values())) + SLACK, (cell, moved, low, high)
            assert high >= moved + need - SLACK, (cell, moved, low, high)
            assert cell not in before.values or cell not in after.values, (cell, changed)


def differences(cell: Cell, before: Shown, after: Shown) -> dict[str, float]:
    """How much each undertaking has changed in a cell."""
    old, new = (cells(DIMENSIONS, shown.contributions)[cell] for shown in (before, after))
    moved = {who: abs(new.get(who, 0.0) - old.get(who, 0.0)) for who in old.keys() | new.keys()}
    return {who: amount for who, amount in moved.items() if amount > 1e-9}


def test_a_cell_that_grew_by_one_undertaking_is_answered_as_before() -> None:
    asked = indicator(("agency",))
    six: list[Contribution] = [(("a",), f"u{n}", 100.0) for n in range(6)]
    first = candidate(asked, TOLD, table(six, ("agency",)), [], RULE)
    assert first is not None
    for more, published in ((1, False), (2, False), (3, True)):
        grown = [*six, *((("a",), f"v{n}", 100.0) for n in range(more))]
        assert (candidate(asked, TOLD, table(grown, ("agency",)), [first], RULE) is not None) is published
