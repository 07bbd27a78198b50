"""The audit of a whole log: it passes what is whole, and names the table of any single thing that was changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import orjson
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from tests.posting import AGENCIES, NUMBERS, PERSON, cloud_event, opened, post
from tests.projections.tampering import BYTES, STATEMENTS, TEXTS

from dossier.agencies import Agency, registered, rename
from dossier.auditing.beside import check_vault
from dossier.auditing.deeds import check_deeds
from dossier.auditing.events import Check, Sought, check_events
from dossier.auditing.readings import check_readings
from dossier.auditing.whole import Audited, audit
from dossier.canonical import canonical
from dossier.database.cluster import SUPERUSER
from dossier.database.connections import Database
from dossier.database.embedded import EmbeddedPostgres
from dossier.decisions import OPERATOR
from dossier.deeds import KEPT
from dossier.journal.draft import idempotency_key
from dossier.ledger import Entry, Seen
from dossier.log import running_log
from dossier.sealing import reading, witnesses
from dossier.sealing.keys import COSIGNATURE, LogKeys, Signer, signed
from dossier.sealing.sealer import Sealer
from dossier.sealing.series import DEEDS, EVENTS, READINGS, Series
from dossier.services import Service, offer, withdraw
from dossier.verification.note import read_note
from dossier.verification.wrong import Wrong
from dossier.vocabulary.declaration import checked
from dossier.vocabulary.publication import publish
from projections import store
from projections.auditing import audit_figure, audit_projections, replay
from projections.facts_reader import FACTS, root_of, table_of
from projections.figures import Asked, figure
from projections.generations import ensure_served
from projections.indicator import indicator
from projections.live import step
from projections.ruleset import ruleset

WITNESS = Signer.new("witness.example/w1", COSIGNATURE)
DAY = date(2020, 2, 29)
OPERATORS = Agency(OPERATOR, "o", "o", "o", "")


class Whole(NamedTuple):
    """A sealed and projected log, opened by somebody who may do anything to it."""

    superuser: psycopg.Connection[Any]
    app: str
    vkey: str
    signers: list[Signer]

    def audit(self) -> Audited:
        found = audit(self.superuser, self.vkey, lambda done, of: None)
        audit_projections(self.superuser, self.app, lambda done, of: None)
        return found


@pytest.fixture(scope="module")
def whole(
    server: EmbeddedPostgres, shared_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Whole]:
    ensure_served(shared_database.owner, ruleset())
    data = tmp_path_factory.mktemp("keys")
    with running_log(shared_database) as log:
        log.register(*AGENCIES.values())
        fill(log)
        read(log)
        register(shared_database.app)
        sealer, other = Sealer(data), Sealer(data, READINGS)
        sealer.keys.ensure("log.example/test")
        with psycopg.connect(shared_database.app, autocommit=True) as connection:
            sealer.step(connection, 5)
            witnesses.add(connection, "hub", WITNESS.vkey)
            cosign(connection, EVENTS)
            while sealer.step(connection) or step(connection):
                pass
            other.step(connection, 100)
            cosign(connection, READINGS)
            other.step(connection)
            Sealer(data, DEEDS).step(connection)
        name = str(conninfo_to_dict(shared_database.owner)["dbname"])
        with psycopg.connect(server.url(SUPERUSER, name)) as superuser:
            superuser.execute("SET session_replication_role = replica")
            superuser.commit()
            superuser.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            signers = LogKeys(data).signers()
            yield Whole(superuser, shared_database.app, signers[0].vkey, signers)


def fill(log: Any) -> None:
    """Persons, enterprises, aid, a referral, an erasure, and enough dossiers for a second tile."""
    number = next(NUMBERS)
    dossier = opened(
        log,
        ("profile-updated", {"person": PERSON}),
        ("enterprise-linked", {"legal_identifier": number, "role": "founder"}),
        ("phase-declared", {"phase": "creation"}),
        ("aid-applied", {"application_id": "a", "instrument": "grant", "amount": "1000.00"}),
        ("aid-decided", {"application_id": "a", "outcome": "granted", "amount": "900.00", "legal_basis": "gber"}),
        ("referral-made", {"referral_id": "r", "to_agency": "innoviris", "reason_code": "fit"}),
        ("contact-made", {"channel": "phone", "note": "Amina called"}),
    )
    assert dossier
    erased = opened(log, ("profile-updated", {"person": PERSON}))
    post(log, cloud_event("personal-data-erased", {"scope": "all", "ground": "request"}, erased, OPERATORS,
                          source="urn:operator"), agency=OPERATORS)  # fmt: skip
    for _ in range(130):
        opened(log, ("contact-made", {"channel": "web"}))


def read(log: Any) -> None:
    """Enough readings for a second tile, by several roles."""
    for n in range(150):
        seen = Seen(UUID(int=n % 7), 1, n + 1)
        log.ledger.record(
            Entry(seen, "adviser", "guidance", "page", "hub", f"{n % 3:032x}"),
            Entry(seen, "auditor", "audit", "history"),
        )


def register(app: str) -> None:
    """A row of every table that has deeds, and one that was changed and one that was removed."""
    with psycopg.connect(app, autocommit=True) as connection:
        hub = registered(connection)["hub"]
        rename(connection, hub, {"name_fr": 'Ancien "nom"', "name_nl": "Oude naam", "name_en": "Old name"}, DAY)
        offer(connection, Service("hub", "coaching", "limited", "2030-01-01", note_fr="Complet\u2028 à 90 % \\"))
        offer(connection, Service("hub", "export", "open"))
        withdraw(connection, "hub", "export")
        publish(connection, checked({"agency": "hub", "terms": {"channel": {"Tél.": "phone"}}}))
        connection.execute("INSERT INTO imports.mapping (agency, name, declared) VALUES ('hub', 'awards', 'rows: {}')")
        connection.execute(
            "INSERT INTO webhook.subscription (id, agency, url, types, position, secret) "
            "VALUES (gen_random_uuid(), 'hub', 'https://hub.example/hook', '{contact-made}', 0, '\\x00')"
        )


def cosign(connection: psycopg.Connection[Any], of: Series) -> None:
    sealed = reading.checkpoint(connection, of)
    assert sealed is not None
    witnesses.take(connection, sealed.note + WITNESS.cosign(read_note(sealed.note).text, 1_700_000_000))


@pytest.fixture(autouse=True)
def taken_back(whole: Whole) -> Iterator[None]:
    """Whatever a test did to the database is undone."""
    yield
    whole.superuser.rollback()


def test_what_is_whole_passes(whole: Whole) -> None:
    found = whole.audit()
    assert found.events == found.checkpoint.size > 256
    assert found.readings == found.ledger.size == 300
    assert found.ledger.origin == found.checkpoint.origin + "/readings"
    assert found.deeds == found.register.size >= len(KEPT)
    assert found.register.origin == found.checkpoint.origin + "/deeds"


def found_in(whole: Whole, table: str) -> None:
    """The audit finds it, names the table, and the change is taken back."""
    try:
        with pytest.raises(Wrong, match=f"^{table.replace('.', '[.]')}"):
            whole.audit()
    finally:
        whole.superuser.rollback()


@pytest.mark.parametrize(("table", "statement"), STATEMENTS)
def test_what_was_changed_is_found_and_named(whole: Whole, table: str, statement: str) -> None:
    changed = whole.superuser.execute(statement.encode())
    assert changed.rowcount or "INSERT" in statement or "ALTER" in statement
    found_in(whole, table)


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


Body = dict[str, Any]
INJECTED: dict[str, tuple[Body, str]] = {
    "a text with a NUL": ({"data": {"note": "a\0b"}}, "the stored bytes are no event"),
    "a name with a NUL": ({"data": {"a\0b": 1}}, "the stored bytes are no event"),
    "no source": ({"source": None}, "the stored bytes are no event"),
    "an id that is no text": ({"id": 7}, "the stored bytes are no event"),
    "a time that is none": ({"time": "2020-13-01T00:00:00Z"}, "the stored bytes are no event"),
    "an enterprise linked by no number": (
        {"type": "brussels.dossier.enterprise-linked.v1", "data": {}}, "its dossier has an event that no state can be"
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", INJECTED)
def test_an_injected_event_that_nobody_can_read_is_named(whole: Whole, what: str) -> None:
    """Canonical, behind the checkpoint, with the columns that it says and its key: no seal says anything of it yet."""
    change, reason = INJECTED[what]
    row = whole.superuser.execute("SELECT stored, position FROM journal.event ORDER BY position DESC").fetchone()
    assert row is not None
    body = orjson.loads(row[0]) | {"version": 1, "dossier": str(UUID(int=7)), "id": "injected"} | change
    whole.superuser.execute(
        "INSERT INTO journal.event (position, dossier, version, type, agency, recordedtime, stored) "
        "VALUES (%s, %s, 1, %s, %s, %s, %s)",
        (row[1] + 1, body["dossier"], body["type"], body["agency"], body["recordedtime"], canonical(body)),
    )
    key = idempotency_key(str(body["source"]), str(body["id"]))
    whole.superuser.execute("INSERT INTO journal.event_key VALUES (%s, %s, 1)", (key, body["dossier"]))
    found_in(whole, f"journal.event: position {row[1] + 1}: {reason}")


def test_an_event_deeper_than_any_is_named(whole: Whole) -> None:
    whole.superuser.execute(
        "UPDATE journal.event SET stored = convert_to(%s, 'UTF8') WHERE position = 7",
        ('{"data":' + "[" * 300 + "]" * 300 + "}",),
    )
    found_in(whole, "journal.event: position 7: the stored bytes are not canonical")


def test_what_the_vault_holds_that_is_no_object_is_named(whole: Whole) -> None:
    """Committed to by an event, as whoever writes both could have it."""
    row = whole.superuser.execute(
        "SELECT e.position, e.stored, v.salt FROM vault.entry v JOIN journal.event e USING (dossier, version)"
    ).fetchone()
    assert row is not None
    position, stored, salt = row
    body = orjson.loads(stored) | {"personal": "sha256:" + sha256(salt + b"[]").hexdigest()}
    whole.superuser.execute("UPDATE journal.event SET stored = %s WHERE position = %s", (canonical(body), position))
    whole.superuser.execute("UPDATE vault.entry SET personal = '[]' WHERE salt = %s", (salt,))
    with pytest.raises(Wrong, match=r"^vault\.entry: dossier .*: it holds no personal fields"):
        check_vault(whole.superuser)


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
    found_in(whole, table)


@settings(max_examples=2, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize(("table", "column"), TEXTS)
@given(pick=st.integers(0, 10**6), place=st.integers(0, 10**6))
def test_any_changed_letter_is_found_and_named(whole: Whole, table: str, column: str, pick: int, place: int) -> None:
    place_ = "{place} %% length({c}) + 1"
    flip = "{c} = overlay({c} PLACING CASE substr({c}, P, 1) WHEN 'q' THEN 'z' ELSE 'q' END FROM P FOR 1)"
    change(whole, table, column, flip.replace("P,", f"{place_},").replace("FROM P", f"FROM {place_}"), pick, place)
    found_in(whole, table)


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
    found_in(whole, "seal.cosigned")


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


@pytest.fixture
def told_figure(whole: Whole) -> dict[str, Any]:
    """A published figure, as of ten events before the log's end."""
    generation = store.served(whole.superuser)
    assert generation is not None
    made = generation._replace(id=0, position=generation.position - 10)
    made = made._replace(root=root_of(whole.superuser, made.position))
    replay(whole.superuser, whole.app, made, ruleset(), lambda done, of: None)
    facts = {table: table_of(whole.superuser, sql.Identifier("pg_temp", f"audit_{table}"), 0) for table in FACTS}
    found = figure(indicator("entrepreneurs-by-phase"), Asked(), made, facts)
    whole.superuser.rollback()
    return found


