"""The timeline in words: entries by year, with what was retracted and what a correction changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from types import MappingProxyType
from typing import Any

from api.pages.contexts import Entry, Year
from api.words.telling import Said, Teller
from dossier.catalogue import TYPES
from dossier.event import BRUSSELS

NOBODY: Mapping[str, str] = MappingProxyType({})
MACHINE = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}


def by_year(timeline: Sequence[Mapping[str, Any]], teller: Teller, recorders: Mapping[str, str] = NOBODY) -> list[Year]:
    """The entries of a timeline, as the API gives it, by the year they happened in Brussels.

    `recorders` says which organisation recorded what amends an entry, by its position.
    """
    return [
        Year(year, [entry(one, teller, recorders) for one in own])
        for year, own in groupby(timeline, key=lambda one: str(happened(one["time"]).year))
    ]


def amended(timeline: Sequence[Mapping[str, Any]]) -> bool:
    """Whether any entry was corrected or retracted."""
    return any("retracted_by" in one or "corrected_by" in one for one in timeline)


def entry(one: Mapping[str, Any], teller: Teller, recorders: Mapping[str, str] = NOBODY) -> Entry:
    """One fact in words."""
    words, kind = teller.words, TYPES[one["type"]]
    said = teller.tell(one["type"], one["data"])
    original = one.get("original")
    before = None if original is None else changed(teller.tell(one["type"], original["data"]), said, teller)
    amender = recorders.get(one.get("retracted_by") or one.get("corrected_by") or "")
    redated = original is not None and original["time"] != one["time"]
    return Entry(
        anchor=f"p{one['position']}",
        when=words.day(one["time"], one["timeprecision"]),
        machine=happened(one["time"]).strftime(MACHINE[one["timeprecision"]]),
        label=kind.LABEL[words.lang],
        agency=teller.agency(one["agency"]),
        said=said,
        recorded=words.day(one["recordedtime"]),
        retracted="retracted_by" in one,
        amender=teller.agency(amender) if amender else None,
        before=before,
        dated_before=words.day(original["time"], one["timeprecision"]) if original and redated else None,
    )


def changed(before: Sequence[Said], now: Sequence[Said], teller: Teller) -> list[Said]:
    """What was said before and is said otherwise now; a field that was not there before said nothing."""
    said = {one.name: one.value for one in now}
    absent = teller.words("dossier.absent")
    fields = {one.name for one in before}
    added = [Said(one.name, one.label, absent) for one in now if one.name not in fields]
    return [one for one in before if said.get(one.name) != one.value] + added


def happened(time: str) -> datetime:
    """An instant by the clock of Brussels."""
    return datetime.fromisoformat(time).astimezone(BRUSSELS)
