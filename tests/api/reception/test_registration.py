"""Registering: who is shown as a possible duplicate, and what of a registration stands in the log."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.posting import HUB, accepted

from api.reception import registration
from dossier.database.connections import Database
from dossier.log import Log, running_log
from dossier.writing.registration import new_dossier_id
from projections.dossiers.dossiers import Dossiers

CASES = yaml.safe_load((Path(__file__).parents[2] / "cases" / "duplicates.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def log(shared_database: Database) -> Iterator[Log]:
    """A log that one organisation registers in."""
    with running_log(shared_database) as log:
        log.register(HUB)
        yield log


def request_of(person: dict[str, Any]) -> dict[str, Any]:
    """A registration of a case's person, who may have an enterprise."""
    fields = dict(person)
    number = fields.pop("enterprise", None)
    return {"person": fields} | ({"enterprise": {"legal_identifier": number}} if number else {})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_a_possible_duplicate_is_named_with_its_reasons(log: Log, case: dict[str, Any]) -> None:
    dossier = new_dossier_id()
    opening = registration.events(request_of(case["known"]), HUB, dossier, str(dossier))
    for outcome in log.post(opening, HUB, atomic=True).result(30):
        accepted(outcome)
    asked = request_of(case["known"] | case["asked"])
    found = registration.candidates(log.journal, Dossiers(log.journal), asked)
    because = {duplicate.id: duplicate.because for duplicate in registration.possible(asked, found)}
    assert because == ({dossier: case["because"]} if case["because"] else {})


def test_the_likelier_comes_first() -> None:
    asked = {"person": {"given_name": "Ada", "family_name": "Lovelace", "email": "ada@example.org"}}
    twin, namesake = (
        registration.Candidate(new_dossier_id(), person, False)
        for person in (asked["person"], {"given_name": "Ada", "family_name": "Lovelase"})
    )
    shown = registration.possible(asked, [namesake, twin])
    assert [duplicate.id for duplicate in shown] == [twin.dossier, namesake.dossier]
    assert 0.5 < shown[1].score < shown[0].score < 1


def test_an_idempotency_key_is_kept_as_its_digest_alone() -> None:
    key = "ada@example.org"
    dossier, registration_id = registration.identities(HUB, key)
    assert registration_id == hashlib.sha256(f"{HUB.source_prefix}\0{key}".encode()).hexdigest()
    assert (dossier, registration_id) == registration.identities(HUB, key)
    made = registration.events({"person": {"given_name": "Ada"}}, HUB, dossier, registration_id)
    assert "ada@example.org" not in str([(event["id"], event["subject"], event["source"]) for event in made])
