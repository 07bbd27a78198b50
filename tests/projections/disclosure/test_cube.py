"""Which cells are unsafe by themselves: the worked examples, and what counts as one contributor."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from tests.projections.disclosure.attacker import Contribution
from tests.projections.disclosure.test_attack import TOLD, indicator, table

from projections.counting.indicator import Indicator, catalogue
from projections.counting.indicator import indicator as named
from projections.disclosure.candidate import candidate
from projections.disclosure.cells import dominated
from projections.disclosure.cube import cube
from projections.disclosure.layout import cases, grouping, key_of, tables
from projections.disclosure.parameters import Parameters
from projections.disclosure.protection import protect


@pytest.mark.parametrize(
    ("amounts", "rule", "unsafe"),
    [
        ([52_000, 50_000, 8_000], Parameters(percent=10), False),
        ([52_000, 50_000, 8_000], Parameters(percent=15), False),
        ([52_000, 50_000, 8_000], Parameters(percent=16), True),
        ([2000.5, 1000, 0.5], Parameters(), True),
        ([10, 10, 10], Parameters(), False),
        ([60, 20, 20], Parameters(largest=1, share=60), False),
        ([61, 20, 19], Parameters(largest=1, share=60), True),
        ([40, 41, 19], Parameters(largest=2, share=80), True),
    ],
)
def test_a_sum_of_which_too_much_is_one_contributor_s_is_unsafe(
    amounts: list[float], rule: Parameters, unsafe: bool
) -> None:
    """X = 110k, x1 = 52k, x2 = 50k: what is left, 8k, is 15.4 % of x1."""
    assert dominated(sum(amounts), sorted(amounts, reverse=True), rule) is unsafe


def unsafe_cells(contributions: list[Contribution], value: str = "sum") -> set[str | None]:
    asked = indicator(("agency",), value)
    made = cube(asked, tables(asked), cases(asked, table(contributions, ("agency",))), Parameters())
    return {dict(key).get("agency") for key, unsafe in zip(made.keys, made.unsafe, strict=True) if unsafe and key}


def test_contributors_are_undertakings_and_not_rows() -> None:
    thrice: list[Contribution] = [(("a",), "u1", 10.0), (("a",), "u1", 10.0), (("a",), "u2", 10.0)]
    assert unsafe_cells(thrice) == unsafe_cells(thrice, "count") == unsafe_cells(thrice, "median") == {"a"}
    assert unsafe_cells([*thrice, (("a",), "u3", 10.0)]) == set()


def test_a_count_is_unsafe_by_its_contributors_alone() -> None:
    uneven: list[Contribution] = [(("a",), f"u{n}", amount) for n, amount in enumerate((1000.0, 1.0, 1.0))]
    assert unsafe_cells(uneven) == {"a"}
    assert unsafe_cells(uneven, "count") == unsafe_cells(uneven, "mean") == set()


EVEN = [50_000.0, 60_000.0, 70_000.0, 80_000.0]


@pytest.mark.parametrize(
    ("treated", "untreated", "unsafe"),
    [
        (EVEN, EVEN, False),
        ([9_000_000.0, 0.0, 0.0], EVEN, True),
        ([-9_000_000.0, 1.0, 1.0], EVEN, True),
        (EVEN, [9_000_000.0, 0.0, 0.0], True),
        (EVEN, EVEN[:2], True),
        ([0.0] * 3, [0.0] * 3, False),
    ],
)
def test_an_effect_is_unsafe_where_one_undertaking_makes_the_mean_of_an_arm(
    treated: list[float], untreated: list[float], *, unsafe: bool
) -> None:
    """Three aided, one of whom grew by 9,000,000 and two not at all: a mean of 3,000,000 says what the one did."""
    asked = effect()
    made = cube(asked, tables(asked), cases(asked, arms(treated, untreated)), Parameters())
    assert made.unsafe.tolist() == [unsafe]


def effect() -> Indicator:
    return indicator((), "difference-in-differences")


def arms(treated: list[float], untreated: list[float]) -> pa.Table:
    """What an effect is counted from: so much each of those treated changed, and each of those not."""
    whom = [f"{arm}{number}" for arm, many in (("t", treated), ("u", untreated)) for number in range(len(many))]
    return pa.table({
        "contributor": whom, "undertaking": whom, "amount": [*treated, *untreated],
        "treated": [True] * len(treated) + [False] * len(untreated),
    })  # fmt: skip


@pytest.mark.parametrize(
    ("treated", "untreated", "published"),
    [
        ([*EVEN, 50_000.0, 60_000.0, 70_000.0], EVEN, True),
        ([*EVEN, 9_000_000.0, 0.0, 0.0], EVEN, False),
        (EVEN, [*EVEN, 9_000_000.0, 0.0, 0.0], False),
        ([*EVEN, 50_000.0], [*EVEN, 60_000.0, 70_000.0], False),
    ],
)
def test_an_effect_is_not_published_anew_for_what_one_undertaking_moved(
    treated: list[float], untreated: list[float], *, published: bool
) -> None:
    """What the two publications differ by is of one undertaking, in either arm."""
    fair = [200_000.0 + number for number in range(400)]
    first = candidate(effect(), TOLD, arms([*fair, *EVEN], [*fair, *EVEN]), [], Parameters())
    assert first is not None
    assert not first.hidden.any()
    arm, other = ([*fair, *many] for many in (treated, untreated))
    assert (candidate(effect(), TOLD, arms(arm, other), [first], Parameters()) is not None) is published


def test_a_single_unsafe_cell_takes_another_with_it_and_the_smallest_of_them() -> None:
    asked = indicator(("agency",))
    rows: list[Contribution] = [(("few",), "u1", 10.0)]
    rows += [((name,), f"{name}{n}", 10.0) for name, many in (("some", 5), ("many", 50)) for n in range(many)]
    made = cube(asked, tables(asked), cases(asked, table(rows, ("agency",))), Parameters())
    hidden = protect(made, made.unsafe, 10).hidden
    assert {made.keys[place] for place in np.flatnonzero(hidden)} == {(("agency", "few"),), (("agency", "some"),)}


@pytest.mark.parametrize("name", catalogue())
def test_what_an_indicator_is_usually_asked_by_is_published(name: str) -> None:
    asked = named(name)
    parts = [set(table) for table in tables(asked)]
    for by in (asked.default, asked.chart_by, [], *([dimension] for dimension in asked.dimensions)):
        assert any(set(grouping(asked, by)) <= part for part in parts), by


def test_a_year_that_is_the_cohort_is_the_same_cell() -> None:
    asked = named("entrepreneurs-by-phase")
    assert key_of(asked, {"year": 2024}) == key_of(asked, {"cohort": 2024}) == (("cohort", "2024"),)
    assert key_of(named("time-to-first-aid"), {"year": 2024}) == (("year", "2024"),)


def test_every_horizon_of_a_curve_is_hidden_together_and_the_region_never() -> None:
    survival = named("survival")
    cells = {key_of(survival, {"horizon": h, "cohort": 2024, "measure": "supported"}) for h in (1, 3, 5)}
    assert cells == {(("cohort", "2024"),)}
    assert key_of(survival, {"horizon": 1, "cohort": 2024, "measure": "region"}) is None


def test_a_realistic_table_is_protected_in_full() -> None:
    """8 instruments in 30 communes over 5 years: every hidden cell has its worlds, and most margins stay."""
    random = np.random.default_rng(1)
    dimensions = ("agency", "commune", "year")
    rows: list[Contribution] = []
    for number in range(1_500):
        at = tuple(str(min(int(random.exponential(size / 3)), size - 1)) for size in (8, 30, 5))
        rows.append((at, f"u{number}", round(float(random.lognormal(9, 1)), 2)))
    asked = indicator(dimensions)
    made = cube(asked, tables(asked), cases(asked, table(rows, dimensions)), Parameters())
    hidden, worlds, _ = protect(made, made.unsafe, 10)
    assert hidden[made.unsafe].all()
    spread = worlds.max(axis=0) - worlds.min(axis=0)
    assert (spread[hidden] >= 0.2 * made.weight[hidden] * (1 - 1e-6)).all()
    assert not worlds[:, ~hidden].any(), "shown cells are the same in every world"
    assert (made.weight + worlds >= -1e-3).all()
    wide = made.depth <= 1
    assert (~hidden[wide]).mean() > 0.6
