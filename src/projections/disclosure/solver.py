"""The solver of linear programs, HiGHS: the one place that knows it."""

from __future__ import annotations

from typing import NamedTuple

import highspy
import numpy as np
from scipy import sparse

from projections.disclosure.cube import Floats

OPTIONS: dict[str, bool | int | str] = {"output_flag": False, "threads": 1, "presolve": "off"}
"""One thread: the other processors answer requests. Presolve seldom saves what it takes."""


class Bounded(NamedTuple):
    """Columns or rows of a program, each between a least and a most."""

    least: Floats
    most: Floats


def cheapest(cost: Floats, columns: Bounded, matrix: sparse.csc_matrix, rows: Bounded) -> Floats | None:
    """The columns that cost least where `matrix` times them lies within the rows; None when there are none."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in OPTIONS.items():
        solver.setOptionValue(name, value)
    _pass(solver, cost, columns, matrix, rows)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return np.array(solver.getSolution().col_value)


def _pass(solver: highspy.Highs, cost: Floats, columns: Bounded, matrix: sparse.csc_matrix, rows: Bounded) -> None:
    """As whole arrays: put together from attributes, a program takes as long to pass as to solve."""
    height, width = matrix.shape
    way, sense, offset = int(highspy.MatrixFormat.kColwise), int(highspy.ObjSense.kMinimize), 0.0
    entries = matrix.indptr, matrix.indices, matrix.data
    real = np.zeros(width, dtype=np.int32)
    passed = solver.passModel(width, height, matrix.nnz, way, sense, offset, cost, *columns, *rows, *entries, real)
    assert passed == highspy.HighsStatus.kOk
