"""Every committed event reaches the projections exactly once, with two projectors and the one at work killed."""

from __future__ import annotations

import multiprocessing
import signal
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.process import BaseProcess

import psycopg
import pytest
from tests.posting import HUB, cloud_event
from tests.projections.standing import catch_up, rebuilt_rows, rows

from dossier.log import Log
from dossier.writing import Accepted
from dossier.writing.registration import new_dossier_id
from projections.generations.live import Projector

DIARY = """
CREATE TABLE public.diary (step bigserial, generation integer, "from" bigint, "to" bigint);
GRANT INSERT ON public.diary TO dossier_app;
GRANT USAGE ON SEQUENCE public.diary_step_seq TO dossier_app;
CREATE FUNCTION public.note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.diary (generation, "from", "to") VALUES (new.id, old.position, new.position);
    RETURN new;
END $$;
CREATE TRIGGER note BEFORE UPDATE OF position ON projection.generation FOR EACH ROW EXECUTE FUNCTION public.note();
"""
DOSSIERS = 12


@pytest.fixture(scope="module", autouse=True)
def diary(told_log: Log) -> None:
    """The database notes every stretch of the log that was projected, in the transaction that did it."""
    with psycopg.connect(told_log.database.owner) as connection:
        connection.execute(DIARY)


def run(conninfo: str) -> None:
    Projector(conninfo, poll=0.05).run()


@pytest.fixture
def start(told_log: Log) -> Iterator[Callable[[], BaseProcess]]:
    """A function that starts a projector, a process of its own."""
    started: list[BaseProcess] = []

    def begin() -> BaseProcess:
        spawn = multiprocessing.get_context("spawn")
        started.append(spawn.Process(target=run, args=(told_log.database.app,), daemon=True))
        started[-1].start()
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.join()


def write(log: Log, stop: threading.Event) -> None:
    dossiers = [new_dossier_id() for _ in range(DOSSIERS)]
    log.post([cloud_event("dossier-opened", {}, dossier) for dossier in dossiers], HUB).result(30)
    while not stop.is_set():
        events = [cloud_event("contact-made", {"channel": "phone"}, dossier) for dossier in dossiers]
        for outcome in log.post(events, HUB).result(30):
            assert isinstance(outcome, Accepted)
        time.sleep(0.01)


def reached(log: Log) -> int:
    with psycopg.connect(log.database.owner) as connection:
        row = connection.execute("SELECT position FROM projection.generation WHERE status = 'served'").fetchone()
    return int(row[0]) if row else 0


def wait_until_past(log: Log, position: int) -> None:
    deadline = time.monotonic() + 20
    while reached(log) < position:
        assert time.monotonic() < deadline, "nobody projects any more"
        time.sleep(0.02)


def test_every_event_is_projected_exactly_once(told_log: Log, start: Callable[[], BaseProcess]) -> None:
    """One leads, another stands by; the first is killed at work, then the second, and a third goes on."""
    stop = threading.Event()
    writers = [threading.Thread(target=write, args=(told_log, stop)) for _ in range(2)]
    for writer in writers:
        writer.start()
    try:
        leading = start()
        for _ in range(2):
            wait_until_past(told_log, reached(told_log) + 300)
            standing_by = start()
            leading.kill()
            leading.join()
            assert leading.exitcode == -signal.SIGKILL
            leading = standing_by
        wait_until_past(told_log, reached(told_log) + 300)
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    wait_until_past(told_log, told_log.journal.head().position)
    assert_once(told_log)


def test_two_that_both_take_themselves_for_the_one_never_do_the_same_work(told_log: Log) -> None:
    stop = threading.Event()
    writer = threading.Thread(target=write, args=(told_log, stop))
    steppers = [threading.Thread(target=catch_up_until, args=(told_log, stop)) for _ in range(3)]
    for thread in (writer, *steppers):
        thread.start()
    time.sleep(0.5)
    stop.set()
    for thread in (writer, *steppers):
        thread.join()
    catch_up(told_log.database.app)
    assert_once(told_log)


def catch_up_until(log: Log, stop: threading.Event) -> None:
    while not stop.is_set():
        catch_up(log.database.app, batch=3)


def assert_once(log: Log) -> None:
    """The stretches that were projected follow each other from the first event to the last."""
    head = log.journal.head().position
    with psycopg.connect(log.database.owner) as connection:
        stretches = connection.execute('SELECT "from", "to" FROM public.diary ORDER BY step').fetchall()
    covered = [position for begun, end in stretches for position in range(begun + 1, end + 1)]
    assert covered == list(range(1, head + 1))
    assert rows(log.database.owner) == rebuilt_rows(log.database.owner)
