"""The sealer: every event is under the next checkpoint, and none is signed that denies an earlier one."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, cast
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.dossier.sealing.conftest import Sealed

from dossier.sealing import reading
from dossier.sealing.keys import LogKeys
from dossier.sealing.sealer import Sealer, prepare, retire
from dossier.sealing.series import EVENTS
from dossier.sealing.signed import SealRefused
from dossier.tree.hashing import EMPTY, leaf_hash, root_of
from dossier.tree.tiles import Tile
from dossier.verification import census, merkle
from dossier.verification.note import read_key, verify_checkpoint

A, B = UUID("01890000-0000-7000-8000-00000000000a"), UUID("01890000-0000-7000-8000-00000000000b")


def stored(log: Sealed) -> list[bytes]:
    """The log's bytes in order, by the plainest query."""
    return [row[0] for row in log.connection.execute("SELECT stored FROM journal.event ORDER BY position")]


def leaves(log: Sealed) -> list[bytes]:
    return [leaf_hash(entry) for entry in stored(log)]


def test_an_empty_log_is_signed_too(log: Sealed) -> None:
    checkpoint = verify_checkpoint(log.seal().note, read_key(log.vkey))
    assert (checkpoint.origin, checkpoint.size, checkpoint.root) == ("log.example/test", 0, EMPTY)


