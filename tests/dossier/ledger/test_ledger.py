"""The ledger: numbered without gaps whoever records, durable before it answers, and nothing answered that is not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
import rfc8785
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.turn import eventually

from dossier.database.connections import Database
from dossier.journal import Journal
from dossier.ledger import KINDS, Asked, Entry, Ledger, Seen
from dossier.ledger.entry import digest
from dossier.refusals import Refused

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
Open = Callable[..., Ledger]


@pytest.fixture
def open_ledger(database: Database) -> Iterator[Open]:
    """Ledgers of one database: each as a server of its own would have it."""
    journal = Journal(database.app)
    opened: list[Ledger] = []

    def open_one(**how: Callable[[], datetime]) -> Ledger:
        opened.append(Ledger(journal, database.app, **how))
        return opened[-1]

    yield open_one
    for ledger in opened:
        ledger.close()
    journal.close()


@pytest.fixture
def ledger(open_ledger: Open) -> Ledger:
    return open_ledger()


def entry(dossier: UUID | None = None, **changed: Any) -> Entry:
    return Entry(Seen(dossier or uuid4(), 3, 17), "adviser", "guidance", "dossier", "hub")._replace(**changed)


def test_what_is_recorded_is_read_back(ledger: Ledger) -> None:
    given = [entry(reader="0" * 32), entry(role="auditor", purpose="audit", kind="history")._replace(agency=None)]
    recorded = ledger.record(*given)
    assert [one.number for one in recorded] == [1, 2]
    assert [one._replace(number=0, at=None) for one in recorded] == given
    assert list(ledger.walk(page=1)) == recorded


def test_an_answer_without_persons_records_nothing(ledger: Ledger) -> None:
    assert ledger.record() == []
    assert ledger.entries() == []


def test_leaves_are_read_from_any_number_on(ledger: Ledger) -> None:
    recorded = ledger.record(*(entry() for _ in range(5)))
    leaves = [(one.number, one.stored()) for one in recorded]
    assert ledger.entries() == leaves
    assert ledger.entries(after=2, limit=2) == leaves[2:4]
    assert ledger.entries(after=5) == []


def test_the_digest_is_that_of_the_stored_bytes(ledger: Ledger, database: Database) -> None:
    ledger.record(entry())
    with psycopg.connect(database.reader) as connection:
        [(stored, kept)] = connection.execute("SELECT stored, digest FROM ledger.reading").fetchall()
    assert digest(stored) == kept.hex()


def test_many_readers_at_once_are_numbered_without_gaps(open_ledger: Open) -> None:
    """Two servers, eight requests at a time on each, some of them searches of several dossiers."""
    servers = [open_ledger(), open_ledger()]

    def read(number: int) -> list[Entry]:
        return servers[number % 2].record(*(entry() for _ in range(1 + number % 3)))

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(read, range(120)))
    numbers = sorted(one.number for answer in answers for one in answer)
    assert numbers == list(range(1, len(numbers) + 1))
    kept = list(servers[0].walk())
    assert sorted(kept) == sorted(one for answer in answers for one in answer)
    assert [one.at for one in kept] == sorted(one.at for one in kept if one.at)
    for answer in answers:
        assert [one.number for one in answer] == list(range(answer[0].number, answer[0].number + len(answer)))


def test_readers_that_wait_share_a_transaction(ledger: Ledger, database: Database) -> None:
    ledger.record(entry())
    with psycopg.connect(database.owner) as holder, ThreadPoolExecutor(8) as pool:
        holder.execute("LOCK TABLE ledger.reading IN SHARE MODE")
        waiting = [pool.submit(ledger.record, entry()) for _ in range(8)]
        eventually(lambda: ledger._group.waiting == 7)
        holder.rollback()
        for one in waiting:
            one.result(10)
        [(transactions,)] = holder.execute("SELECT count(DISTINCT xmin::text) FROM ledger.reading").fetchall()
    assert transactions == 3  # the first, the one that waited for its turn, and the seven behind it together


def test_a_reading_that_breaks_does_not_break_those_written_with_it(ledger: Ledger, database: Database) -> None:
    ledger.record(entry())
    with psycopg.connect(database.owner) as holder, ThreadPoolExecutor(8) as pool:
        holder.execute("LOCK TABLE ledger.reading IN SHARE MODE")
        first = pool.submit(ledger.record, entry())
        eventually(lambda: ledger._group._writing and ledger._group.waiting == 0)
        broken = pool.submit(ledger.record, entry(purpose="\0"))
        waiting = [pool.submit(ledger.record, entry()) for _ in range(4)]
        eventually(lambda: ledger._group.waiting == 5)
        holder.rollback()
        for one in (first, *waiting):
            assert one.result(10)
        with pytest.raises(Refused):
            broken.result(10)
    assert [number for number, _ in ledger.entries()] == list(range(1, 7))


def test_a_number_that_another_server_took_is_not_taken_twice(open_ledger: Open) -> None:
    one, other = open_ledger(), open_ledger()
    numbers = [server.record(entry())[0].number for server in (one, other, other, one, one, other)]
    assert numbers == [1, 2, 3, 4, 5, 6]


def test_the_time_never_decreases_when_the_clock_does(open_ledger: Open) -> None:
    times = iter([NOON, NOON - timedelta(hours=1), NOON + timedelta(seconds=1)])
    ledger = open_ledger(clock=lambda: next(times))
    recorded = [ledger.record(entry())[0].at for _ in range(3)]
    assert recorded == [NOON, NOON, NOON + timedelta(seconds=1)]


def test_a_reading_that_cannot_be_recorded_is_refused(ledger: Ledger) -> None:
    with pytest.raises(Refused) as refusal:
        ledger.record(entry(), entry(purpose="\0"))
    assert (refusal.value.refusal.slug, refusal.value.refusal.status) == ("reading-not-recorded", 503)
    assert [*ledger.walk()] == [], "nor is any other of the same answer"
    assert ledger.record(entry())[0].number == 1, "and the next is numbered as if it had never been"


def test_when_the_database_is_gone_nothing_is_shown_and_when_it_is_back_readings_go_on(
    database: Database, ledger: Ledger
) -> None:
    ledger.record(entry())
    assert ledger._appending.connection is not None
    with psycopg.connect(database.app, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", (ledger._appending.connection.info.backend_pid,))
    assert ledger.record(entry())[0].number == 2, "a connection lost while idle costs nobody an answer"
    ledger.close()
    ledger._appending.conninfo = "host=127.0.0.1 port=1 connect_timeout=1"
    with pytest.raises(Refused):
        ledger.record(entry())


CHANGES = [
    "UPDATE ledger.reading SET purpose = 'audit'",
    "DELETE FROM ledger.reading",
    "TRUNCATE ledger.reading",
    "UPDATE ledger.opening SET at = now()",
    "DELETE FROM ledger.opening",
    "INSERT INTO ledger.opening DEFAULT VALUES",
]
BEYOND = [
    "ALTER TABLE ledger.reading DISABLE TRIGGER ALL",
    "DROP TABLE ledger.reading",
    "SELECT * FROM ledger.reading FOR UPDATE",
    "LOCK TABLE ledger.reading IN EXCLUSIVE MODE",
]


@pytest.mark.parametrize(
    ("role", "statement"),
    [(role, statement) for role in ("owner", "app", "reader") for statement in CHANGES]
    + [(role, statement) for role in ("app", "reader") for statement in BEYOND]
    + [("reader", "INSERT INTO ledger.reading (number, dossier) VALUES (9, gen_random_uuid())")],
)
def test_nobody_changes_or_removes_an_entry(ledger: Ledger, database: Database, role: str, statement: str) -> None:
    ledger.record(entry())
    before = ledger.entries()
    with psycopg.connect(getattr(database, role)) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement.encode())
    assert ledger.entries() == before


def test_own_readings_are_by_person_or_else_by_role_and_agency(ledger: Ledger) -> None:
    dossier = uuid4()
    plain, amelie = entry(dossier), entry(dossier, reader="a" * 32)
    ledger.record(plain, amelie, entry(dossier, role="agency"), entry(dossier, agency="innoviris"))
    ledger.record(entry(dossier, kind="search"), entry(dossier, kind="changes"), entry())
    assert [one.number for one in ledger.own(plain, limit=9)] == [1]
    assert [one.number for one in ledger.own(amelie, limit=9)] == [2]
    assert ledger.own(entry(dossier, reader="b" * 32)) == []


def test_asked_by_time_the_start_is_included_and_the_end_is_not(open_ledger: Open) -> None:
    times = [NOON + timedelta(hours=hour) for hour in range(3)]
    clock = iter(times)
    ledger = open_ledger(clock=lambda: next(clock))
    for _ in times:
        ledger.record(entry())
    assert [one.at for one in ledger.asked(Asked(start=times[1]), 0, 9)] == times[1:]
    assert [one.at for one in ledger.asked(Asked(end=times[1]), 0, 9)] == times[:1]


names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)
entries = st.builds(
    Entry,
    st.builds(Seen, st.uuids(), st.integers(1, 2**31 - 1), st.integers(1, 2**62)),
    st.sampled_from(["agency", "adviser", "auditor", "entrepreneur"]),
    names,
    st.sampled_from(KINDS),
    st.none() | names,
    st.none() | names,
)


@given(groups=st.lists(st.lists(entries, max_size=4), max_size=4))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_recorded_its_bytes_say_it_in_canonical_json(ledger: Ledger, groups: list[list[Entry]]) -> None:
    before = len(ledger.entries(limit=100_000))
    recorded = [one for group in groups for one in ledger.record(*group)]
    leaves = ledger.entries(after=before, limit=100_000)
    assert [number for number, _ in leaves] == [before + place for place in range(1, len(recorded) + 1)]
    for (number, stored), one in zip(leaves, recorded, strict=True):
        body = json.loads(stored)
        assert rfc8785.dumps(body) == stored
        assert (body["number"], body["dossier"]) == (str(number), str(one.seen.dossier))
        assert (body.get("agency"), body.get("reader")) == (one.agency, one.reader)


def test_an_entry_of_a_year_before_the_first_is_refused_by_name(database: Database, ledger: Ledger) -> None:
    """Whoever holds the database can write one, and no client of it can read it."""
    [one] = ledger.record(entry())
    with psycopg.connect(database.owner, autocommit=True) as owner:
        owner.execute("ALTER TABLE ledger.reading DISABLE TRIGGER append_only")
        owner.execute("UPDATE ledger.reading SET at = '0044-03-15 12:00:00+00 BC'")
    every: list[Callable[[], object]] = [
        lambda: ledger.asked(Asked(), 0, 9),
        lambda: ledger.of_dossier(one.seen.dossier, None, 9),
    ]
    for read in every:
        with pytest.raises(Refused) as raised:
            read()
        assert raised.value.refusal.slug == "not-what-was-signed"
