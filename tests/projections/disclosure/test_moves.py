"""By how much hidden cells have moved between two publications."""

from __future__ import annotations

from random import Random

import numpy as np
from tests.projections.disclosure.family import RULE, drawn, members, population

from projections.disclosure.candidate import against, candidates
from projections.disclosure.moves import Move, Moves, distinct
from projections.disclosure.wish import World


def test_a_move_is_off_by_its_cell_less_what_that_was() -> None:
    moves = Moves([Move(1, 2.0, np.array([3.0, -1.0]))], 2)
    world = World(np.array([0.0, 4.0]), np.array([0.5, 0.5]))
    assert moves.off(world).tolist() == [3.0]
    assert [far.tolist() for far in moves.reach(np.array([9.0, 5.0]), np.array([9.0, 2.0]))] == [[6.0], [5.0]]


def test_what_two_indicators_count_alike_moves_once_and_by_the_more_of_both() -> None:
    then = np.array([1.0])
    [found] = distinct([Move(0, 1.0, then), Move(0, 2.0, then.copy())])
    assert found.by == 2.0
    assert len(distinct([Move(0, 1.0, then), Move(1, 1.0, then), Move(0, 1.0, -then)])) == 3


def test_who_adds_nothing_to_an_amount_moves_it_nowhere_where_a_number_beside_it_counts_them() -> None:
    """Of who is in ICT: whoever joins and is not is one more of all."""
    dossiers = population(2)
    first = candidates(members(dossiers), RULE)
    assert first is not None
    another = drawn(Random(9))._replace(sector="other", nace="47.11")
    moves = against(members([*dossiers, another], first), RULE).before.moves
    assert moves
    assert all(move.by > 0 for move in moves)
