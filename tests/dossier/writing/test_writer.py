"""The writer groups what waits into transactions; what goes wrong with one submission stays with it."""

from __future__ import annotations

from concurrent.futures import Future, wait
from typing import Any

import psycopg
import pytest
from tests.posting import HUB, INNOVIRIS, accepted, cloud_event, contact, opened, post, short
from tests.strategies import NOW
from tests.turn import eventually, one_group, turn_taken

from dossier import decisions
from dossier.catalogue import ConsentGiven, PlanSubmitted
from dossier.database.connections import Database
from dossier.journal import Journal, LogUnreachable
from dossier.ledger import Ledger
from dossier.log import Log, read_item, running_log
from dossier.refusals import Refused
from dossier.state import Dossier
from dossier.vocabulary.unmapped import UnmappedQueue
from dossier.writing import Outcome, Submission, Writer


class Broken(Exception):
    """What nobody foresaw."""


def transactions(database: Database, positions: list[int]) -> int:
    """How many transactions wrote these events."""
    with psycopg.connect(database.owner) as connection:
        query = "SELECT count(DISTINCT xmin::text) FROM journal.event WHERE position = ANY(%s)"
        found = connection.execute(query, (positions,)).fetchone()
    assert found
    return int(found[0])


def results(tickets: list[Future[list[Outcome]]]) -> list[str]:
    """The only outcome of each submission in a word, or the name of what broke it."""
    wait(tickets, 30)
    return [type(t.exception()).__name__ if t.exception() else short(t.result()[0]) for t in tickets]


def submitted_together(database: Database, log: Log, *events: dict[str, Any]) -> list[Future[list[Outcome]]]:
    """Submissions of one event each that are decided in one group."""
    with one_group(database, log):
        return [log.post([event], HUB) for event in events]


def test_submissions_that_wait_share_a_transaction(log: Log, shared_database: Database) -> None:
    dossier = opened(log)
    tickets = submitted_together(shared_database, log, *(contact(dossier) for _ in range(50)))
    positions = [accepted(ticket.result(30)[0]).position for ticket in tickets]
    assert transactions(shared_database, positions) == 1


def test_who_submits_first_is_written_first(log: Log, shared_database: Database) -> None:
    dossier = opened(log)
    tickets = submitted_together(shared_database, log, *(contact(dossier) for _ in range(20)))
    positions = [accepted(ticket.result(30)[0]).position for ticket in tickets]
    assert positions == list(range(positions[0], positions[0] + 20))


def test_a_group_does_not_outgrow_its_size(database: Database) -> None:
    with running_log(database) as log:
        log.writer.group_size = 10
        dossier = opened(log)
        tickets = submitted_together(database, log, *(contact(dossier) for _ in range(30)))
        positions = [accepted(ticket.result(30)[0]).position for ticket in tickets]
    assert transactions(database, positions) == 3


def test_a_refused_submission_leaves_the_others_alone(log: Log, shared_database: Database) -> None:
    dossier = opened(log)
    bad = cloud_event("premises-left", {"site": "greenbizz"}, dossier)
    tickets = submitted_together(shared_database, log, contact(dossier), bad, contact(dossier))
    assert results(tickets) == ["accepted", "premises-not-entered", "accepted"]


