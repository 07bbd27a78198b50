"""What a history says depends on what happened and what was known, not on the way it came into the log."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.properties.histories import DAYS, DOSSIERS, TIMES, Story, stories, with_positions
from tests.strategies import DOSSIER

from dossier import catalogue as c
from dossier.event import BRUSSELS, unseal
from dossier.journal import Journal, Recorded
from projections.dossiers.dossiers import AsOf, Dossiers
from projections.dossiers.on_day import on_day
from projections.dossiers.undertakings import Histories, Undertakings, related
from projections.history.gathering import read
from projections.history.history import History, history_of
from projections.project import Projected, Stored, project
from projections.rulesets.ruleset import ruleset
from projections.state.current import current
from projections.state.timeline import timeline
from projections.undertaking.statement import Said

TELLING = [c.PhaseDeclared, c.ProjectDescribed, c.EnterpriseLinked, c.EnterpriseCreated, c.FiguresReported,
           c.ConsentGiven, c.ConsentWithdrawn, c.CoachingSessionHeld, c.PremisesEntered, c.PremisesLeft]  # fmt: skip
"""Facts that overrule each other, so that their order tells."""
ROOM_FLAGS = ("de-minimis-ceiling-exceeded", "gross-grant-equivalent-assumed", "enterprise-assumed")
FACTS = ("fact_dossier", "fact_presence", "fact_phase", "fact_aid", "fact_referral", "fact_objective")
TODAY = "2026-03-10"
"""The day on which the dossiers of these tests are looked at."""
ORDER_BOUND = {"position", "version", "recordedtime", "because", "corrected_by", "retracted_by"}


class InMemory:
    """As much of a journal as reading a dossier needs; as it was when it held `count` events."""

    def __init__(self, story: Story, count: int | None = None) -> None:
        self._stored = story.ledger.stored[:count]

    def history(self, dossier: UUID) -> list[Recorded]:
        return [recorded for recorded in self._stored if recorded.dossier == dossier]

    def rows(self, query: str, values: Any) -> list[tuple[Any, ...]]:
        assert (query, [*values]) == ("comparing", ["dossier"])
        return []  # no story compares dossiers

    def told(self, dossier: UUID, *, personal: bool) -> list[tuple[Any, ...]]:
        assert personal in (True, False)
        return [(r.version, r.position, r.stored, None, []) for r in self.history(dossier)]


def free_of_order(said: Any) -> Any:
    """What is said, without what may depend on the order of posting."""
    if isinstance(said, dict):
        return {name: free_of_order(value) for name, value in said.items() if name not in ORDER_BOUND}
    return [free_of_order(value) for value in said] if isinstance(said, list) else said


def as_json(said: Any) -> Any:
    """What is said, as it is read from JSON."""
    return orjson.loads(orjson.dumps(said))


def told(rows: list[tuple[int, int, bytes]]) -> History:
    return history_of(DOSSIER, [unseal(stored, position, DOSSIER) for _, position, stored in rows])


def state(history: History) -> dict[str, Any]:
    return current(history, read(history), ruleset())


class Together(Undertakings):
    """What all dossiers of a journal in memory say of enterprises."""

    def __init__(self, journal: InMemory) -> None:
        super().__init__(cast(Journal, journal))

    def said(self, numbers: Iterable[str], asked: AsOf = AsOf(), own: Any = None, generation: Any = None) -> Said:  # noqa: B008
        def stored(dossiers: list[UUID]) -> dict[UUID, list[Stored]]:
            found = {dossier: self._journal.history(dossier) for dossier in dossiers}
            return {d: [(r.version, r.position, r.stored) for r in rows] for d, rows in found.items()}

        histories = Histories(lambda _: DOSSIERS, stored, asked)
        return related(numbers, lambda wanted: histories.look(wanted, own))


def reader(story: Story, count: int | None = None) -> Dossiers:
    journal = InMemory(story, count)
    return Dossiers(cast(Journal, journal), ruleset(), undertakings=Together(journal), today=lambda: TODAY)


def roomless(document: dict[str, Any]) -> dict[str, Any]:
    """A state without its aid room, which changes with the day and is not kept."""
    aid = {name: value for name, value in document["aid"].items() if name not in ("de_minimis", "undertakings")}
    flags = [flag for flag in document["flags"] if flag["flag"] not in ROOM_FLAGS]
    return document | {"aid": aid, "flags": flags}


@settings(max_examples=200, deadline=None)
@given(stories(kinds=TELLING, times=TIMES[:2]) | stories(), st.randoms(use_true_random=False))
def test_the_same_facts_in_another_order_say_the_same(story: Story, chance: random.Random) -> None:
    for dossier in DOSSIERS:
        rows = story.stored(dossier)
        order = list(range(len(rows)))
        straight = with_positions(story, dossier, order)
        chance.shuffle(order)
        turned = with_positions(story, dossier, order)
        assert free_of_order(state(told(turned))) == free_of_order(state(told(straight)))
        entries = [[str(free_of_order(e)) for e in timeline(told(r))] for r in (turned, straight)]
        assert sorted(entries[0]) == sorted(entries[1])
        made: list[Projected] = [project(dossier, r, ruleset()) for r in (turned, straight)]
        for table in FACTS:
            assert made[0].rows[table] == made[1].rows[table], table


@settings(max_examples=80, deadline=None)
@given(stories(), st.data())
def test_as_known_then_is_what_the_log_said_then(story: Story, data: st.DataObject) -> None:
    count = data.draw(st.integers(2, len(story.ledger.stored)))
    last = unseal(story.ledger.stored[count - 1].stored, count)
    asked = AsOf(known=datetime.fromisoformat(last.recordedtime))
    for dossier in DOSSIERS:
        then = project(dossier, story.stored(dossier, count), ruleset()).rows
        shown, line = (look(dossier, asked, personal=False) for look in (reader(story).state, reader(story).timeline))
        assert shown is not None
        assert line is not None
        assert as_json(roomless(shown.document)) == on_day(orjson.loads(then["current"][0][5]), asked.day(TODAY))
        stood = reader(story, count).state(dossier, asked, personal=False)
        assert stood is not None
        assert shown.document == stood.document, "with its aid room, over both dossiers"
        assert as_json(line.document) == orjson.loads(then["timeline"][0][1])
        assert shown.version == line.version == then["current"][0][0]


@settings(max_examples=120, deadline=None)
@given(stories(), st.sampled_from(DAYS))
def test_as_true_then_is_what_the_facts_up_to_then_say(story: Story, day: str) -> None:
    """Facts of later days are left out before anything else is done: not posted, and no amendment speaks of them."""
    for dossier in DOSSIERS:
        events = [unseal(stored, position, dossier) for _, position, stored in story.stored(dossier)]
        whole = history_of(dossier, events)
        later = {
            e.position
            for e in (*whole.facts, *whole.struck)
            if e.happened.astimezone(BRUSSELS).date() > date.fromisoformat(day)
        }
        kept = [
            e for e in events if e.position not in later and getattr(e.data, "corrects", "0") not in map(str, later)
        ]
        shown = reader(story).state(dossier, AsOf(effective=date.fromisoformat(day)), personal=False)
        assert shown is not None
        expected = state(history_of(dossier, kept))
        counted = {"version": shown.version, "position": str(whole.position)}
        assert roomless(shown.document) == on_day(expected | counted, day)


@settings(max_examples=80, deadline=None)
@given(stories())
def test_as_of_now_is_the_dossier_as_it_stands(story: Story) -> None:
    now = datetime.fromisoformat(unseal(story.ledger.stored[-1].stored, 1).recordedtime)
    for dossier in DOSSIERS:
        rows = project(dossier, story.stored(dossier), ruleset()).rows
        for asked in (AsOf(known=now), AsOf(effective=date.max), AsOf(date.max, now)):
            shown = reader(story).state(dossier, asked, personal=False)
            assert shown is not None
            assert as_json(roomless(shown.document)) == on_day(orjson.loads(rows["current"][0][5]), asked.day(TODAY))
