"""The timeline in words: entries by year, with what was retracted and what a correction changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from api.pages.contexts import Entry, Year
from api.words.telling import Said, Teller
from dossier.catalogue import TYPES
from dossier.event import BRUSSELS

MACHINE = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}


def by_year(timeline: Sequence[Mapping[str, Any]], teller: Teller) -> list[Year]:
    """The entries of a timeline, as the API gives it, by the year they happened in Brussels."""
    return [
        Year(year, [entry(one, teller) for one in own])
        for year, own in groupby(timeline, key=lambda one: str(happened(one["time"]).year))
    ]


def entry(one: Mapping[str, Any], teller: Teller) -> Entry:
    """One fact in words."""
    words, kind = teller.words, TYPES[one["type"]]
    said = teller.tell(one["type"], one["data"])
    original = one.get("original")
    before = None if original is None else changed(teller.tell(one["type"], original["data"]), said, teller)
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
