"""The cubes of several layers as one: cells of some of the dossiers that another counts come to no more than those."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from projections.counting.indicator import catalogue
from projections.disclosure.cube import Cube
from projections.disclosure.joint import joint
from projections.disclosure.layers import Layer, layers

YEAR = (("cohort", "2019"),)


def numbers(name: str) -> Layer:
    """The layer of the numbers behind an indicator."""
    [found] = [layer for layer in layers(catalogue()[name]) if layer.number]
    return found


def of_one_year(weight: float) -> Cube:
    """A cube of one cell."""
    one = np.array([weight])
    return Cube([YEAR], one, one, one, np.array([9]), np.array([False]), [], np.array([0]), {YEAR: 0})


@pytest.mark.parametrize("order", list(permutations(range(2))))
def test_those_of_a_known_sector_are_no_more_than_all_whichever_is_told_first(order: tuple[int, int]) -> None:
    all_, known = numbers("agencies-per-dossier"), numbers("ict-share")
    told = [(all_, of_one_year(10.0)), (known, of_one_year(8.0))]
    made = joint([told[number] for number in order])
    place = {number: int(made.places[at][0]) for at, number in enumerate(order)}
    assert [(balance.row, balance.room) for balance in made.cube.balances] == [({place[0]: 1.0, place[1]: -1.0}, 2.0)]
