"""A family that is published anew as its register grows: no change of one or two dossiers follows, by difference."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import combinations
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
def history(seed: int, by: int) -> Published:
    """What is published of a register as it grows, twice."""
    chance, dossiers = Random(seed), population(seed, 40)
    found: Published = []
    for _ in range(3):
        made = candidates(members(dossiers, [one for made, _ in found for one in made]), RULE)
        if made is not None:
            found.append((made, dossiers))
        dossiers = grown(dossiers, chance, by)
    return found


@pytest.mark.parametrize(("seed", "by", "times"), [(16, 6, 2), (16, 12, 3), (4, 6, 2), (22, 6, 2)])
def test_no_change_of_one_or_two_dossiers_follows(seed: int, by: int, times: int) -> None:
    """What was hidden twice is as uncertain in what has come or gone as what nobody was shown."""
    published = history(seed, by)
    assert len(published) == times
    keeper = Keeper(published)
    for before, after in combinations(range(times), 2):
        assert list(keeper.told_changes(before, after)) == []


def test_no_hidden_count_follows_from_all_that_was_ever_published() -> None:
    assert [follows(moment) for moment in Keeper(history(16, 6)).moments] == [[], []]
