"""A story: the events of one dossier while it is told, and the order in which the agencies post them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from api.demonstration.agencies import BY_ID, speaker
from api.demonstration.entrepreneur import Entrepreneur
from dossier.catalogue.fact import PREFIX

BRUSSELS = ZoneInfo("Europe/Brussels")
THREADS = ("application_id", "referral_id", "objective_id", "site", "other", "agency", "purpose")
"""Facts that name the same thing by one of these are posted in the order told: no other is accepted."""


class Posting(NamedTuple):
    """One event as an agency posts it.

    `corrects` is the index of the posting of the same dossier that an amendment speaks of: the position it
    got goes into the event's data once it is stored.
    """

    agency_id: str
    event: dict[str, Any]
    corrects: int | None = None


class Moment(NamedTuple):
    """When a thing happened, how exactly that is known, and the days until its report (None: by chance)."""

    day: date
    precision: str = "day"
    lag: int | None = None


class Told(NamedTuple):
    """One event of a story, with the day its agency reported it."""

    agency: str
    name: str
    event: dict[str, Any]
    reported: date
    corrects: int | None


class Story:
    """The events of one dossier. Any order of time will do, but first what makes a thing possible."""

    def __init__(self, who: Entrepreneur) -> None:
        self.who = who
        self.rng = Random(f"{who.seed}/{who.number}/journey")  # noqa: S311 - a reproducible journey, no secret
        self.dossier = who.dossier
        self.end = date.max
        self.told: list[Told] = []
        self._threads: dict[tuple[str, str], date] = {}
        self._names: dict[str, int] = {}

    def tell(self, agency: str, name: str, when: date | Moment, /, **data: Any) -> int:
        """Add an event; its index. Data that is None is left out; `from_` stands for `from`."""
        moment = when if isinstance(when, Moment) else Moment(when)
        said = {key.rstrip("_"): value for key, value in data.items() if value is not None}
        return self._add(agency, name, moment, said, None)

    def correct(self, index: int, when: date, reason: str, **changes: Any) -> int:
        """The agency that said it, or its successor, says it again, changed."""
        target = self.told[index]
        data = {"data": {**target.event["data"], **changes}, "reason": reason}
        return self._add(target.agency, "event-corrected", Moment(when), data, index)

    def retract(self, index: int, when: date, reason: str) -> int:
        """The agency that said it, or its successor, takes it back."""
        return self._add(self.told[index].agency, "event-retracted", Moment(when), {"reason": reason}, index)

    def chance(self, probability: float) -> bool:
        """Whether a thing of this probability happens."""
        return self.rng.random() < probability

    def after(self, day: date, least: int, most: int) -> date:
        """A working day so many days later."""
        return workday(day + timedelta(days=self.rng.randint(least, most)))

    def name(self, kind: str) -> str:
        """A new name for a thing of an agency: unique in the dossier, the same at every telling."""
        self._names[kind] = self._names.get(kind, 0) + 1
        return f"{kind}-{self.who.seed}-{self.who.number:06d}-{self._names[kind]}"

    def postings(self, until: date) -> list[Posting]:
        """What is posted by the end of a day, in that order. A later `until` only ever adds at the end."""
        last = min(until, self.end)
        order = [i for i, told in enumerate(self.told) if told.reported <= last]
        order.sort(key=lambda i: (self.told[i].reported, i))
        places = {index: place for place, index in enumerate(order)}
        posted = (self.told[index] for index in order)
        return [
            Posting(told.agency, told.event, None if told.corrects is None else places[told.corrects])
            for told in posted
        ]

    def _add(self, agency: str, name: str, moment: Moment, data: dict[str, Any], corrects: int | None) -> int:
        day = workday(moment.day)
        agency = speaker(agency, day)
        reported = self._reported(day, moment.lag, data, corrects)
        who, index = self.who, len(self.told)
        event = {
            "specversion": "1.0",
            "id": f"demo-{who.seed}-{who.number}-{index}",
            "source": f"{BY_ID[agency].source_prefix}/demonstration",
            "type": f"{PREFIX}{name}.v1",
            "subject": self.dossier,
            "time": self._time(day, moment.precision),
            "datacontenttype": "application/json",
            "data": data,
        }
        if moment.precision != "day":
            event["timeprecision"] = moment.precision
        thread = data.get("application_id") or data.get("referral_id")
        if thread:
            event["correlationid"] = thread
        self.told.append(Told(agency, name, event, reported, corrects))
        return index

    def _reported(self, day: date, lag: int | None, data: dict[str, Any], corrects: int | None) -> date:
        """Most things are reported within days, some months late; none before what makes it possible."""
        reported = day + timedelta(days=self._lag() if lag is None else lag)
        if self.told:
            reported = max(reported, self.told[0].reported)
        if corrects is not None:
            reported = max(reported, self.told[corrects].reported)
        for thread in THREADS:
            if isinstance(named := data.get(thread), str):
                reported = max(reported, self._threads.get((thread, named), reported))
                self._threads[thread, named] = reported
        return reported

    def _lag(self) -> int:
        chance = self.rng.random()
        if chance < 0.7:
            return 0
        return self.rng.randint(1, 6) if chance < 0.94 else self.rng.randint(20, 300)

    def _time(self, day: date, precision: str) -> str:
        if precision == "year":
            day = day.replace(month=1, day=1)
        elif precision == "month":
            day = day.replace(day=1)
        hour, minute = self.rng.randint(8, 17), self.rng.randrange(0, 60, 5)
        return f"{day}T{hour:02d}:{minute:02d}:00{offset(day)}"


def workday(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() > 4 else day


@lru_cache(maxsize=8192)
def offset(day: date) -> str:
    """The offset of Brussels from UTC at the working hours of a day."""
    summer = datetime(day.year, day.month, day.day, 12, tzinfo=BRUSSELS).dst()
    return "+02:00" if summer else "+01:00"
