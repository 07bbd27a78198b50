"""An indicator: one SQL file whose header says what it answers, how, and with what caution."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, with_config
from typing_extensions import TypedDict

from projections.rulesets.rulecheck import Written, escaped, written

DIRECTORY = files("projections").joinpath("indicators")
HEADER = re.compile(r"\A/\* ---\n(.*?)\n--- \*/\n(.*)\Z", re.DOTALL)
UNDATED = re.compile(r"\bNULL AS year\b")
"""How a query says that its rows are of no year."""
Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


@with_config(ConfigDict(extra="forbid"))
class Text(TypedDict):
    """The same in three languages: none may be missing."""

    fr: Words
    nl: Words
    en: Words


Kind = Literal["count", "distinct", "sum", "median", "mean", "by-measure", "kaplan-meier", "cumulative-incidence",
               "difference-in-differences"]  # fmt: skip
AGGREGATES = {
    "count": "count(*)",
    "distinct": "count(DISTINCT counted)",
    "sum": "sum(amount)",
    "mean": "avg(amount)",
    "by-measure": "CASE WHEN count(DISTINCT measure) > 1 THEN NULL WHEN any_value(aggregate) = 'sum' THEN sum(amount) "
    "WHEN any_value(aggregate) = 'median' THEN median(amount) ELSE avg(amount) END",
}
"""How a cell's value is made of its contributions. `distinct` counts each `counted` once, however many rows it has.
`by-measure`: each row says its `measure` and that one's `aggregate`; a cell of several measures has no value."""
COLUMNS: dict[str, tuple[str, ...]] = {
    "distinct": ("counted",),
    "by-measure": ("measure", "aggregate"),
    "kaplan-meier": ("horizon", "ended", "weight"),
    "cumulative-incidence": ("horizon", "ended", "weight"),
    "difference-in-differences": ("stratum", "treated"),
}
"""What a query gives beside dimensions, `year`, `contributor` and `amount`, for values that need more."""
INTERVALS = ("median", "kaplan-meier", "cumulative-incidence", "difference-in-differences")
"""Values with `low` and `high`: the bounds of a 95 % interval."""
UNTOLD = {"sql", "names", "rules", "value", "default", "always", "flows", "nested", "counts", "reference", "ledger",
          "missing", "late", "chart", "once", "joined"}  # fmt: skip
"""What a catalogue does not show of an indicator."""


class IndicatorUnknown(LookupError):
    """No indicator has this name."""


class IndicatorRefused(ValueError):
    """An indicator's file cannot be read; the message names the file and says what to do."""


class Picture(BaseModel):
    """How an indicator is best seen: by which dimensions, and in which unit each of its measures is.

    Without `by`, two of the usual dimensions; without units, that of the indicator. `panels`: the dimension whose
    values have a picture each, one below the other, where lines of all of them in one would be too many.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    by: list[str] | None = None
    panels: str | None = None
    units: dict[str, str] = {}


class Flows(BaseModel):
    """Measures that tell of each other from one year to the next: with what enters, less what exits, a stock goes on.

    `of`: the dimension within which that is exact; elsewhere who leaves one of its values may stay in another.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    of: str
    stock: str
    entries: list[str]
    exits: list[str]


