"""The journal appends all or nothing, in order, without gaps, and reads back what was appended."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
import psycopg
import pytest
from tests.dossier.journal.drafting import NOW, SALT, draft
from tests.turn import turn_taken

from dossier.commitment import commit
from dossier.database.connections import Database
from dossier.event import stamp, unseal
from dossier.journal import BehindTheLog, Conflict, Journal
from dossier.journal.journal import Head

PROJECT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def journal(shared_database: Database) -> Iterator[Journal]:
    """One log for all tests of this module: each writes to dossiers of its own."""
    journal = Journal(shared_database.app)
    yield journal
    journal.close()


@pytest.fixture
def head(journal: Journal) -> int:
    """Where the log stood before the test."""
    return journal.head().position


@pytest.fixture
def dossier() -> UUID:
    return uuid4()


def test_an_empty_log_has_no_head(database: Database) -> None:
    journal = Journal(database.app)
    assert journal.head() == Head(0, None)
    journal.close()


def test_what_was_appended_reads_back(journal: Journal, head: int, dossier: UUID) -> None:
    recorded = journal.append([draft(dossier, 1), draft(dossier, 2)], NOW)
    assert [(r.dossier, r.version, r.position) for r in recorded] == [(dossier, 1, head + 1), (dossier, 2, head + 2)]
    assert journal.history(dossier) == recorded
    assert journal.head() == Head(head + 2, NOW)


def test_an_event_reads_back_without_its_person_but_bound_to_it(journal: Journal, dossier: UUID) -> None:
    given = draft(dossier, 1, note="Amina")
    journal.append([given], NOW)
    (event,) = journal.events_of([dossier])[dossier]
    assert event == given.event._replace(position=event.position, data=event.data)
    assert vars(event.data) == {"channel": "phone"}
    personal, salt = journal.personal_of([dossier])[dossier, 1]
    assert orjson.loads(personal) == {"note": "Amina"}
    assert event.personal == commit(salt, personal)


def test_a_dossier_without_events_has_no_history(journal: Journal, dossier: UUID) -> None:
    assert journal.history(dossier) == []
    assert journal.events_of([dossier]) == {}
    assert journal.versions([dossier]) == {}


def test_a_history_is_read_by_a_plan_made_once(journal: Journal, dossier: UUID) -> None:
    """For any one dossier the server would plan anew, each time: that takes longer than reading one partition."""
    for _ in range(20):
        assert len(journal.told(dossier, personal=True)) == len(journal.history(dossier))
    with journal._planned.connection() as connection:
        plans = connection.execute(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE '%AS naming%'"
        ).fetchall()
    assert [(generic > 0, custom) for generic, custom in plans] == [(True, 0)]


def test_histories_of_many_dossiers_come_in_one_go(journal: Journal) -> None:
    dossiers = [uuid4() for _ in range(5)]
    for version in (1, 2):
        journal.append([draft(dossier, version) for dossier in dossiers], NOW)
    histories = journal.events_of(dossiers)
    assert histories.keys() == set(dossiers)
    assert all([event.version for event in events] == [1, 2] for events in histories.values())
    assert journal.versions(dossiers) == dict.fromkeys(dossiers, 2)


def test_an_event_is_found_by_its_key_with_its_salt(journal: Journal, dossier: UUID) -> None:
    with_person, without = draft(dossier, 1, note="Amina"), draft(dossier, 2)
    first, second = journal.append([with_person, without], NOW)
    assert journal.recorded([with_person.key, without.key]) == {
        with_person.key: first._replace(salt=SALT),
        without.key: second,
    }


def test_a_key_is_taken_once(journal: Journal, dossier: UUID) -> None:
    journal.append([draft(dossier, 1, event_id="same")], NOW)
    with pytest.raises(Conflict):
        journal.append([draft(uuid4(), 1, event_id="same")], NOW)


def test_a_version_is_taken_once(journal: Journal, dossier: UUID) -> None:
    journal.append([draft(dossier, 1, event_id="one")], NOW)
    with pytest.raises(Conflict):
        journal.append([draft(dossier, 1, event_id="two")], NOW)


def test_a_conflict_leaves_nothing_behind_and_no_gap(journal: Journal, head: int, dossier: UUID) -> None:
    journal.append([draft(dossier, 1)], NOW)
    other = uuid4()
    with pytest.raises(Conflict):
        journal.append(
            [draft(other, 1, note="Amina"), draft(dossier, 1, event_id="two")], NOW, held=[("0200000043", other)]
        )
    assert journal.history(other) == []
    assert journal.personal_of([other]) == {}
    assert journal.holders(["0200000043"]) == {}
    assert [r.position for r in journal.append([draft(other, 1)], NOW)] == [head + 2]


def test_recorded_time_never_goes_back(journal: Journal, head: int, dossier: UUID) -> None:
    journal.append([draft(dossier, 1)], NOW)
    earlier = NOW - timedelta(microseconds=1)
    with pytest.raises(BehindTheLog) as caught:
        journal.append([draft(dossier, 2, recorded=earlier)], earlier)
    assert caught.value.last == NOW
    assert journal.head().position == head + 1


def test_recorded_time_may_stand_still(journal: Journal, dossier: UUID) -> None:
    journal.append([draft(dossier, 1)], NOW)
    assert journal.append([draft(dossier, 2)], NOW)[0].version == 2


def test_the_columns_repeat_what_the_stored_bytes_say(
    journal: Journal, shared_database: Database, dossier: UUID
) -> None:
    journal.append([draft(dossier, 1)], NOW)
    event = columns(shared_database, dossier, "stored")
    read = unseal(event, 1)
    assert columns(shared_database, dossier, "version") == read.version
    assert columns(shared_database, dossier, "type") == read.type
    assert columns(shared_database, dossier, "agency") == read.agency
    assert (
        stamp(columns(shared_database, dossier, "recordedtime")) == read.recordedtime == "2026-03-09T14:30:00.123456Z"
    )


def test_the_digest_is_that_of_the_stored_bytes(journal: Journal, shared_database: Database, dossier: UUID) -> None:
    (recorded,) = journal.append([draft(dossier, 1, note="Amina")], NOW)
    digest = columns(shared_database, dossier, "digest")
    assert digest == hashlib.sha256(columns(shared_database, dossier, "stored")).digest()
    assert recorded.digest == digest.hex()


def columns(database: Database, dossier: UUID, name: str) -> Any:
    """A column of the only event of a dossier."""
    with psycopg.connect(database.reader) as connection:
        found = connection.execute(
            f"SELECT {name} FROM journal.event WHERE dossier = %s".encode(), (dossier,)
        ).fetchone()
    assert found
    return found[0]


def test_an_erasure_leaves_the_events_and_takes_values_salts_and_search_words(journal: Journal, dossier: UUID) -> None:
    other = uuid4()
    journal.append([draft(dossier, 1, note="Zorah"), draft(other, 1, note="Zorah")], NOW)
    before = journal.history(dossier)
    journal.append([draft(dossier, 2)], NOW, erased=[dossier])
    assert journal.personal_of([dossier]) == {}
    assert journal.history(dossier)[:1] == before
    assert [found for found, _ in journal.search("zorah", 10)] == [other]


def test_who_holds_a_number_is_told_until_it_is_released(journal: Journal) -> None:
    one, two = uuid4(), uuid4()
    journal.append([draft(one, 1), draft(two, 1)], NOW, held=[("0403019261", one), ("0403019261", two)])
    assert journal.holders(["0403019261", "0428759497"]) == {"0403019261": {one, two}}
    journal.append([draft(one, 2)], NOW, released=[("0403019261", one)])
    assert journal.holders(["0403019261"]) == {"0403019261": {two}}


def test_the_feed_goes_on_after_a_position_up_to_another(journal: Journal, head: int, dossier: UUID) -> None:
    journal.append([draft(dossier, version) for version in range(1, 8)], NOW)
    assert [r.position - head for r in journal.feed(head + 2, head + 6, 10)] == [3, 4, 5, 6]
    assert [r.position - head for r in journal.feed(head + 2, head + 7, 3)] == [3, 4, 5]
    assert journal.feed(head + 7, head + 7, 10) == []


def test_the_feed_is_narrowed_by_type_and_agency(journal: Journal, head: int, dossier: UUID) -> None:
    journal.append([draft(dossier, 1)], NOW)
    assert journal.feed(head, head + 1, 10, types=["brussels.dossier.contact-made.v1"], agencies=["hub"])
    assert journal.feed(head, head + 1, 10, types=["brussels.dossier.aid-paid.v1"]) == []
    assert journal.feed(head, head + 1, 10, agencies=["innoviris"]) == []


@pytest.mark.parametrize("words", ["100%", "a_b", "back\\slash"])
def test_a_search_takes_every_sign_for_itself(journal: Journal, dossier: UUID, words: str) -> None:
    journal.append([draft(dossier, 1, note=f"x{words}x"), draft(uuid4(), 1, note="anything else")], NOW)
    assert [found for found, _ in journal.search(words, 10)] == [dossier]


def test_two_processes_write_without_gaps_and_without_going_back_in_time(database: Database) -> None:
    command = [sys.executable, "-m", "tests.dossier.journal.drafting", database.app, "60"]
    with turn_taken(database) as until_waiting:
        processes = [subprocess.Popen(command, cwd=PROJECT) for _ in range(2)]
        until_waiting(2)
    assert [process.wait() for process in processes] == [0, 0]
    with psycopg.connect(database.reader) as connection:
        rows = connection.execute(
            "SELECT position, dossier, recordedtime FROM journal.event ORDER BY position"
        ).fetchall()
    assert [position for position, _, _ in rows] == list(range(1, 121))
    assert len({dossier for _, dossier, _ in rows[:60]}) == 2, "they did not write at the same time"
    times = [recorded for _, _, recorded in rows]
    assert times == sorted(times)
