"""A connection lost around COMMIT: what the agency is told is what the log holds, and nothing is stored twice."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from tests.dossier.writing.proxy import Fault, Proxy
from tests.posting import AGENCIES, HUB, accepted, cloud_event, contact, opened, post, repeated, short
from tests.turn import until_waiting

from dossier.database.cluster import SUPERUSER
from dossier.database.connections import Database
from dossier.database.embedded import EmbeddedPostgres
from dossier.log import Log, running_log

END = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = %s AND application_name LIKE 'dossier-%%'
"""
each_fault = pytest.mark.parametrize("fault", ["before", "after"])


@pytest.fixture(scope="module")
def proxy(shared_database: Database) -> Iterator[Proxy]:
    with Proxy(shared_database.app) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def log(shared_database: Database, proxy: Proxy) -> Iterator[Log]:
    """A log whose every connection goes through the proxy."""
    database = Database(shared_database.owner, proxy.conninfo, shared_database.reader)
    with running_log(database) as log:
        log.register(*AGENCIES.values())
        yield log


@pytest.fixture(autouse=True)
def faultless(proxy: Proxy) -> Iterator[None]:
    """Each test strikes at most as often as it says."""
    proxy.struck.clear()
    proxy.arrive.clear()
    yield
    assert proxy.fault is None


@each_fault
def test_an_event_is_accepted_and_stored_once(log: Log, proxy: Proxy, fault: Fault) -> None:
    dossier = opened(log)
    proxy.fault = fault
    recorded = accepted(post(log, contact(dossier))[0])
    assert proxy.struck == [fault]
    assert [(r.version, r.position, r.stored) for r in log.journal.history(dossier)][1:] == [
        (2, recorded.position, recorded.stored)
    ]


@each_fault
def test_sending_it_again_afterwards_is_a_repeat(log: Log, proxy: Proxy, fault: Fault) -> None:
    event = contact(opened(log))
    proxy.fault = fault
    first = accepted(post(log, event)[0])
    assert repeated(post(log, event)[0]) == first.position


@each_fault
def test_its_person_is_in_the_vault_once_and_bound_to_it(log: Log, proxy: Proxy, fault: Fault) -> None:
    dossier = opened(log)
    proxy.fault = fault
    event = cloud_event("contact-made", {"channel": "phone", "note": "Amina"}, dossier)
    accepted(post(log, event)[0])
    assert list(log.journal.personal_of([dossier])) == [(dossier, 2)]
    repeated(post(log, event)[0])


@each_fault
def test_positions_have_no_gap_after_it(log: Log, proxy: Proxy, fault: Fault) -> None:
    dossier = opened(log)
    before = log.journal.head().position
    proxy.fault = fault
    lost = accepted(post(log, contact(dossier))[0])
    assert lost.position == before + 1
    assert accepted(post(log, contact(dossier))[0]).position == before + 2


@each_fault
def test_a_batch_with_a_repeat_in_it_is_answered_alike(log: Log, proxy: Proxy, fault: Fault) -> None:
    event = contact(opened(log))
    proxy.fault = fault
    assert [short(o) for o in post(log, event, event)] == ["accepted", "repeated"]


@each_fault
def test_an_atomic_batch_is_stored_whole_and_once(log: Log, proxy: Proxy, fault: Fault) -> None:
    dossier = opened(log)
    proxy.fault = fault
    outcomes = post(log, *(contact(dossier) for _ in range(3)), atomic=True)
    assert [accepted(outcome).version for outcome in outcomes] == [2, 3, 4]
    assert len(log.journal.history(dossier)) == 4


@each_fault
def test_an_expected_version_still_holds(log: Log, proxy: Proxy, fault: Fault) -> None:
    dossier = opened(log)
    proxy.fault = fault
    assert short(post(log, contact(dossier), expected_version=1)[0]) == "accepted"


@each_fault
def test_a_fact_that_the_state_takes_once_is_accepted(log: Log, proxy: Proxy, fault: Fault) -> None:
    dossier = opened(log)
    proxy.fault = fault
    assert (
        short(post(log, cloud_event("aid-applied", {"application_id": "A1", "instrument": "grant"}, dossier))[0])
        == "accepted"
    )


def test_a_commit_that_is_still_on_its_way_is_not_taken_for_another_s(
    log: Log, proxy: Proxy, shared_database: Database
) -> None:
    """The writer looks, finds nothing, writes again and waits for its turn, which the first attempt still has."""
    dossier = opened(log)
    proxy.fault = "late"
    ticket = log.post([contact(dossier)], HUB)
    until_waiting(shared_database, 1)
    proxy.arrive.set()
    accepted(ticket.result(30)[0])
    assert len(log.journal.history(dossier)) == 2


def test_connections_ended_while_idle_are_made_again(
    log: Log, shared_database: Database, server: EmbeddedPostgres
) -> None:
    dossier = opened(log)
    with psycopg.connect(server.url(SUPERUSER, SUPERUSER), autocommit=True) as administrator:
        name = shared_database.owner.partition("?")[0].rpartition("/")[2]
        ended = administrator.execute(END, (name,)).fetchall()
    assert len(ended) >= 2
    accepted(post(log, contact(dossier))[0])
    assert len(log.journal.history(dossier)) == 2


def test_submissions_keep_coming_while_connections_are_lost(log: Log, proxy: Proxy) -> None:
    dossier = opened(log)
    faults: list[Fault] = ["before", "after", "before", "after"]
    tickets = []
    for fault in faults:
        proxy.fault = fault
        tickets += [log.post([contact(dossier)], HUB) for _ in range(5)]
        tickets[-1].result(30)
    assert [short(ticket.result(30)[0]) for ticket in tickets] == ["accepted"] * 20
    assert [r.version for r in log.journal.history(dossier)] == list(range(1, 22))
