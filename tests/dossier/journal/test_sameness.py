"""Which values of personal fields were the same: told by numbers that nothing later changes, an erasure neither."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from tests.posting import HUB, accepted, cloud_event, post

from dossier.catalogue import TYPES
from dossier.database.connections import Database
from dossier.decisions import OPERATOR
from dossier.log import Log, running_log
from dossier.writing.registration import new_dossier_id

AMINA = {"given_name": "Amina", "phone": "+32 2 111 11 11"}
MOVED = {"phone": "+32 2 222 22 22"}
Said = tuple[str, dict[str, Any]]
OPENED: Said = ("dossier-opened", {"person": AMINA})


def updated(person: dict[str, str]) -> Said:
    return "profile-updated", {"person": person}


def say(log: Log, dossier: UUID, *said: Said) -> None:
    """Each in a transaction of its own."""
    for name, data in said:
        accepted(post(log, cloud_event(name, data, dossier))[0])


def erase(log: Log, dossier: UUID) -> None:
    event = cloud_event("personal-data-erased", {"scope": "all", "ground": "request"}, dossier, source="urn:operator")
    accepted(post(log, event, agency=HUB._replace(id=OPERATOR, source_prefix="urn:operator"))[0])


def told(log: Log, dossier: UUID, field: str) -> dict[int, int]:
    """Version -> the ordinal of a field, as somebody reads them who cannot read the vault."""
    with psycopg.connect(log.database.reader) as connection:
        query = "SELECT version, ordinal FROM journal.told WHERE dossier = %s AND field = %s ORDER BY version"
        return dict(connection.execute(query, (dossier, field)).fetchall())


@pytest.fixture
def log(database: Database) -> Iterator[Log]:
    with running_log(database) as log:
        log.register(HUB)
        yield log


@pytest.fixture
def dossier() -> UUID:
    return new_dossier_id()


def test_a_value_has_the_number_of_the_first_that_was_the_same(log: Log, dossier: UUID) -> None:
    say(log, dossier, OPENED, updated(MOVED), updated(AMINA), updated({"phone": "+32 2 333 33 33"}))
    assert told(log, dossier, "person phone") == {1: 1, 2: 2, 3: 1, 4: 3}
    assert told(log, dossier, "person given_name") == {1: 1, 3: 1}


def test_each_field_of_each_dossier_counts_by_itself(log: Log, dossier: UUID) -> None:
    project = ("project-described", {"title": "Boutique", "summary": "Boutique"})
    linked = ("enterprise-linked", {"legal_identifier": "0403019261", "legal_name": "Boutique"})
    say(log, new_dossier_id(), OPENED)
    say(log, dossier, ("dossier-opened", {}), project, linked, updated(MOVED))
    fields = ("project title", "project summary", "enterprise legal_name", "person phone")
    assert [told(log, dossier, field) for field in fields] == [{2: 1}, {2: 1}, {3: 1}, {4: 1}]


def test_an_erasure_changes_no_number(log: Log, dossier: UUID) -> None:
    say(log, dossier, OPENED, updated(MOVED), updated(AMINA))
    before = told(log, dossier, "person phone")
    erase(log, dossier)
    assert told(log, dossier, "person phone") == before == {1: 1, 2: 2, 3: 1}


def test_a_value_sent_after_an_erasure_has_a_number_that_none_before_had(log: Log, dossier: UUID) -> None:
    say(log, dossier, OPENED, updated(MOVED))
    erase(log, dossier)
    say(log, dossier, updated(AMINA), updated(MOVED), updated(AMINA))
    erase(log, dossier)
    say(log, dossier, updated(AMINA))
    assert told(log, dossier, "person phone") == {1: 1, 2: 2, 4: 3, 5: 4, 6: 3, 8: 5}


def test_what_is_kept_of_a_person_is_numbers_by_names_of_fields(log: Log, dossier: UUID) -> None:
    say(log, dossier, OPENED, ("contact-made", {"channel": "phone", "note": "Amina called"}))
    erase(log, dossier)
    with psycopg.connect(log.database.app) as connection:
        rows = connection.execute(
            "SELECT version, told FROM journal.sameness WHERE dossier = %s", (dossier,)
        ).fetchall()
        deeds = connection.execute("SELECT stored FROM registry.deed WHERE about LIKE 'journal.sameness%'").fetchall()
    assert rows == [(1, {"person given_name": 1, "person phone": 1})]
    assert len(deeds) == 1
    assert b"Amina" not in deeds[0][0]


@pytest.mark.parametrize("role", ["app", "owner"])
@pytest.mark.parametrize("statement", ["UPDATE journal.sameness SET told = '{}'", "DELETE FROM journal.sameness"])
def test_nobody_changes_what_is_kept(database: Database, role: str, statement: str) -> None:
    with psycopg.connect(getattr(database, role)) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement.encode())


def test_the_view_knows_every_personal_field_of_a_profile_and_takes_no_other_for_one() -> None:
    """It goes by the names of fields alone: a type that used one of them otherwise would be compared, too."""
    named = {"person", "title", "summary", "legal_name"}
    profile = {"dossier-opened", "profile-updated", "project-described", "enterprise-linked", "enterprise-created"}
    for kind in TYPES.values():
        assert named >= kind.PERSONAL if kind.NAME in profile else kind.PERSONAL.isdisjoint(named), kind.NAME