def test_a_figure_is_recounted_from_the_log_alone_however_it_went_on(whole: Whole, told_figure: dict[str, Any]) -> None:
    whole.superuser.execute("DELETE FROM projection.fact_dossier")
    assert told_figure["rows"]
    found = audit_figure(whole.superuser, whole.app, told_figure, lambda done, of: None)
    assert found["rows"] == told_figure["rows"]


@pytest.mark.parametrize("field", ["root", "position", "ruleset_digest", "result_digest", "rows"])
def test_a_figure_that_was_touched_up_is_found(whole: Whole, told_figure: dict[str, Any], field: str) -> None:
    certificate = told_figure["certificate"]
    if field == "rows":
        told_figure["rows"][0]["value"] = 1_000
    else:
        certificate[field] = "1" if field == "position" else "sha256:00"
    with pytest.raises(Wrong):
        audit_figure(whole.superuser, whole.app, told_figure, lambda done, of: None)


def test_a_figure_of_readings_is_not_counted_where_there_are_none(whole: Whole, told_figure: dict[str, Any]) -> None:
    told_figure["indicator"] = "re-explaining"
    with pytest.raises(Wrong, match="counts readings too"):
        audit_figure(whole.superuser, whole.app, told_figure, lambda done, of: None, readings_kept=False)
