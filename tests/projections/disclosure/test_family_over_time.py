"""A family that is published anew as its register grows: no change of one or two dossiers follows, by difference."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from random import Random

import pytest
from tests.projections.disclosure.family import RULE, Dossier, drawn, follows, members, population
from tests.projections.disclosure.family_over_time import Keeper

from projections.disclosure.candidate import candidates
from projections.disclosure.publication import Publication

Published = list[tuple[list[Publication], list[Dossier]]]


def grown(dossiers: Sequence[Dossier], chance: Random, by: int) -> list[Dossier]:
    """The same, later: some are new, and now and then one has gone on to another phase or has another agency."""
    kept = [one._replace(phase="post-creation") if chance.random() < 0.05 else one for one in dossiers]
    kept = [one._replace(agencies=("citydev", "hub")) if chance.random() < 0.03 else one for one in kept]
    return [*kept, *(drawn(chance) for _ in range(by))]


@cache
def history(seed: int) -> Published:
    """What is published of a register as it grows by a seventh, twice."""
    chance, dossiers = Random(seed), population(seed, 40)
    found: Published = []
    for _ in range(3):
        made = candidates(members(dossiers, [one for made, _ in found for one in made]), RULE)
        if made is not None:
            found.append((made, dossiers))
        dossiers = grown(dossiers, chance, 6)
    return found


SEEDS = (4,)
"""Of registers that come to a second publication as they grow."""


@pytest.mark.parametrize("seed", SEEDS)
def test_no_hidden_count_follows_from_all_that_was_ever_published(seed: int) -> None:
    assert [follows(moment) for moment in Keeper(history(seed)).moments] == [[]] * len(history(seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_no_change_of_one_or_two_dossiers_follows(seed: int) -> None:
    keeper = Keeper(history(seed))
    for before in range(len(keeper.outsiders)):
        for after in range(before + 1, len(keeper.outsiders)):
            assert list(keeper.told_changes(before, after)) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_a_register_that_grows_by_a_seventh_is_published_anew(seed: int) -> None:
    assert len(history(seed)) > 1
