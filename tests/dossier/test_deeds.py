"""Deeds: whatever is registered beside the log leaves one, drawn up by the database and by nobody else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from tests.conftest import copied

from dossier.agencies import Agency, register, rename
from dossier.auditing.deeds import check_registered
from dossier.database.connections import Database
from dossier.database.embedded import EmbeddedPostgres
from dossier.database.migrate import digests, migrate
from dossier.deeds import KEPT, Deed, Kept, deeds
from dossier.sealing import reading
from dossier.sealing.sealer import Sealer
from dossier.sealing.series import DEEDS
from dossier.services import Service, offer, withdraw
from dossier.verification.wrong import Wrong

DAY = date(2026, 3, 1)
TRIGGERS = """
    SELECT tgrelid::regclass::text, tgargs FROM pg_trigger WHERE tgname = 'draw_up_deed'
"""
TURNS = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'wait_for_turn'"
COLUMNS = """
    SELECT attname FROM pg_trigger, unnest(tgattr) AS n
    JOIN pg_attribute ON attrelid = 'webhook.subscription'::regclass AND attnum = n
    WHERE tgrelid = 'webhook.subscription'::regclass AND tgname = %s
"""


@pytest.fixture
def app(database: Database) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database.app, autocommit=True) as connection:
        yield connection


@pytest.fixture
def hub(app: psycopg.Connection[Any]) -> Agency:
    found = agency("hub")
    register(app, found)
    return found


def agency(name: str, called: str = "") -> Agency:
    return Agency(name, called or name, name, name, f"urn:{name}")


def drawn(app: psycopg.Connection[Any], table: str) -> list[Deed]:
    return deeds(app, 0, 100, table)


@pytest.mark.usefixtures("hub")
def test_what_is_registered_changed_and_removed_leaves_a_deed_each(app: psycopg.Connection[Any]) -> None:
    offer(app, Service("hub", "export", "open"))
    offer(app, Service("hub", "export", "closed", note_fr="Complet"))
    assert withdraw(app, "hub", "export")
    found = drawn(app, "registry.service")
    assert [(deed.about, deed.row and (deed.row["capacity"], deed.row["note_fr"])) for deed in found] == [
        ('registry.service ["hub", "export"]', ("open", None)),
        ('registry.service ["hub", "export"]', ("closed", "Complet")),
        ('registry.service ["hub", "export"]', None),
    ]


def test_what_stays_as_it_is_leaves_none(app: psycopg.Connection[Any]) -> None:
    for _ in range(3):
        register(app, agency("hub"))
    assert len(drawn(app, "registry.agency")) == 1


def test_a_former_name_and_the_new_one_leave_a_deed_each(app: psycopg.Connection[Any]) -> None:
    register(app, agency("impulse"))
    rename(app, agency("impulse"), {"name_fr": "hub"}, DAY)
    [former] = drawn(app, "registry.former_name")
    assert former.row is not None
    assert (former.row["until"], former.row["name_fr"]) == ("2026-03-01", "impulse")
    assert [deed.row and deed.row["name_fr"] for deed in drawn(app, "registry.agency")] == ["impulse", "hub"]


def test_a_row_that_gets_another_key_is_removed_and_registered(
    database: Database, app: psycopg.Connection[Any]
) -> None:
    register(app, agency("old"))
    with psycopg.connect(database.owner) as owner:
        owner.execute("UPDATE registry.agency SET id = 'new' WHERE id = 'old'")
    assert [(deed.about, deed.row is None) for deed in drawn(app, "registry.agency")] == [
        ('registry.agency ["old"]', False),
        ('registry.agency ["old"]', True),
        ('registry.agency ["new"]', False),
    ]


def test_a_change_that_is_taken_back_leaves_no_deed_and_no_gap(app: psycopg.Connection[Any]) -> None:
    with app.transaction(force_rollback=True):
        register(app, agency("never"))
    register(app, agency("hub"))
    numbers = [deed.number for deed in deeds(app, 0, 100)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert [deed.about for deed in drawn(app, "registry.agency")] == ['registry.agency ["hub"]']


def test_changes_made_at_once_are_numbered_without_a_gap_in_order_of_commit(database: Database) -> None:
    """Each transaction changes two rows, in both orders: none waits for one that waits for it."""

    def change(turn: int) -> None:
        with psycopg.connect(database.app) as connection:
            for n in (1, 2) if turn % 2 else (2, 1):
                register(connection, agency(f"a{n}", f"{turn}"))

    threads = [threading.Thread(target=change, args=(turn,)) for turn in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with psycopg.connect(database.app) as connection:
        found = deeds(connection, 0, 1_000)
    assert [deed.number for deed in found] == list(range(1, len(found) + 1))
    assert sum(deed.about.startswith("registry.agency") for deed in found) == 24
    assert [deed.at for deed in found] == sorted(deed.at for deed in found)


def test_readings_began_by_a_deed(app: psycopg.Connection[Any]) -> None:
    [opening] = drawn(app, "ledger.opening")
    assert (opening.number, opening.row is None) == (1, False)


@pytest.mark.usefixtures("hub")
def test_deeds_say_nothing_that_is_secret(app: psycopg.Connection[Any]) -> None:
    app.execute(
        "INSERT INTO webhook.subscription (id, agency, url, position, secret) "
        "VALUES (gen_random_uuid(), 'hub', 'https://hub.example/?key=planted-url', 0, 'planted-secret')"
    )
    app.execute("UPDATE webhook.subscription SET position = 7, succeeded_at = now()")
    [deed] = drawn(app, "webhook.subscription")
    assert [planted for planted in (b"planted", b"706c616e746564") if planted in deed.stored] == []


@pytest.mark.parametrize("role", ["app", "owner"])
@pytest.mark.parametrize(
    "statement", ["UPDATE registry.deed SET at = now()", "DELETE FROM registry.deed", "TRUNCATE registry.deed"]
)
def test_nobody_changes_a_deed(database: Database, role: str, statement: str) -> None:
    with psycopg.connect(getattr(database, role)) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement.encode())


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO registry.deed (number, about, at, stored) VALUES (99, 'registry.agency [\"hub\"]', now(), '{}')",
        "SELECT registry.draw_up('registry.agency [\"hub\"]', '{}')",
    ],
)
def test_the_application_draws_up_none_itself(app: psycopg.Connection[Any], statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute(statement.encode())


def test_the_tables_kept_are_those_with_triggers(app: psycopg.Connection[Any]) -> None:
    def listed(text: str) -> tuple[str, ...]:
        return tuple(text.strip("{}").split(",")) if text != "{}" else ()

    found = {}
    for table, arguments in app.execute(TRIGGERS):
        key, untold, _ = bytes(arguments).decode().split("\x00")
        found[table] = Kept(listed(key), listed(untold))
    assert {name: kept for name, kept in KEPT.items() if name != "ledger.opening"} == found
    assert {table for (table,) in app.execute(TURNS)} == found.keys()


def test_a_webhooks_every_column_is_told_or_named_as_one_that_is_not(app: psycopg.Connection[Any]) -> None:
    """An update of the columns left out fires no trigger: it comes with each delivery."""
    every = {
        column
        for (column,) in app.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'webhook' "
            "AND table_name = 'subscription'"
        )
    }
    for trigger in ("draw_up_deed", "wait_for_turn"):
        told = {column for (column,) in app.execute(COLUMNS, (trigger,))}
        assert every - told == set(KEPT["webhook.subscription"].untold)


def test_what_was_registered_before_is_on_record_as_it_is_found(server: EmbeddedPostgres) -> None:
    with copied(server, "template0") as empty:
        before = sorted(name for name in digests() if name < "0024")
        migrate(empty.owner, names=before)
        with psycopg.connect(empty.app, autocommit=True) as app:
            for name in ("b", "a"):
                register(app, agency(name))
            migrate(empty.owner)
            assert [deed.about for deed in deeds(app, 0, 10)][1:] == ['registry.agency ["a"]', 'registry.agency ["b"]']
            check_registered(app)


def test_what_was_published_before_and_keys_that_signed_are_on_record_as_they_are_found(
    server: EmbeddedPostgres,
) -> None:
    with copied(server, "template0") as empty:
        migrate(empty.owner, names=[name for name in digests() if name < "0027"])
        with psycopg.connect(empty.app, autocommit=True) as app:
            app.execute("INSERT INTO seal.key (vkey) VALUES ('k')")
            app.execute(
                "INSERT INTO statistics.publication "
                "(indicator, number, position, ruleset, ruleset_digest, certificate, contributions, cells) "
                "VALUES ('survival', 1, 7, 'r', 'd', '{\"percent\": 1.50}', '\\x01', '\\x02')"
            )
            before = len(deeds(app, 0, 100))
            migrate(empty.owner, names=[name for name in digests() if name < "0035"])
            told = [(deed.about, (deed.row or {}).get("certificate")) for deed in deeds(app, before, 10)]
            assert told == [
                ('seal.key ["k"]', None),
                ('statistics.publication ["survival", 1]', {"percent": 1.5}),
            ]
            migrate(empty.owner)
            *_, last = deeds(app, before, 10)
            assert (last.about, (last.row or {})["program"]) == ('statistics.publication ["survival", 1]', None)
            check_registered(app)


def test_what_was_registered_is_found_alike_in_another_time_zone(server: EmbeddedPostgres) -> None:
    with copied(server, "template0") as empty:
        name = conninfo_to_dict(empty.owner)["dbname"]
        with psycopg.connect(empty.owner, autocommit=True) as owner:
            owner.execute(
                sql.SQL("ALTER DATABASE {} SET timezone = 'Europe/Brussels'").format(sql.Identifier(str(name)))
            )
        migrate(empty.owner, names=[name for name in digests() if name < "0024"])
        with psycopg.connect(empty.app, autocommit=True) as app:
            register(app, agency("hub"))
            migrate(empty.owner)
            offer(app, Service("hub", "export", "open"))
            check_registered(app)


def test_a_migration_of_the_columns_tells_each_row_anew(database: Database, hub: Agency) -> None:
    with psycopg.connect(database.owner) as owner:
        owner.execute("ALTER TABLE registry.agency ADD COLUMN more text")
        with pytest.raises(Wrong, match=r"^registry\.agency"):
            check_registered(owner)
        for _ in range(2):
            owner.execute("SELECT registry.tell_as_found('registry.agency', '{id}', '{}')")
        check_registered(owner)
        told = deeds(owner, 0, 100, "registry.agency")
        assert [deed.row and set(deed.row) ^ {*deed.row, "more"} for deed in told] == [{"more"}, set()]
        assert hub.id in told[-1].about


@pytest.mark.parametrize("role", ["app", "reader"])
def test_nobody_has_deeds_drawn_up_about_a_table_of_their_own(database: Database, role: str) -> None:
    with psycopg.connect(getattr(database, role)) as connection:
        connection.execute("CREATE TEMPORARY TABLE own (id text)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(
                "CREATE TRIGGER own AFTER INSERT ON own FOR EACH ROW "
                "EXECUTE FUNCTION registry.draw_up_deed('{id}', '{}')"
            )


@pytest.mark.parametrize("table", sorted(KEPT))
def test_not_even_its_owner_empties_a_table_without_a_deed(database: Database, table: str) -> None:
    empty = sql.SQL("TRUNCATE {} CASCADE").format(sql.Identifier(*table.split(".")))
    with psycopg.connect(database.owner) as owner, pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner.execute(empty)


@pytest.mark.usefixtures("hub")
def test_the_same_said_again_leaves_no_deed(app: psycopg.Connection[Any]) -> None:
    for _ in range(2):
        offer(app, Service("hub", "export", "open", note_nl="Welkom"))
    assert len(drawn(app, "registry.service")) == 1


def test_a_deed_is_on_disk_before_it_is_signed(database: Database) -> None:
    """Also where a session would rather not wait for the disk, as the dispatcher of webhooks."""
    with psycopg.connect(database.app) as connection:
        connection.execute("SET synchronous_commit = off")
        register(connection, agency("hub"))
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)


def test_a_change_does_not_wait_for_ever_for_one_that_nobody_ends(database: Database) -> None:
    with psycopg.connect(database.owner, autocommit=True) as owner:
        owner.execute("ALTER FUNCTION registry.wait_for_turn SET lock_timeout = '50ms'")
    with psycopg.connect(database.app) as idle, psycopg.connect(database.app) as other:
        other.execute("SET statement_timeout = '10s'")  # else the test would wait for ever too
        register(idle, agency("one"))
        with pytest.raises(psycopg.errors.LockNotAvailable):
            register(other, agency("two"))


def test_deeds_are_first_sealed_with_both_keys_where_one_takes_over_from_another(
    app: psycopg.Connection[Any], tmp_path: Path
) -> None:
    sealer = Sealer(tmp_path, DEEDS)
    sealer.keys.ensure("log.example/test")
    sealer.keys.rotate()
    sealer.step(app)
    signers = DEEDS.signers(sealer.keys.signers())
    assert len(signers) == 2
    assert reading.keys(app, DEEDS) == [signer.vkey for signer in reversed(signers)]