def test_the_checkpoint_says_the_root_over_the_stored_bytes(log: Sealed) -> None:
    log.post((A, 1), (B, 1), (A, 2))
    checkpoint = verify_checkpoint(log.seal().note, read_key(log.vkey))
    assert (checkpoint.size, checkpoint.root) == (3, root_of(leaves(log)))


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 400), min_size=1, max_size=4), st.integers(1, 600))
def test_in_whatever_batches_it_grows_the_seal_says_the_same(log: Sealed, counts: list[int], batch: int) -> None:
    for count in counts:
        log.post_many(count)
        sealed = log.seal(batch)
    hashes = leaves(log)
    assert (sealed.size, sealed.root) == (len(hashes), root_of(hashes))
    for size in {1, len(hashes) // 2 or 1, len(hashes)}:
        assert reading.root_at(log.connection, size) == root_of(hashes[:size])
    position = len(hashes) // 3 + 1
    proof = reading.inclusion(log.connection, position, len(hashes))
    merkle.verify_inclusion(position - 1, len(hashes), hashes[position - 1], proof, sealed.root)


def test_what_is_not_sealed_yet_has_its_root_too(log: Sealed) -> None:
    log.post_many(300)
    log.seal()
    log.post_many(270)
    hashes = leaves(log)
    assert reading.root_at(log.connection, 570) == root_of(hashes)
    proof = reading.consistency(log.connection, 299, 560)
    merkle.verify_consistency(299, 560, proof, root_of(hashes[:299]), root_of(hashes[:560]))


class Meanwhile:
    """A connection on which more is sealed just before one of its queries."""

    def __init__(self, log: Sealed, query: int) -> None:
        self.log, self.left = log, query

    def __getattr__(self, name: str) -> Any:
        if name in {"execute", "cursor"}:
            if self.left == 0:
                self.log.seal()
            self.left -= 1
        return getattr(self.log.connection, name)


@pytest.mark.parametrize("query", range(7))
def test_what_is_sealed_while_a_root_is_read_does_not_change_it(log: Sealed, query: int) -> None:
    log.post_many(300)
    log.seal()
    log.post_many(270)
    assert reading.root_at(cast("Any", Meanwhile(log, query)), 570) == root_of(leaves(log))
    log.post_many(270)
    hashes = leaves(log)
    proof = reading.consistency(cast("Any", Meanwhile(log, query)), 299, 830)
    merkle.verify_consistency(299, 830, proof, root_of(hashes[:299]), root_of(hashes[:830]))


def test_the_census_counts_every_dossier(log: Sealed) -> None:
    log.post((A, 1), (B, 1), (A, 2))
    log.seal()
    log.post((A, 3))
    sealed, hashes = log.seal(), leaves(log)
    for dossier, positions in ((A, [1, 3, 4]), (B, [2])):
        found = reading.tally(log.connection, dossier.bytes)
        assert found is not None
        tally, proof = found
        chain = census.chained((position, hashes[position - 1]) for position in positions)
        assert tally == (dossier.bytes, len(positions), positions[-1], chain)
        census.verify_tally(census.Tally(*tally), proof, sealed.census)
    assert reading.tally(log.connection, uuid4().bytes) is None


def test_each_checkpoint_starts_with_the_one_before(log: Sealed) -> None:
    seen = []
    for _ in range(4):
        log.post_many(100)
        seen.append(log.seal())
    for old, new in pairwise(seen):
        proof = reading.consistency(log.connection, old.size, new.size)
        merkle.verify_consistency(old.size, new.size, proof, old.root, new.root)


def test_sealing_again_signs_the_same(log: Sealed) -> None:
    log.post_many(3)
    assert log.seal() == log.seal()


def test_a_seal_that_was_cut_off_before_its_commit_is_made_again(log: Sealed) -> None:
    """The file beside the key is ahead of the database then."""
    log.post_many(3)
    before = log.seal()
    log.post_many(2)
    with log.connection.transaction(force_rollback=True):
        log.sealer.step(log.connection)
    after = log.last.read()
    assert reading.checkpoint(log.connection) == before
    assert after is not None
    assert after.size == 5
    assert log.seal().note == after.note


def test_a_log_shorter_than_what_was_signed_is_refused(log: Sealed) -> None:
    log.post_many(5)
    log.seal()
    older(log, 3)
    with pytest.raises(SealRefused, match="the log has 3 events, but a checkpoint over 5 was signed"):
        prepare(log.database.app, log.data, None)
    assert log.last.read() is not None


def older(log: Sealed, keep: int) -> None:
    """What a restore from an old backup leaves: fewer events, and the seal over those."""
    with psycopg.connect(log.database.owner, autocommit=True) as owner:
        owner.execute("ALTER TABLE journal.event DISABLE TRIGGER ALL")
        for part in range(8):
            owner.execute(f"ALTER TABLE journal.event_{part} DISABLE TRIGGER ALL".encode())
        owner.execute("DELETE FROM journal.event WHERE position > %s", (keep,))
        owner.execute("ALTER TABLE seal.tile DISABLE TRIGGER ALL")
        for table in ("tile", "census", "census_page", "checkpoint"):
            owner.execute(f"DELETE FROM seal.{table}".encode())
    aside = log.last.path.rename(log.last.path.with_suffix(".aside"))
    log.seal()
    aside.rename(log.last.path)


def test_another_history_of_the_same_length_is_refused(log: Sealed) -> None:
    log.post_many(5)
    log.seal()
    older(log, 3)
    log.post_many(4)
    with pytest.raises(SealRefused, match="the first 5 events are not those that were signed"):
        log.sealer.step(log.connection)
    assert reading.root_at(log.connection, 3)
    sealed = reading.checkpoint(log.connection)
    assert sealed is not None
    assert sealed.size == 3, "nothing was signed"


def test_tiles_that_were_changed_are_not_signed_on(log: Sealed) -> None:
    log.post_many(3)
    log.seal()
    with psycopg.connect(log.database.owner, autocommit=True) as owner:
        owner.execute("ALTER TABLE seal.tile DISABLE TRIGGER ALL")
        owner.execute("UPDATE seal.tile SET hashes = set_byte(hashes, 40, get_byte(hashes, 40) # 1)")
    log.post_many(1)
    with pytest.raises(SealRefused, match="tiles"):
        log.again().step(log.connection)


def test_an_event_out_of_its_dossiers_turn_is_not_signed(log: Sealed) -> None:
    log.post((A, 1), (A, 3))
    with pytest.raises(SealRefused, match="position 2 has version 3 of its dossier, after 1"):
        log.sealer.step(log.connection)


def test_a_missing_position_is_not_signed(log: Sealed) -> None:
    log.post_many(1)
    log.connection.execute(
        "INSERT INTO journal.event (position, dossier, version, type, agency, recordedtime, stored) "
        "SELECT 3, gen_random_uuid(), 1, type, agency, recordedtime, stored FROM journal.event"
    )
    with pytest.raises(SealRefused, match="position 2 is missing"):
        log.sealer.step(log.connection)


def test_another_logs_key_signs_nothing(log: Sealed, tmp_path_factory: pytest.TempPathFactory) -> None:
    log.seal()
    stranger = Sealer(tmp_path_factory.mktemp("stranger"))
    stranger.keys.ensure("log.example/test")
    with pytest.raises(SealRefused, match="is not the key of this log"):
        stranger.step(log.connection)


def test_a_key_is_kept_for_its_owner_alone_and_never_made_twice(log: Sealed) -> None:
    before = log.vkey
    log.sealer.keys.ensure(None)
    assert log.vkey == before
    assert log.sealer.keys.path.stat().st_mode & 0o777 == 0o600
    assert log.sealer.keys.path.parent.stat().st_mode & 0o077 == 0


def test_the_former_key_still_verifies_after_a_rotation(log: Sealed) -> None:
    former = log.vkey
    first = log.seal().note
    LogKeys(log.data).rotate()
    note = log.seal().note
    assert log.vkey != former
    assert verify_checkpoint(note, read_key(former)) == verify_checkpoint(note, read_key(log.vkey))
    LogKeys(log.data).retire()
    log.post_many(1)
    latest = log.seal().note
    assert verify_checkpoint(latest, read_key(log.vkey)).size == 1
    assert former[-10:] not in latest
    assert verify_checkpoint(first, read_key(former)).size == 0


def test_a_key_is_not_retired_before_its_successor_signed(log: Sealed) -> None:
    """As when both are said in a row, of a service that does not run: no key would be left that the log knows."""
    log.post_many(2)
    log.seal()
    former = log.vkey
    LogKeys(log.data).rotate()
    assert [one.vkey for one in retire(log.database.app, log.data)] == [former]
    log.post_many(1)
    assert verify_checkpoint(log.seal().note, read_key(log.vkey)).size == 3


def test_a_key_stays_while_another_sealer_has_not_signed_by_the_newest(log: Sealed) -> None:
    log.seal()
    LogKeys(log.data).rotate()
    with psycopg.connect(log.database.app, autocommit=True) as other:
        other.execute(reading.SQL["lead"], (EVENTS.lock,))
        with pytest.raises(SealRefused, match="try again in a moment"):
            retire(log.database.app, log.data)
    assert len(LogKeys(log.data).signers()) == 2


def test_one_sealer_at_a_time(log: Sealed) -> None:
    with psycopg.connect(log.database.app, autocommit=True) as other:
        other.execute(reading.SQL["lead"], (EVENTS.lock,))
        assert not log.sealer.seal(log.database.app)
    log.post_many(2)
    assert log.sealer.seal(log.database.app)
    assert reading.tile(log.connection, Tile(0, 0)) == b"".join(leaves(log))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM seal.tile",
        "TRUNCATE seal.tile",
        "UPDATE seal.tile SET hashes = substring(hashes FOR 32)",
        "UPDATE seal.tile SET hashes = set_byte(hashes, 0, get_byte(hashes, 0) # 1)",
        "DELETE FROM seal.key",
        "UPDATE seal.key SET vkey = 'x'",
        "DELETE FROM seal.checkpoint",
        "DELETE FROM seal.cosignature",
    ],
)
def test_the_application_takes_nothing_of_the_seal_back(log: Sealed, statement: str) -> None:
    log.post_many(2)
    log.seal()
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        log.connection.execute(statement.encode())


def test_a_gap_wider_than_a_batch_is_refused_and_not_waited_out(log: Sealed) -> None:
    log.post_many(1)
    log.connection.execute(
        "INSERT INTO journal.event (position, dossier, version, type, agency, recordedtime, stored) "
        "SELECT 90, gen_random_uuid(), 1, type, agency, recordedtime, stored FROM journal.event"
    )
    log.sealer.step(log.connection, 1)
    with pytest.raises(SealRefused, match="position 2 is missing"):
        log.sealer.step(log.connection, 10)


def test_however_far_behind_a_step_reads_no_more_than_its_batch(log: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also of the database, which would sort all that waits to find the first so many."""
    asked: list[tuple[int, int]] = []
    leaves_ = reading.leaves

    def told(connection: reading.Connection, after: int, until: int, **named: Any) -> list[tuple[Any, ...]]:
        asked.append((after, until))
        return leaves_(connection, after, until, **named)

    monkeypatch.setattr(reading, "leaves", told)
    log.post_many(50)
    log.seal(20)
    assert asked == [(0, 20), (20, 40), (40, 50), (50, 50)]