def test_a_decision_that_breaks_breaks_its_own_item_only(
    log: Log, shared_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise Broken

    monkeypatch.setitem(decisions.RULES, PlanSubmitted, breaks)
    dossier = opened(log)
    bad = cloud_event("plan-submitted", {"kind": "business"}, dossier)
    tickets = submitted_together(shared_database, log, contact(dossier), bad, contact(dossier))
    assert results(tickets) == ["accepted", "internal", "accepted"]
    assert [event.version for event in log.journal.history(dossier)] == [1, 2, 3]


def test_a_state_that_breaks_breaks_its_own_item_only(
    log: Log, shared_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> Dossier:
        raise Broken

    monkeypatch.setitem(decisions_state(), ConsentGiven, breaks)
    dossier = opened(log)
    bad = cloud_event("consent-given", {"purpose": "research"}, dossier)
    tickets = submitted_together(shared_database, log, bad, contact(dossier))
    assert results(tickets) == ["internal", "accepted"]


def decisions_state() -> Any:
    """The table of what each fact changes."""
    from dossier import state  # noqa: PLC0415 - its name is that of a variable elsewhere here

    return state.APPLY


def test_after_something_broke_the_writer_goes_on(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier = opened(log)

    def breaks(*_: object, **__: object) -> None:
        raise Broken

    with monkeypatch.context() as patch:
        patch.setattr(log.journal, "append", breaks)
        with pytest.raises(Broken):
            post(log, contact(dossier))
    assert accepted(post(log, contact(dossier))[0]).version == 2


def test_a_submission_nobody_waits_for_any_more_is_written_and_harms_nobody(
    log: Log, shared_database: Database
) -> None:
    dossier = opened(log)
    with one_group(shared_database, log):
        left = log.post([contact(dossier)], HUB)
        left.cancel()
        last = log.post([contact(dossier)], HUB)
    assert accepted(last.result(30)[0]).version == 3


def test_a_full_queue_refuses_at_once(database: Database) -> None:
    with running_log(database, queue_limit=5) as log:
        dossier = opened(log)
        with turn_taken(database) as until_waiting:
            tickets = [log.post([contact(dossier)], HUB)]
            until_waiting(1)
            tickets += [log.post([contact(dossier)], HUB) for _ in range(5)]
            with pytest.raises(Refused, match="overloaded"):
                log.post([contact(dossier)], HUB)
        assert results(tickets) == ["accepted"] * 6
        accepted(post(log, contact(dossier))[0])


def test_a_submission_larger_than_the_queue_is_taken_when_nothing_waits(database: Database) -> None:
    with running_log(database, queue_limit=5) as log:
        dossier = opened(log)
        assert [short(o) for o in post(log, *(contact(dossier) for _ in range(8)))] == ["accepted"] * 8


def test_an_empty_submission_has_no_outcomes(log: Log) -> None:
    assert post(log) == []


def test_closing_writes_what_waits_and_takes_no_more(database: Database) -> None:
    with running_log(database) as log:
        dossier = opened(log)
        tickets = [log.post([contact(dossier)], HUB) for _ in range(20)]
    assert results(tickets) == ["accepted"] * 20
    with pytest.raises(Refused, match="unavailable"):
        log.post([contact(dossier)], HUB)


def test_a_log_out_of_reach_for_long_is_told(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise LogUnreachable

    with running_log(database) as log:
        dossier = opened(log)
        log.writer.patience = 0
        with monkeypatch.context() as patch:
            patch.setattr(log.journal, "append", unreachable)
            with pytest.raises(Refused, match="unavailable"):
                post(log, contact(dossier))
        accepted(post(log, contact(dossier))[0])


def test_a_clock_behind_the_log_is_set_by_the_log(database: Database) -> None:
    with running_log(database) as log:
        dossier = opened(log)
    journal = Journal(database.app)
    writer = Writer(journal, clock=lambda: NOW.replace(year=2020))
    (outcome,) = writer.submit(Submission([read_item(contact(dossier), HUB, NOW)])).result(30)
    first, second = journal.history(dossier)
    assert accepted(outcome).position == second.position == 2
    assert recordedtime(second.stored) == recordedtime(first.stored)
    writer.close()
    journal.close()


def recordedtime(stored: bytes) -> bytes:
    return stored.partition(b'"recordedtime":"')[2][:27]


def test_two_logs_on_one_database_see_each_other_s_facts(log: Log, shared_database: Database) -> None:
    dossier = opened(log)
    with running_log(shared_database) as other:
        accepted(post(other, contact(dossier))[0])
        applied = cloud_event("aid-applied", {"application_id": "A1", "instrument": "grant"}, dossier)
        accepted(post(log, applied)[0])
        decided = cloud_event("aid-decided", {"application_id": "A1", "outcome": "refused"}, dossier)
        assert accepted(post(other, decided)[0]).version == 4


def test_a_refusal_is_never_by_what_another_log_has_overtaken(log: Log, shared_database: Database) -> None:
    """The other log remembers the dossier without the application: it must look again before it refuses."""
    dossier = opened(log)
    decided = cloud_event("aid-decided", {"application_id": "A1", "outcome": "refused"}, dossier)
    with running_log(shared_database) as other:
        accepted(post(other, contact(dossier))[0])
        applied = cloud_event("aid-applied", {"application_id": "A1", "instrument": "grant"}, dossier)
        accepted(post(log, applied)[0])
        assert short(post(other, decided)[0]) == "accepted"


def test_an_expected_version_is_compared_with_the_log_not_with_memory(log: Log, shared_database: Database) -> None:
    dossier = opened(log)
    with running_log(shared_database) as other:
        accepted(post(other, contact(dossier))[0])
        accepted(post(log, contact(dossier))[0])
        assert short(post(other, contact(dossier), expected_version=3)[0]) == "accepted"


def test_more_dossiers_than_are_remembered_are_still_decided_right(database: Database) -> None:
    journal = Journal(database.app)
    writer = Writer(journal, remembered=2)
    log = Log(database, journal, writer, UnmappedQueue(journal.reading), Ledger(journal, database.app))
    dossiers = [opened(log, ("aid-applied", {"application_id": "A1", "instrument": "grant"})) for _ in range(5)]
    again = [
        cloud_event("aid-applied", {"application_id": "A1", "instrument": "grant"}, d, INNOVIRIS) for d in dossiers
    ]
    assert [short(o) for o in post(log, *again, agency=INNOVIRIS)] == ["application-exists"] * 5
    writer.close()
    journal.close()


def test_nothing_runs_on_after_closing(database: Database) -> None:
    with running_log(database) as log:
        thread = log.writer._thread
    eventually(lambda: not thread.is_alive())
