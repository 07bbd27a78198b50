"""A candidate: what could be published now of an indicator beside all that was published of it before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from projections.disclosure.changing import since
from projections.disclosure.cube import Cube, cube
from projections.disclosure.layout import cases, tables
from projections.disclosure.parameters import Parameters
from projections.disclosure.protection import Protected, TooMuch, Unprotectable, protect
from projections.disclosure.publication import Publication
from projections.indicator import Indicator


def candidate(
    indicator: Indicator,
    told: dict[str, Any],
    given: pa.Table,
    known: Sequence[Publication],
    rule: Parameters,
    effort: float = np.inf,
) -> Publication | None:
    """What could be published now beside all that was; None when it would give something away, or show much less."""
    published, now = tables(indicator), cases(indicator, given)
    made = cube(indicator, published, now, rule)
    number = known[-1].number + 1 if known else 1
    try:
        before, telling = since(indicator, published, now, made, known, rule)
        if known and not _moved_enough(made, telling, known[-1]):
            return None
        protected = protect(made, made.unsafe | telling, rule.percent, before, effort=effort)
    except TooMuch:
        raise
    except Unprotectable:
        if known:
            return None
        protected = everything(made)
    if known and (~protected.hidden).sum() < (~known[-1].hidden).sum() / 2:
        return None
    told = told | {"disclosure": rule.told() | {"publication": number}}
    return Publication(indicator.name, number, told, given, made.keys, made.weight, protected.hidden, protected.worlds)


def everything(made: Cube) -> Protected:
    """All cells hidden, where nothing else would do."""
    size = len(made.keys)
    return Protected(np.ones(size, bool), np.zeros((0, size)))


def _moved_enough(made: Cube, telling: Any, last: Publication) -> bool:
    """Whether the widest cells have changed by enough undertakings, or not at all."""
    if not made.keys:
        return True
    wide = made.depth == made.depth.min()
    shown = [place for place in wide.nonzero()[0] if made.keys[place] in last.index]
    return not shown or not all(telling[place] for place in shown)


def same(last: Publication, told: dict[str, Any], given: pa.Table) -> bool:
    """Whether nothing that is counted has changed since."""
    if last.certificate["ruleset_digest"] != told["ruleset_digest"]:
        return False
    order = [(name, "ascending") for name in given.column_names]
    before = last.contributions
    return bool(before.schema.equals(given.schema) and before.sort_by(order).equals(given.sort_by(order)))
