"""However posts are cut into batches and mixed, each dossier gets its facts in order and positions have no gap."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.posting import HUB, accepted, cloud_event, repeated, short
from tests.strategies import data_of

from dossier.catalogue import ContactMade, Fact, FiguresReported, PhaseDeclared, ProfileUpdated, ProjectDescribed
from dossier.database.connections import Database
from dossier.event import unseal
from dossier.log import Log, running_log
from dossier.writing import Outcome
from dossier.writing.registration import new_dossier_id

FREE: list[type[Fact]] = [ContactMade, PhaseDeclared, ProfileUpdated, ProjectDescribed, FiguresReported]
"""Facts that any state takes."""
Posts = list[tuple[int, str, dict[str, Any]]]


@st.composite
def posts(draw: st.DrawFn) -> Posts:
    """Facts of up to three dossiers, in the order they are sent."""
    kinds = draw(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(FREE)), min_size=1, max_size=12))
    return [(whose, kind.NAME, draw(data_of(kind))) for whose, kind in kinds]


def sent(log: Log, events: list[dict[str, Any]], cuts: list[int], atomic: bool) -> list[Outcome]:
    """Send in batches of these sizes, the last of what is left, without waiting for one before the next."""
    tickets: list[Future[list[Outcome]]] = []
    for size in [*cuts, len(events)]:
        batch, events = events[:size], events[size:]
        tickets.append(log.post(batch, HUB, atomic=atomic))
    return [outcome for ticket in tickets for outcome in ticket.result(30)]


def events_of(dossiers: list[UUID], facts: Posts) -> list[dict[str, Any]]:
    opening = [cloud_event("dossier-opened", {}, dossier) for dossier in dossiers]
    return opening + [cloud_event(name, data, dossiers[whose]) for whose, name, data in facts]


def history(log: Log, dossier: UUID) -> list[tuple[int, str, dict[str, Any]]]:
    """What the log says of a dossier, but for where in the log it stands and when it came."""
    events = [unseal(r.stored, r.position) for r in log.journal.history(dossier)]
    return [(event.version, event.type, vars(event.data)) for event in events]


@settings(max_examples=25)
@given(facts=posts(), cuts=st.lists(st.integers(0, 5), max_size=6), atomic=st.booleans())
def test_batches_make_no_difference(shared_database: Database, facts: Posts, cuts: list[int], atomic: bool) -> None:
    one_by_one, in_batches = [new_dossier_id() for _ in range(3)], [new_dossier_id() for _ in range(3)]
    with running_log(shared_database) as log:
        for event in events_of(one_by_one, facts):
            accepted(log.post([event], HUB).result(30)[0])
        outcomes = sent(log, events_of(in_batches, facts), cuts, atomic)
        assert {short(outcome) for outcome in outcomes} == {"accepted"}
        for before, after in zip(one_by_one, in_batches, strict=True):
            assert history(log, before) == history(log, after)


@settings(max_examples=25)
@given(facts=posts(), data=st.data())
def test_the_order_between_dossiers_makes_no_difference(
    shared_database: Database, facts: Posts, data: st.DataObject
) -> None:
    straight, mixed = [new_dossier_id() for _ in range(3)], [new_dossier_id() for _ in range(3)]
    order = data.draw(st.permutations(range(len(facts))))
    rank = {whose: iter([i for i in range(len(facts)) if facts[i][0] == whose]) for whose in range(3)}
    shuffled = [facts[next(rank[facts[place][0]])] for place in order]
    with running_log(shared_database) as log:
        sent(log, events_of(straight, facts), [3, 2], atomic=False)
        sent(log, events_of(mixed, shuffled), [1, 4], atomic=False)
        for before, after in zip(straight, mixed, strict=True):
            assert history(log, before) == history(log, after)


@settings(max_examples=15)
@given(facts=posts(), cuts=st.lists(st.integers(1, 4), max_size=4), bad=st.integers(0, 12))
def test_positions_have_no_gap_whatever_is_refused(
    shared_database: Database, facts: Posts, cuts: list[int], bad: int
) -> None:
    with running_log(shared_database) as log:
        before = log.journal.head().position
        dossiers = [new_dossier_id() for _ in range(3)]
        events = events_of(dossiers, facts)
        events.insert(3 + bad % (len(facts) + 1), cloud_event("premises-left", {"site": "x"}, dossiers[0]))
        outcomes = sent(log, events, cuts, atomic=False)
        positions = [accepted(o).position for o in outcomes if short(o) == "accepted"]
        assert positions == list(range(before + 1, before + 3 + len(facts) + 1))
        assert log.journal.head().position == positions[-1]


@settings(max_examples=15)
@given(facts=posts())
def test_sending_everything_again_changes_nothing(shared_database: Database, facts: Posts) -> None:
    with running_log(shared_database) as log:
        events = events_of([new_dossier_id() for _ in range(3)], facts)
        first = sent(log, events, [2, 3], atomic=False)
        head = log.journal.head()
        again = sent(log, events, [4], atomic=True)
        assert [repeated(o) for o in again] == [accepted(o).position for o in first]
        assert log.journal.head() == head