class Counted(BaseModel):
    """Cells that count dossiers by what they are today, as those of other indicators do.

    `number`: it is the `n` of a cell that does, not its value. `where`: what tells those cells, like a measure. `of`:
    what is the same of all that they count. `but`: a dimension; those of whom it is not known are not counted. `apart`:
    dimensions that mean something else here. `each`: a dimension; the amounts of a mean come to each dossier counted
    once for each of its values.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: bool = False
    where: dict[str, str] = {}
    of: dict[str, str] = {}
    but: str | None = None
    apart: list[str] = []
    each: str | None = None


class Indicator(BaseModel):
    """What an indicator's header declares; `sql` gives one row a contribution: dimensions, contributor, amount."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: Text
    question: Text
    unit: str
    dimensions: list[str]
    names: dict[str, Text] = {}
    """What a dimension is called here, where its usual name would say something else."""
    default: list[str]
    always: list[str] = []
    """Dimensions that every row has, asked for or not: without them a value would mix what cannot be mixed."""
    measures: list[str]
    flows: Flows | None = None
    """Which measures are a stock and its flows: disclosure control ties what the years of one tell of the others."""
    once: list[str] | None = None
    """Dimensions in each of whose values a contributor has one row at the most: by them contributors are rows."""
    joined: dict[str, list[str]] = {}
    """Tables joined from the left for the sake of these dimensions alone: not read where none of them is asked for."""
    nested: list[str] = []
    """Measures of which each counts some of those that the one before counts."""
    counts: list[Counted] = []
    """Which cells count dossiers: indicators that declare it are protected and published together."""
    reference: bool = False
    """Whether measures after the first are for comparison: they are shown when `measure` is asked for."""
    evidence_level: int = Field(ge=0, le=5)
    value: Kind
    method: Text
    caveats: list[Text]
    rules: list[str]
    ledger: bool = False
    """Whether it also counts readings, from the access ledger."""
    missing: bool = False
    """Whether its query gives a row, without an amount, also for what belongs to the figure and is not known."""
    late: bool = False
    """Whether its query says of each row if it was recorded late."""
    chart: Picture = Picture()
    sql: str

    @property
    def has_bounds(self) -> bool:
        """Whether its rows have `low` and `high`."""
        return self.value in INTERVALS

    @property
    def dated(self) -> bool:
        """Whether its rows have a year to be chosen by; else they speak of the day of the figure alone."""
        return UNDATED.search(self.sql) is None

    @property
    def chart_by(self) -> list[str]:
        """The dimensions of its chart when none are asked for: a picture of more than two is not legible."""
        if self.chart.by is not None:
            return self.chart.by
        first = [name for name in ("measure", "horizon", "year", "cohort") if name in self.default]
        return (first + [name for name in self.default if name not in first])[:2]

    def by(self, asked: Sequence[str] | None) -> list[str]:
        """The dimensions of its rows when so many are asked for; its default for None."""
        wanted = self.default if asked is None else asked
        return [*wanted, *(name for name in self.always if name not in wanted)]

    def described(self) -> dict[str, Any]:
        """The indicator as a catalogue shows it."""
        return self.model_dump(exclude=UNTOLD) | {"default_by": self.default}


@lru_cache
def catalogue() -> dict[str, Indicator]:
    """Every indicator by its name. Raises IndicatorRefused."""
    found = (file for file in DIRECTORY.iterdir() if file.name.endswith(".sql"))
    read = [read_indicator(file.name.removesuffix(".sql"), file.read_text(encoding="utf-8")) for file in found]
    return {indicator.name: indicator for indicator in sorted(read, key=lambda i: i.name)}


def indicator(name: str) -> Indicator:
    """The indicator of a name. Raises IndicatorUnknown."""
    try:
        return catalogue()[name]
    except KeyError:
        raise IndicatorUnknown(f"no indicator {name}; there are: {', '.join(catalogue())}") from None


def parts(text: str) -> tuple[str, str]:
    """The header and the query of a file; of a file without a header, nothing."""
    matched = HEADER.match(text)
    return (matched[1], matched[2].strip().rstrip(";")) if matched else ("", "")


def read_indicator(name: str, text: str) -> Indicator:
    """The indicator of a file's text. Raises IndicatorRefused."""
    found = header_faults(text)
    if found:
        raise _refused(name, "; ".join(f"line {line}: {detail}" for line, detail in found))
    header, query = parts(text)
    return Indicator.model_validate(yaml.safe_load(header) | {"name": name, "sql": query})


HEADER_LINE = 2
"""Where a header begins: below the line that opens the comment it stands in."""


def header_faults(text: str) -> list[tuple[int, str]]:
    """What is wrong with a file's header, by line."""
    if HEADER.match(text) is None:
        return [(1, "start it with a header between '/* ---' and '--- */'")]
    header, query = parts(text)
    told = written(header, HEADER_LINE)
    if told.faults:
        shapeless = "write the header as `member: value` lines"
        mended = (
            fault if fault.pointer or "YAML" in fault.detail else fault._replace(detail=shapeless)
            for fault in told.faults
        )
        return [(told.line(fault.pointer), fault.detail) for fault in mended]
    try:
        Indicator.model_validate(told.rules | {"name": "name", "sql": query})
    except ValidationError as error:
        return [_placed(told, fault["loc"], fault["msg"]) for fault in error.errors()]
    return []


def _placed(told: Written, steps: tuple[int | str, ...], said: str) -> tuple[int, str]:
    """A fault of a member, on the line of the member or of what it stands in."""
    line = told.line("".join(f"/{escaped(str(step))}" for step in steps))
    return line, f"{'.'.join(str(step) for step in steps)}: {said}"


def _refused(name: str, what: str) -> IndicatorRefused:
    return IndicatorRefused(f"{name}.sql: {what} (docs/how-to/add-an-indicator.md)")
