"""The audit of a whole log: it passes what is whole, and names the table of any single thing that was changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql
from tests.projections.tampering import BYTES, STATEMENTS, TEXTS
from tests.projections.whole import WITNESS, Whole

from dossier.auditing.deeds import check_deeds
from dossier.auditing.events import Check, Sought, check_events
from dossier.auditing.readings import check_readings
from dossier.auditing.whole import audit
from dossier.deeds import KEPT
from dossier.sealing import reading
from dossier.sealing.keys import Signer, signed
from dossier.verification.note import read_note
from dossier.verification.wrong import Wrong


def test_what_is_whole_passes(whole: Whole) -> None:
    found = whole.audit()
    assert found.events == found.checkpoint.size > 256
    assert found.readings == found.ledger.size == 300
    assert found.ledger.origin == found.checkpoint.origin + "/readings"
    assert found.deeds == found.register.size >= len(KEPT)
    assert found.register.origin == found.checkpoint.origin + "/deeds"


@pytest.mark.parametrize(("table", "statement"), STATEMENTS)
def test_what_was_changed_is_found_and_named(whole: Whole, table: str, statement: str) -> None:
    changed = whole.superuser.execute(statement.encode())
    assert changed.rowcount or "INSERT" in statement or "ALTER" in statement
    whole.found_in(table)


OPENED = "(SELECT min(position) FROM journal.event e JOIN vault.entry v USING (dossier, version))"
ERASED = "(SELECT min(position) FROM journal.event WHERE type LIKE '%personal-data-erased%')"
TOLD = {
    "UPDATE journal.event SET stored = convert_to(replace(convert_from(stored, 'UTF8'), '900.00', '901.00'), 'UTF8') "
    "WHERE type LIKE '%aid-decided%'":
        "journal.event: the tree is not the one that was signed; by its tiles, position 6 is the first that was change",
    f"DELETE FROM vault.entry v USING journal.event e WHERE e.dossier = v.dossier AND e.version = v.version "
    f"AND e.position = {OPENED}": "vault.entry: position 2: it is missing, and no event erased it",
    f"INSERT INTO vault.entry SELECT e.dossier, e.version - 1, v.salt, v.personal, v.words FROM journal.event e, "
    f"vault.entry v WHERE e.position = {ERASED} LIMIT 1": ": it ought to be gone: an event erased it",
    "UPDATE vault.entry SET dossier = gen_random_uuid()": "vault.entry: position 2: it is missing",
    "INSERT INTO journal.sameness SELECT dossier, version, '{\"person given_name\": 1}' FROM journal.event "
    f"WHERE position = {OPENED}": ", version 2: no event erased it",
    "INSERT INTO journal.sameness VALUES (gen_random_uuid(), 1, '{\"person given_name\": 1}')":
        ", version 1: it is of no event with personal fields",
    "UPDATE journal.sameness SET told = '{\"person given_name\": 2}'":
        ", version 2: 2 does not come after 0 values of `person given_name`",
    "UPDATE journal.sameness SET told = '{\"person phone\": 1}'": "is not what its last deed says",
}  # fmt: skip


@pytest.mark.parametrize(("statement", "told"), TOLD.items())
def test_what_was_changed_is_told_for_what_it_is(whole: Whole, statement: str, told: str) -> None:
    whole.superuser.execute(statement.encode())
    with pytest.raises(Wrong) as raised:
        whole.audit()
    whole.superuser.rollback()
    assert told in str(raised.value)


DIGESTED: dict[str, Check] = {
    "journal.event": check_events,
    "ledger.reading": check_readings,
    "registry.deed": check_deeds,
}


@pytest.mark.parametrize("table", DIGESTED)
def test_a_digest_is_made_again_whatever_the_schema_says_of_it(whole: Whole, table: str) -> None:
    [statement] = [one for named, one in STATEMENTS if named == table and "DROP EXPRESSION" in one]
    whole.superuser.execute(statement.encode())
    with pytest.raises(Wrong, match=f"^{table}.*the digest is not that of the stored bytes"):
        DIGESTED[table](whole.superuser, Sought(0, (), ()), lambda done, of: None)


def test_nothing_of_an_audit_is_looked_for_in_a_schema_put_first(whole: Whole) -> None:
    whole.superuser.execute("CREATE SCHEMA evil")
    whole.superuser.execute("CREATE FUNCTION evil.sha256(bytea) RETURNS bytea LANGUAGE sql RETURN $1")
    whole.superuser.execute("SET LOCAL search_path = evil, pg_catalog")
    assert whole.audit().events > 256


@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize(("table", "column"), BYTES)
@given(pick=st.integers(0, 10**6), place=st.integers(0, 10**6))
def test_any_changed_byte_is_found_and_named(whole: Whole, table: str, column: str, pick: int, place: int) -> None:
    flip = "{c} = set_byte({c}, {place} %% length({c}), get_byte({c}, {place} %% length({c})) # 1)"
    change(whole, table, column, flip, pick, place)
    whole.found_in(table)


@settings(max_examples=2, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize(("table", "column"), TEXTS)
@given(pick=st.integers(0, 10**6), place=st.integers(0, 10**6))
def test_any_changed_letter_is_found_and_named(whole: Whole, table: str, column: str, pick: int, place: int) -> None:
    place_ = "{place} %% length({c}) + 1"
    flip = "{c} = overlay({c} PLACING CASE substr({c}, P, 1) WHEN 'q' THEN 'z' ELSE 'q' END FROM P FOR 1)"
    change(whole, table, column, flip.replace("P,", f"{place_},").replace("FROM P", f"FROM {place_}"), pick, place)
    whole.found_in(table)


def change(whole: Whole, table: str, column: str, flip: str, pick: int, place: int) -> None:
    """Change one row of a table at one place."""
    words = {"t": sql.Identifier(*table.split(".")), "c": sql.Identifier(column), "place": sql.Literal(place)}
    [count] = whole.superuser.execute(
        sql.SQL("SELECT count(*) FROM {t} WHERE length({c}) > 0").format(**words)
    ).fetchone() or (0,)
    row = sql.SQL(
        "WITH row AS (SELECT tableoid, ctid FROM {t} WHERE length({c}) > 0 ORDER BY tableoid, ctid OFFSET {o} LIMIT 1) "
    ).format(**words, o=sql.Literal(pick % count))
    changed = row + sql.SQL(
        "UPDATE {t} t SET " + flip.replace("%%", "%") + " FROM row r WHERE t.tableoid = r.tableoid AND t.ctid = r.ctid"
    ).format(**words)
    assert whole.superuser.execute(changed).rowcount == 1


def test_a_census_that_was_invented_signed_and_cosigned_is_found(whole: Whole) -> None:
    """By the holder of the key, with a witness that was shown it and nothing else."""
    [note] = whole.superuser.execute("SELECT note FROM seal.cosigned WHERE series = 'events'").fetchone() or ("",)
    lines = read_note(note).text.splitlines(keepends=True)
    text = "".join([*lines[:3], "census " + "A" * 43 + "=\n"])
    whole.superuser.execute(
        "UPDATE seal.cosigned SET note = %s WHERE series = 'events'", (signed(text, whole.signers),)
    )
    line = WITNESS.cosign(text, 1_700_000_000)
    whole.superuser.execute("UPDATE seal.cosignature SET line = %s WHERE series = 'events'", (line,))
    whole.found_in("seal.cosigned")


def test_a_key_that_signed_nothing_is_not_what_a_log_is_checked_by(whole: Whole) -> None:
    stranger = Signer.new("log.example/test").vkey
    whole.superuser.execute("SET LOCAL session_replication_role = origin")  # so it leaves a deed
    whole.superuser.execute("INSERT INTO seal.key (series, vkey) VALUES ('events', %s)", (stranger,))
    found, published = audit(whole.superuser, None, lambda done, of: None), reading.vkey(whole.superuser)
    whole.superuser.rollback()
    assert (found.vkey, published) == (whole.vkey, whole.vkey)


def test_another_logs_key_does_not_pass(whole: Whole) -> None:
    with pytest.raises(Wrong, match=r"^seal\.key: the given key"):
        audit(whole.superuser, Signer.new("log.example/test").vkey, lambda done, of: None)


def test_an_audit_says_how_far_it_is(whole: Whole, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    audit(whole.superuser, None, lambda done, of: told.append((done, of)))
    assert told[-1][0] == told[-1][1] > 0
