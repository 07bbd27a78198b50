"""Generated stories: what several organisations post on a few dossiers, with corrections and retractions among it.

Names of applications, referrals and the like come from small pools, so that facts meet; days do too, so that they
collide. What the rules refuse is left out: the rest is a history.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from hypothesis import strategies as st
from tests.ledger import Ledger
from tests.posting import AGENCIES, cloud_event
from tests.strategies import DOSSIER, NOW, OTHER, data_of

from dossier.agencies import Agency
from dossier.canonical import canonical
from dossier.catalogue import JOURNEY, DossierOpened, EventCorrected, EventRetracted, Fact
from dossier.catalogue.link import DossiersDistinct, DossiersLinked, DossiersUnlinked
from dossier.journal import Recorded
from dossier.log import Log
from dossier.writing import Accepted
from dossier.writing.registration import new_dossier_id

Data = dict[str, Any]
DOSSIERS = (DOSSIER, OTHER)
NUMBERS = ["0472909840", "0403170701"]
POOLS: dict[str, list[str]] = {
    "application_id": ["a1", "a2"],
    "referral_id": ["r1", "r2"],
    "objective_id": ["o1", "o2"],
    "programme": ["p1"],
    "site": ["icab", "greenbizz"],
    "legal_identifier": NUMBERS,
    "controller": NUMBERS,
    "controlled": NUMBERS,
    "to_agency": sorted(AGENCIES),
    "agency": sorted(AGENCIES),
    "purpose": ["support", "sharing"],
    "period": ["2022", "2023"],
}
ELSEWHERE = (DossierOpened, EventCorrected, EventRetracted, DossiersLinked, DossiersUnlinked, DossiersDistinct)
KINDS = [kind for kind in JOURNEY if kind not in ELSEWHERE]
DAYS = ["2024-01-15", "2024-02-01", "2024-02-29", "2024-12-31", "2023-06-30"]
HOURS = ["T00:00:00Z", "T09:00:00+01:00", "T23:30:00Z", "T23:59:59.999999+02:00"]
TIMES = [day + hour for day in DAYS for hour in HOURS]


LISTS = ("from", "into")
"""Names of lists of enterprises."""


class Taken(NamedTuple):
    """An event the log took, as it was posted."""

    agency: Agency
    event: dict[str, Any]
    recorded: Recorded


class Story(NamedTuple):
    """A log in memory and what was posted to it, all of which it took: position 1 stands first."""

    ledger: Ledger
    taken: list[Taken]

    def stored(self, dossier: UUID, count: int | None = None) -> list[tuple[int, int, bytes]]:
        """A dossier's rows of the log, when the log held `count` events."""
        rows = self.ledger.stored[:count]
        return [(r.version, r.position, r.stored) for r in rows if r.dossier == dossier]


def facts_of(kind: type[Fact]) -> st.SearchStrategy[Data]:
    """Valid data of a type, its names from the pools."""

    def pooled(data: Data) -> st.SearchStrategy[Data]:
        names: dict[str, st.SearchStrategy[Any]] = {
            name: st.sampled_from(pool) for name, pool in POOLS.items() if name in data
        }
        lists = {
            name: st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=2) for name in LISTS if _lists(data, name)
        }
        return st.fixed_dictionaries(names | lists).map(lambda drawn: {**data, **drawn})

    return data_of(kind).flatmap(pooled)


def _lists(data: Data, name: str) -> bool:
    return isinstance(data.get(name), list)


@st.composite
def stories(
    draw: st.DrawFn, longest: int = 20, kinds: Sequence[type[Fact]] = KINDS, times: Sequence[str] = TIMES
) -> Story:
    """A story of two dossiers."""
    ledger, taken = Ledger(), []
    ahead = draw(st.integers(1, longest))
    for dossier in DOSSIERS:
        opened = cloud_event("dossier-opened", {"channel": "desk"}, dossier, time="2024-01-10T09:00:00+01:00")
        taken += _post(ledger, AGENCIES["hub"], opened)
    for _ in range(ahead):
        dossier, agency = draw(st.sampled_from(DOSSIERS)), AGENCIES[draw(st.sampled_from(sorted(AGENCIES)))]
        name, data = draw(_said(ledger, dossier, kinds))
        taken += _post(ledger, agency, cloud_event(name, data, dossier, agency, time=draw(st.sampled_from(times))))
    return Story(ledger, taken)


@st.composite
def _said(draw: st.DrawFn, ledger: Ledger, dossier: UUID, kinds: Sequence[type[Fact]]) -> tuple[str, Data]:
    """A fact; one time in four an amendment of something the dossier has."""
    kind: type[Fact] = draw(st.sampled_from([*kinds, *[EventCorrected, EventRetracted] * (len(kinds) // 6)]))
    if kind not in (EventCorrected, EventRetracted):
        return kind.NAME, draw(facts_of(kind))
    history = ledger.history(dossier)
    target = history[draw(st.integers(0, len(history) - 1))]
    data: Data = {"corrects": str(target.position)}
    if kind is EventRetracted or isinstance(target.data, EventCorrected | EventRetracted):
        return "event-retracted", data
    again = facts_of(type(target.data)) if not isinstance(target.data, DossierOpened) else st.just({"channel": "web"})
    moved = draw(st.none() | st.sampled_from(TIMES))
    return "event-corrected", data | {"data": draw(again)} | ({"time": moved} if moved else {})


def _post(ledger: Ledger, agency: Agency, event: dict[str, Any]) -> list[Taken]:
    [outcome] = ledger.post([event], agency, at=NOW + timedelta(seconds=len(ledger.stored)))
    return [Taken(agency, event, outcome.recorded)] if isinstance(outcome, Accepted) else []


class Retold:
    """Posts a story to a real log, on dossiers of its own, event by event."""

    def __init__(self, log: Log, story: Story) -> None:
        self.log = log
        self.dossiers = {dossier: new_dossier_id() for dossier in DOSSIERS}
        self._left = list(story.taken)
        self._positions: dict[int, int] = {}

    def go_on(self, count: int) -> int:
        """Post up to so many more; how many were left to post."""
        for taken in self._left[:count]:
            event = dict(taken.event, subject=str(self.dossiers[taken.recorded.dossier]), id=str(new_dossier_id()))
            if "corrects" in event["data"]:
                event["data"] = {**event["data"], "corrects": str(self._positions[int(event["data"]["corrects"])])}
            [outcome] = self.log.post([event], taken.agency).result(30)
            assert isinstance(outcome, Accepted), outcome
            self._positions[taken.recorded.position] = outcome.recorded.position
        self._left = self._left[count:]
        return len(self._left)


def with_positions(story: Story, dossier: UUID, order: Sequence[int]) -> list[tuple[int, int, bytes]]:
    """A dossier's rows as if its events had been posted in another order; amendments still come after, in theirs."""
    rows = [orjson.loads(stored) for _, _, stored in story.stored(dossier)]
    old = [position for _, position, _ in story.stored(dossier)]
    amending = [n for n, row in enumerate(rows) if row["type"].split(".")[2] in ("event-corrected", "event-retracted")]
    facts = [n for n in order if n not in amending]
    new = {old[n]: place for place, n in enumerate([*facts, *amending], 1)}
    turned = []
    for place, n in enumerate([*facts, *amending], 1):
        row = dict(rows[n], version=place)
        if n in amending:
            row["data"] = {**row["data"], "corrects": str(new[int(row["data"]["corrects"])])}
        turned.append((place, place, canonical(row)))
    return turned
