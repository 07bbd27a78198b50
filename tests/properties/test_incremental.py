"""Incremental = rebuilt = read from the log: however the steps fall, whatever is corrected, restarted or broken."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import orjson
import psycopg
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.projections.standing import catch_up, rebuilt_rows, rows
from tests.properties.histories import Retold, Story, stories

from dossier import catalogue as c
from dossier.log import Log
from projections.dossiers.dossiers import AsOf, Dossiers
from projections.generations import live, store
from projections.generations.recent import Recent
from projections.history import taking

BREAKING = (c.AidApplied, c.PhaseDeclared, c.ReferralMade, c.PremisesEntered, c.ObjectiveSet)
QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
"""Without shrinking: each attempt goes through a real log."""
Steps = list[tuple[int, int, bool]]


def steps() -> st.SearchStrategy[Steps]:
    """(how many events are posted, then how many a step takes; 0 is no step; by who remembers earlier ones or not)."""
    return st.lists(st.tuples(st.integers(1, 8), st.sampled_from([0, 0, 1, 2, 3, 1_000]), st.booleans()), max_size=8)


def live_through(log: Log, story: Story, taken: Steps) -> Retold:
    """Post a story and project it in these steps, each on a connection of its own as after a restart."""
    retold, recent = Retold(log, story), Recent(most=30)
    for posted, batch, remembers in taken:
        retold.go_on(posted)
        if batch:
            with psycopg.connect(log.database.app, autocommit=True) as connection:
                live.step(connection, batch, recent if remembers else None)
    retold.go_on(1_000)
    catch_up(log.database.app)
    return retold


@settings(max_examples=15, deadline=None, phases=QUICK)
@given(stories(), steps())
def test_what_was_projected_step_by_step_is_what_a_rebuild_makes(told_log: Log, story: Story, taken: Steps) -> None:
    live_through(told_log, story, taken)
    assert rows(told_log.database.owner) == rebuilt_rows(told_log.database.owner)


@settings(max_examples=15, deadline=None, phases=QUICK)
@given(stories(), steps())
def test_what_is_served_is_what_the_log_says(told_log: Log, story: Story, taken: Steps) -> None:
    retold = live_through(told_log, story, taken)
    dossiers = Dossiers(told_log.journal)
    recorded = told_log.journal.head().recordedtime
    for dossier in retold.dossiers.values():
        served = dossiers.state(dossier, AsOf(), personal=False)
        as_of_now = dossiers.state(dossier, AsOf(known=recorded), personal=False)
        assert served is not None
        assert as_of_now is not None
        assert served.document == orjson.loads(orjson.dumps(as_of_now.document))
        assert served.version == as_of_now.version == told_log.journal.versions([dossier])[dossier]


@settings(max_examples=15, deadline=None, phases=QUICK)
@given(stories(), steps(), st.sampled_from(BREAKING))
def test_facts_that_break_are_set_aside_alike(told_log: Log, story: Story, taken: Steps, kind: type[c.Fact]) -> None:
    """Half the facts of a type cannot be taken: by their content, so that every way of reading meets the same ones."""
    owner = told_log.database.owner
    with broken(kind):
        retold = live_through(told_log, story, taken)
        own = list(retold.dossiers.values())
        found, again = rows(owner, of=own), rebuilt_rows(owner, of=own)
        shown = [Dossiers(told_log.journal).state(dossier, AsOf(), personal=True) for dossier in own]
    assert found == again
    assert all(state is not None and state.version == state.document["version"] for state in shown)
    mend(told_log, own)


@contextlib.contextmanager
def broken(kind: type[c.Fact]) -> Iterator[None]:
    taken = taking.TAKE[kind]

    def take(r: Any, fact: Any, on: str, event: Any) -> None:
        if sum(event.time.encode()) % 2:
            raise ValueError(event.time)
        taken(r, fact, on, event)

    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(taking.TAKE, kind, take)
        yield


def mend(log: Log, dossiers: list[UUID]) -> None:
    """Once the projection is mended, what it touches next is whole again."""
    with psycopg.connect(log.database.app, autocommit=True) as connection:
        generation = store.served(connection)
        assert generation is not None
        live.refresh(connection, generation, set(dossiers), until=store.ENDLESS)
    assert rows(log.database.owner, of=dossiers)["set_aside"] == set()
