"""Rebuilding: the same rows again, whatever is written meanwhile, killed midway or not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.posting import HUB, cloud_event
from tests.projections.standing import catch_up, rebuilt_rows, rows, served, tell
from tests.projections.telling import Told

from dossier.database.connections import Database
from dossier.log import Log
from dossier.writing import Accepted
from dossier.writing.registration import new_dossier_id
from projections.generations import generations, parts, store
from projections.generations.parts import PARTS
from projections.generations.rebuild import AlreadyRebuilding, MadeByAnother, Rebuilt, rebuild
from projections.rulesets.ruleset import ruleset

JOURNEY: list[Told] = [
    {"dossier-opened": {"channel": "desk"}, "at": "2024-01-15"},
    {"project-described": {"nace": {"version": "2008", "code": "62.01"}}},
    {"aid-applied": {"application_id": "a", "instrument": "grant"}, "by": "innoviris"},
    {"aid-decided": {"application_id": "a", "outcome": "granted", "amount": "10.10"}, "by": "innoviris"},
]
REBUILD = """
import sys
from projections.generations import parts
from projections.generations.rebuild import rebuild
from projections.rulesets.ruleset import ruleset
if __name__ == "__main__":
    parts.ALONE = int(sys.argv[2])
    rebuild(sys.argv[1], ruleset(), workers=1, progress=lambda done, of: print(done, of, flush=True))
"""
ALONE_OR_NOT = pytest.mark.parametrize("alone", [0, parts.ALONE], ids=["in processes", "alone"])


def fill(log: Log, dossiers: int, contacts: int = 4) -> None:
    """A larger log, quickly."""
    events = []
    for _ in range(dossiers):
        dossier = new_dossier_id()
        events.append(cloud_event("dossier-opened", {}, dossier))
        events += [cloud_event("contact-made", {"channel": "phone"}, dossier) for _ in range(contacts)]
    for start in range(0, len(events), 2_000):
        for outcome in log.post(events[start : start + 2_000], HUB).result(60):
            assert isinstance(outcome, Accepted), outcome


def built_parts(owner: str) -> int:
    with psycopg.connect(owner) as connection:
        row = connection.execute(
            "SELECT count(*) FROM projection.part JOIN projection.generation g ON g.id = generation "
            "WHERE g.status = 'building'"
        ).fetchone()
    assert row is not None
    return int(row[0])


def again(database: Database) -> Rebuilt:
    return rebuild(database.owner, ruleset(), workers=1)


@ALONE_OR_NOT
def test_a_rebuild_changes_nothing_but_the_generation(
    journal_log: Log, monkeypatch: pytest.MonkeyPatch, alone: int
) -> None:
    monkeypatch.setattr(parts, "ALONE", alone)
    for _ in range(5):
        tell(journal_log, new_dossier_id(), JOURNEY)
    catch_up(journal_log.database.app)
    before, first = rows(journal_log.database.owner), served(journal_log.database.owner)
    made = again(journal_log.database)
    assert made.generation != first
    assert (made.events, made.dossiers) == (20, 5)
    assert rows(journal_log.database.owner) == before
    assert again(journal_log.database).content == made.content
    assert rows(journal_log.database.owner) == before


def test_another_content_has_another_hash(journal_log: Log) -> None:
    dossier = new_dossier_id()
    tell(journal_log, dossier, JOURNEY)
    first = again(journal_log.database)
    tell(journal_log, dossier, [{"contact-made": {"channel": "phone"}}])
    assert again(journal_log.database).content != first.content


def test_an_empty_log_is_rebuilt_too(journal_log: Log) -> None:
    assert again(journal_log.database).events == 0
    tell(journal_log, new_dossier_id(), JOURNEY)
    assert catch_up(journal_log.database.app) == 1


@ALONE_OR_NOT
def test_what_is_written_meanwhile_is_not_lost(journal_log: Log, monkeypatch: pytest.MonkeyPatch, alone: int) -> None:
    monkeypatch.setattr(parts, "ALONE", alone)
    known = new_dossier_id()
    tell(journal_log, known, JOURNEY)
    fill(journal_log, 50)

    def write(done: int, of: int) -> None:
        tell(journal_log, known, [{"contact-made": {"channel": f"during-{done}"}}])
        tell(journal_log, new_dossier_id(), JOURNEY)
        catch_up(journal_log.database.app)

    rebuild(journal_log.database.owner, ruleset(), workers=2, progress=write)
    assert catch_up(journal_log.database.app) == 0, "the switch waits until the new generation has caught up"
    assert len(rows(journal_log.database.owner)["current"]) > 51 + PARTS
    assert rows(journal_log.database.owner) == rebuilt_rows(journal_log.database.owner)


def test_what_is_written_at_the_last_moment_is_in_what_is_switched_to(
    journal_log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is ever served less than before: the last stretch is projected while the live projector is held off."""
    served_by = store.served

    def late(connection: store.Connection, *, hold: bool = False) -> store.Generation | None:
        if hold:
            tell(journal_log, new_dossier_id(), JOURNEY)
        return served_by(connection, hold=hold)

    tell(journal_log, new_dossier_id(), JOURNEY)
    with monkeypatch.context() as patched:
        patched.setattr(store, "served", late)
        again(journal_log.database)
    assert catch_up(journal_log.database.app) == 0
    assert len(rows(journal_log.database.owner)["current"]) == 2


def test_the_projector_goes_on_with_the_new_generation(journal_log: Log) -> None:
    dossier = new_dossier_id()
    tell(journal_log, dossier, JOURNEY)
    again(journal_log.database)
    tell(journal_log, dossier, [{"phase-declared": {"phase": "creation"}}])
    assert catch_up(journal_log.database.app) == 1
    assert rows(journal_log.database.owner) == rebuilt_rows(journal_log.database.owner)


