"""Spans: several years together tell what no year does, such as whom two of them share; then they are told one by one.

Whoever takes the dossiers of two years together and those of the first has those who came in the second. A span is told
as one where it is the sum of its years, as everybody can add them up, or where it is all that was published.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from projections.counting.counting import Bounds, Question
from projections.counting.indicator import Indicator
from projections.disclosure.layout import key_of, year_of

COHORT = "cohort"
"""A year of which everybody has one for good: nobody is in two."""
ADDING = ("count", "distinct", "sum", "mean")
"""Values that follow from those of parts which share nobody, and from how many stand behind each."""


def apart(question: Question, given: pa.Table) -> Question:
    """The same question, its rows by year too where a span would tell more; unbounded where it leaves nothing out."""
    year = year_of(question.indicator)
    told = {name for name, _ in key_of(question.indicator, dict.fromkeys(question.by)) or ()}
    if year is None or year in told or not _several(question.years):
        return question
    if _all(question.years, given):
        return question._replace(years=Bounds())
    return question if _adds_up(question.indicator, given) else question._replace(by=[*question.by, year])


def _several(years: Bounds) -> bool:
    return years != Bounds() and (years.first is None or years.last is None or years.first < years.last)


def _all(years: Bounds, given: pa.Table) -> bool:
    """Whether every row is of one of these years."""
    found = pc.min_max(given["year"]).as_py()
    first, last = found["min"], found["max"]
    if given["year"].null_count or first is None:
        return not given.num_rows
    return (years.first is None or years.first <= first) and (years.last is None or last <= years.last)


def _adds_up(indicator: Indicator, given: pa.Table) -> bool:
    """Whether nobody is in two years; of means, whether everybody has one row, so that numbers weigh them."""
    if year_of(indicator) != COHORT or indicator.value not in ADDING:
        return False
    once = given.select(["contributor", "year"])
    rows = given if indicator.value == "mean" else once.group_by(["contributor", "year"]).aggregate([])
    return bool(rows.num_rows == pc.count_distinct(given["contributor"]).as_py())
