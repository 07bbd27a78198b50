"""An indicator: one SQL file whose header says what it answers, how, and with what caution."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

HEADER = re.compile(r"\A/\* ---\n(.*?)\n--- \*/\n(.*)\Z", re.DOTALL)
Text = dict[Literal["fr", "nl", "en"], str]
AGGREGATES = {"count": "count(*)", "sum": "sum(amount)", "median": "median(amount)", "mean": "avg(amount)"}


class IndicatorUnknown(LookupError):
    """No indicator has this name."""


class Indicator(BaseModel):
    """What an indicator's header declares; `sql` gives one row a contribution: dimensions, contributor, amount."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: Text
    question: Text
    unit: str
    dimensions: list[str]
    default: list[str]
    measures: list[str]
    evidence_level: int = Field(ge=0, le=5)
    value: Literal["count", "sum", "median", "mean"]
    caveats: list[Text]
    rules: list[str]
    sql: str

    def described(self) -> dict[str, Any]:
        """The indicator as a catalogue shows it."""
        return self.model_dump(exclude={"sql", "rules", "value", "default"}) | {"default_by": self.default}


@lru_cache
def catalogue() -> dict[str, Indicator]:
    """Every indicator by its name."""
    found = (file for file in files("projections").joinpath("indicators").iterdir() if file.name.endswith(".sql"))
    read = [_read(file.name.removesuffix(".sql"), file.read_text(encoding="utf-8")) for file in found]
    return {indicator.name: indicator for indicator in sorted(read, key=lambda i: i.name)}


def indicator(name: str) -> Indicator:
    """The indicator of a name. Raises IndicatorUnknown."""
    try:
        return catalogue()[name]
    except KeyError:
        raise IndicatorUnknown(f"no indicator {name}; there are: {', '.join(catalogue())}") from None


def _read(name: str, text: str) -> Indicator:
    matched = HEADER.match(text)
    if matched is None:
        raise ValueError(f"{name}.sql: a header between '/* ---' and '--- */' is needed")
    return Indicator(name=name, sql=matched[2].strip().rstrip(";"), **yaml.safe_load(matched[1]))
