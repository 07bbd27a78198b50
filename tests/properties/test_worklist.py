"""The worklist and the programmes say over many dossiers what each dossier says of itself, on any day."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import orjson
import psycopg
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.projections.standing import catch_up
from tests.properties.histories import DOSSIERS, Retold, Story, stories
from tests.strategies import DOSSIER

from dossier import catalogue as c
from dossier.log import Log
from projections.dossiers import programmes, worklist
from projections.dossiers.dossiers import AsOf, Dossiers
from projections.dossiers.on_day import on_day
from projections.dossiers.worklist import Wanted
from projections.project import project
from projections.rulesets.ruleset import ruleset

UNDER_WAY = [c.ReferralMade, c.ReferralAccepted, c.ReferralDeclined, c.ReferralCompleted, c.ObjectiveSet,
             c.ObjectiveProgressed]  # fmt: skip
QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
"""Without shrinking: each attempt goes through a real log."""


def days() -> st.SearchStrategy[str]:
    return st.dates(date(2023, 6, 1), date(2025, 6, 1)).map(date.isoformat)


@settings(max_examples=12, deadline=None, phases=QUICK)
@given(stories(longest=30, kinds=UNDER_WAY), days())
def test_what_is_over_many_dossiers_is_what_each_says(told_log: Log, story: Story, day: str) -> None:
    retold = Retold(told_log, story)
    retold.go_on(1_000)
    catch_up(told_log.database.app)
    dossiers = Dossiers(told_log.journal, today=lambda: day)
    shown = [dossiers.state(dossier, AsOf(), personal=False) for dossier in retold.dossiers.values()]
    documents = {one.document["id"]: one.document for one in shown if one is not None}
    with psycopg.connect(told_log.database.app, autocommit=True) as connection:
        for status in ("open", "overdue"):
            listed = [one for _, one in worklist.referrals(connection, Wanted(status=status), day, 1_000_000)]
            own = [one for one in listed if one["dossier"] in documents]
            assert sorted(map(_place, own)) == sorted(_expected(documents, status)), status
        found = programmes.objectives(connection, "p1", day)
        summed = Counter[str]()
        for state in _all(connection, day):
            summed.update(one["status"] for one in state["objectives"] if one["programme"] == "p1")
    counted = Counter[str]()
    for objective in found["objectives"] if found else ():
        counted.update({name: objective[name] for name in ("open", "overdue", "reached", "dropped")})
    assert +counted == +summed


def _place(one: dict[str, Any]) -> tuple[str, ...]:
    names = ("referral_id", "status", "overdue", "answer_due", "completion_due", "from_agency", "to_agency", "agreed")
    return tuple(str(one[name]) for name in names)


def _expected(documents: dict[str, dict[str, Any]], status: str) -> list[tuple[str, ...]]:
    return [
        _place(one)
        for document in documents.values()
        for one in document["open_referrals"]
        if one["made_on"] and one["status"] != "declined" and (status == "open" or one["overdue"])
    ]


def _all(connection: psycopg.Connection[Any], day: str) -> list[dict[str, Any]]:
    rows = connection.execute(
        "SELECT state FROM projection.current"
        " WHERE generation = (SELECT id FROM projection.generation WHERE status = 'served')"
    )
    return [on_day(orjson.loads(state), day) for (state,) in rows]


@settings(max_examples=80, deadline=None)
@given(stories(), days(), st.integers(0, 400))
def test_what_is_late_stays_late_until_something_happens(story: Story, day: str, wait: int) -> None:
    later = str(date.fromisoformat(day) + timedelta(days=wait))
    for dossier in DOSSIERS:
        state = orjson.loads(project(dossier, story.stored(dossier), ruleset()).rows["current"][0][5])
        before, after = on_day(state, day), on_day(state, later)
        for was, is_ in zip(before["open_referrals"], after["open_referrals"], strict=True):
            assert was["overdue"] in (None, is_["overdue"])
        for was, is_ in zip(before["objectives"], after["objectives"], strict=True):
            assert was["status"] == is_["status"] or (was["status"], is_["status"]) == ("open", "overdue")
        assert [one for one in after["mandates"] if one not in before["mandates"]] == []


@settings(max_examples=60, deadline=None)
@given(stories(), days())
def test_a_day_changes_nothing_but_what_the_calendar_says(story: Story, day: str) -> None:
    state = orjson.loads(project(DOSSIER, story.stored(DOSSIER), ruleset()).rows["current"][0][5])
    moved = ("open_referrals", "objectives", "mandates", "team")
    said = on_day(state, day)
    assert {name: said[name] for name in state if name not in moved} == {
        name: value for name, value in state.items() if name not in moved
    }
    assert said.keys() == state.keys()
