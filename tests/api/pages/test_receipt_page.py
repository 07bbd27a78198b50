"""The receipt of an erasure, where the person it is of finds it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from tests.api.pages.conftest import Visitor
from tests.posting import accepted, cloud_event, post

from dossier.agencies import Agency
from dossier.database.connections import Database
from dossier.decisions import OPERATOR
from dossier.log import Log
from dossier.sealing.keys import LogKeys
from dossier.sealing.sealer import Sealer
from dossier.verification.bundle import Receipt, verify_bundle
from dossier.writing.registration import new_dossier_id
from projections.generations.live import step

SignIn = Callable[..., Visitor]
OPERATORS = Agency(OPERATOR, "o", "o", "o", "")
LINKS = {"fr": "Le reçu de cet effacement", "nl": "Het ontvangstbewijs van deze wissing", "en": "The receipt of this"}

OPERATED = {"fr": "exploitant", "nl": "beheerder", "en": "operator"}


@pytest.fixture(scope="module")
def erased(log: Log, shared_database: Database, data: Path) -> UUID:
    """A dossier whose person was erased, sealed and projected."""
    dossier = new_dossier_id()
    accepted(post(log, cloud_event("dossier-opened", {"person": {"given_name": "Amina"}}, dossier))[0])
    erasure = cloud_event("personal-data-erased", {"scope": "all", "ground": "request"}, dossier, OPERATORS,
                          source="urn:operator")  # fmt: skip
    accepted(post(log, erasure, agency=OPERATORS)[0])
    LogKeys(data).ensure("log.example/test")
    assert Sealer(data).seal(shared_database.app)
    with psycopg.connect(shared_database.app, autocommit=True) as connection:
        while step(connection):
            pass
    return dossier


@pytest.mark.parametrize("lang", LINKS)
def test_their_page_leads_to_it_in_their_language(anyone: Visitor, signed_in: SignIn, erased: UUID, lang: str) -> None:
    own = signed_in(anyone, "entrepreneur", dossier=erased)
    text = own.get(f"/dossiers/{erased}", **{"accept-language": lang}).text
    assert f'href="/dossiers/{erased}/receipt"' in text
    assert LINKS[lang] in text


@pytest.mark.parametrize("lang", OPERATED)
def test_who_runs_the_service_has_a_name_in_each_language(
    anyone: Visitor, signed_in: SignIn, erased: UUID, lang: str
) -> None:
    text = signed_in(anyone, "auditor").get(f"/dossiers/{erased}?lang={lang}").text
    assert f'<span class="agency">{OPERATED[lang]}</span>' in text


def test_it_holds_under_the_logs_key(anyone: Visitor, signed_in: SignIn, erased: UUID, data: Path) -> None:
    answer = signed_in(anyone, "entrepreneur", dossier=erased).get(f"/dossiers/{erased}/receipt")
    found = verify_bundle(json.dumps(answer.json()).encode(), LogKeys(data).signers()[0].vkey)
    assert isinstance(found, Receipt)
    assert found.dossier == str(erased)


def test_others_are_shown_neither(anyone: Visitor, signed_in: SignIn, erased: UUID) -> None:
    assert anyone.get(f"/dossiers/{erased}/receipt").status_code == 401
    adviser = signed_in(anyone, "adviser", "hub")
    assert "/receipt" not in adviser.get(f"/dossiers/{erased}").text
    assert adviser.get(f"/dossiers/{erased}/receipt").status_code == 403