def test_the_generation_before_is_kept_and_the_one_before_that_dropped(journal_log: Log) -> None:
    tell(journal_log, new_dossier_id(), JOURNEY)
    numbers = [served(journal_log.database.owner), *(again(journal_log.database).generation for _ in range(3))]
    with psycopg.connect(journal_log.database.owner) as connection:
        left = connection.execute("SELECT id, status FROM projection.generation ORDER BY id").fetchall()
    assert left == [(numbers[-2], "kept"), (numbers[-1], "served")]


def test_what_an_older_version_left_behind_goes_with_a_rebuild(journal_log: Log) -> None:
    """Nobody takes it up: a generation of the ruleset as it was, a draft, a build that was cut off."""
    owner = journal_log.database.owner
    replaced = again(journal_log.database).generation
    with psycopg.connect(owner) as connection:
        for status, ruleset_id, made_by in (
            ("kept", "2026.1", "older"),
            ("draft", "2026.2", "older"),
            ("building", "2026.1", "older"),
            ("draft", "2026.3", generations.program()),
        ):
            number = generations.create(connection, ruleset()._replace(id=ruleset_id), start=0, status=status)
            connection.execute(
                "UPDATE projection.generation SET program = %s, digest = 'older' WHERE id = %s", (made_by, number)
            )
    made = again(journal_log.database).generation
    with psycopg.connect(owner) as connection:
        left = connection.execute("SELECT id, status FROM projection.generation ORDER BY id").fetchall()
    assert left == [(replaced, "kept"), (number, "draft"), (made, "served")]


def test_one_projection_alone_is_not_made_beside_those_of_another_version(journal_log: Log) -> None:
    """They would be copied, and pass for rows of this one from then on."""
    tell(journal_log, new_dossier_id(), JOURNEY)
    with psycopg.connect(journal_log.database.owner) as connection:
        connection.execute("UPDATE projection.generation SET program = 'older'")
    with pytest.raises(MadeByAnother, match="without --projection"):
        rebuild(journal_log.database.owner, ruleset(), workers=1, tables=["timeline"])


def test_rules_and_terms_are_part_of_what_rows_are_made_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generations, "files", tmp_path.joinpath)
    (tmp_path / "dossier").mkdir()
    found = set()
    for file, text in (("fold.py", "a"), ("rules.yaml", "a"), ("rules.yaml", "b"), ("messages.sql", "a")):
        (tmp_path / "dossier" / file).write_text(text)
        found.add(generations.program.__wrapped__())
    assert len(found) == 3


@pytest.fixture(params=[0, parts.ALONE], ids=["in processes", "alone"])
def killed(journal_log: Log, request: pytest.FixtureRequest) -> Iterator[Log]:
    """A log whose rebuild was killed after the first of its parts; only the rebuild itself, as the kernel might."""
    fill(journal_log, 3_000, contacts=3)
    command = [sys.executable, "-c", REBUILD, journal_log.database.owner, str(request.param)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = [process.stdout.readline() for _ in range(2)]
        workers = children(process.pid)
        os.kill(process.pid, signal.SIGKILL)
    assert told[0].startswith("0 ")
    yield journal_log
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{worker}/stat").exists() for worker in workers):
        assert time.monotonic() < deadline, "the workers of a killed rebuild end"
        time.sleep(0.05)


def children(process: int) -> list[int]:
    found = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [int(child) for child in found]


def test_a_rebuild_killed_midway_is_resumed(killed: Log) -> None:
    owner = killed.database.owner
    parts = built_parts(owner)
    assert 1 <= parts < PARTS
    first = served(owner)
    tell(killed, new_dossier_id(), JOURNEY)
    told: list[tuple[int, int]] = []
    made = rebuild(owner, ruleset(), workers=1, progress=lambda done, of: told.append((done, of)))
    assert told[0][0] > 0, "what was built is not built again"
    assert len(told) <= PARTS - parts + 1
    assert told[-1] == (12_000, 12_000)
    assert made.generation == first + 1
    assert rows(owner) == rebuilt_rows(owner)
    with psycopg.connect(owner) as connection:
        assert connection.execute("SELECT count(*) FROM projection.generation").fetchone() == (2,)


def test_a_rebuild_killed_before_its_tables_are_read_is_resumed(journal_log: Log) -> None:
    """Its parts are built and their keys are indexed, and it is gone."""
    owner = journal_log.database.owner
    tell(journal_log, new_dossier_id(), JOURNEY)

    class Killed(BaseException):
        pass

    def killing(connection: object, generation: int) -> None:
        raise Killed

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(generations, "attach", killing)
        with pytest.raises(Killed):
            again(journal_log.database)
    again(journal_log.database)
    assert rows(owner) == rebuilt_rows(owner)


def test_two_rebuilds_at_once_are_refused(journal_log: Log) -> None:
    def second(done: int, of: int) -> None:
        with pytest.raises(AlreadyRebuilding, match="another rebuild is running"):
            again(journal_log.database)

    rebuild(journal_log.database.owner, ruleset(), workers=1, progress=second)


def test_other_commands_go_on_during_a_rebuild(journal_log: Log) -> None:
    """Each command sees to it that a generation is served, which must not wait for a rebuild to end."""
    waited = []

    def command(done: int, of: int) -> None:
        started = time.monotonic()
        generations.ensure_served(journal_log.database.owner + "&options=-c%20lock_timeout%3D1000", ruleset())
        waited.append(time.monotonic() - started)

    rebuild(journal_log.database.owner, ruleset(), workers=1, progress=command)
    assert waited
    assert max(waited) < 1
