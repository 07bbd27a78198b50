"""Indicators that count the same dossiers are published together: what one hides does not follow from the others."""

from __future__ import annotations

from random import Random

import pytest
from tests.projections.disclosure.family import (
    ROWS,
    RULE,
    Dossier,
    Outsider,
    Unknown,
    drawn,
    follows,
    members,
    population,
    seen,
)

from projections.counting.indicator import catalogue
from projections.disclosure.candidate import candidate, candidates
from projections.disclosure.layers import family


@pytest.mark.parametrize("seed", range(4))
def test_no_hidden_count_follows_from_all_that_is_published_together(seed: int) -> None:
    dossiers = population(seed)
    made = candidates(members(dossiers), RULE)
    assert made is not None
    assert all(one.hidden.any() and not one.hidden.all() for one in made)
    assert follows(Outsider(made, dossiers)) == []


def test_published_apart_they_give_each_other_away() -> None:
    dossiers = population(0)
    apart = [candidate(one.indicator, one.told, one.given, (), RULE) for one in members(dossiers)]
    assert follows(Outsider([one for one in apart if one is not None], dossiers))


def test_a_cell_of_the_same_dossiers_is_hidden_by_all_or_none() -> None:
    """Of a mean that is shown, so is its number: it hides where that is hidden."""
    dossiers = population(1)
    made = candidates(members(dossiers), RULE)
    assert made is not None
    by_number: dict[Unknown, set[bool]] = {}
    for one in (cell for publication in made for cell in seen(publication)):
        if one.number[0] == "dossiers" and one.value == one.number:
            by_number.setdefault(one.number, set()).add(one.shown)
    assert {len(shown) for shown in by_number.values()} == {1}
    means = [one for publication in made for one in seen(publication) if one.value != one.number]
    assert not [one for one in means if one.shown and by_number.get(one.number) == {False}]


def test_what_has_not_changed_can_be_published_anew_and_hides_the_same() -> None:
    dossiers = population(2)
    first = candidates(members(dossiers), RULE)
    assert first is not None
    again = candidates(members(dossiers, first), RULE)
    assert again is not None
    assert [one.hidden.tolist() for one in again] == [one.hidden.tolist() for one in first]
    assert [one.number for one in again] == [2] * len(first)


def test_one_dossier_more_is_published_by_none_of_them() -> None:
    dossiers = population(3)
    first = candidates(members(dossiers), RULE)
    assert first is not None
    assert candidates(members([*dossiers, drawn(Random(9))], first), RULE) is None


def test_all_that_declare_what_they_count_are_published_together() -> None:
    assert {one.name for one in family(catalogue()["conversion"])} == set(ROWS)
    assert [one.name for one in family(catalogue()["survival"])] == ["survival"]


def lone(**told: object) -> Dossier:
    return drawn(Random(9))._replace(**{"cohort": "2018", **told})  # type: ignore[arg-type]


@pytest.mark.parametrize("others", [[("ict", "62.01")], [("other", "47.11")], [("ict", "62.01")] * 3])
def test_a_year_in_which_all_or_none_are_in_ict_does_not_hide_everything(others: list[tuple[str, str]]) -> None:
    dossiers = [*population(3), *(lone(sector=sector, nace=nace) for sector, nace in others)]
    made = candidates(members(dossiers), RULE)
    assert made is not None
    assert not any(one.hidden.all() for one in made)
    assert follows(Outsider(made, dossiers)) == []


def test_before_there_is_a_dossier_nothing_is_published_of_each_of_them() -> None:
    nobody = [one._replace(given=one.given.slice(0, 0)) for one in members(population(0, 12))]
    made = candidates(nobody, RULE)
    assert made is not None
    assert [len(one.keys) for one in made] == [0] * len(ROWS)
    known = [one._replace(known=[publication]) for one, publication in zip(members(population(0)), made, strict=True)]
    assert candidates(known, RULE) is not None
