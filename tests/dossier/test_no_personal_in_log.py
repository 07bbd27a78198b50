"""No word about a person is in the database outside the vault; after an erasure, none is in it at all."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from tests.posting import HUB, accepted, cloud_event, post

from dossier.agencies import Agency
from dossier.catalogue import JOURNEY, EventCorrected, Fact
from dossier.database.cluster import program
from dossier.database.connections import Database
from dossier.decisions import OPERATOR
from dossier.log import Log, running_log
from dossier.writing.registration import new_dossier_id

OPERATING = Agency(OPERATOR, "operator", "operator", "operator", "urn:operator")
NAME, EMAIL, PHONE, BORN, LANGUAGE = "Zoé Marker", "zoe@marker.example", "+32 2 987 65 43", "1961-09-17", "de-marker"
PERSON = {
    "given_name": NAME,
    "family_name": NAME,
    "birth_date": BORN,
    "email": EMAIL,
    "phone": PHONE,
    "language": LANGUAGE,
}
MARKERS = [NAME, "Marker", "marker", EMAIL, PHONE, BORN, LANGUAGE]
NEEDED: dict[str, dict[str, Any]] = {
    "enterprise-linked": {"legal_identifier": "0403.019.261"},
    "enterprise-created": {"legal_identifier": "0403.019.261"},
    "contact-made": {"channel": "phone"},
    "objective-progressed": {"objective_id": "O1", "progress": 50},
    "referral-made": {"referral_id": "R1", "to_agency": "innoviris"},
    "aid-decided": {"application_id": "A1", "outcome": "refused"},
    "aid-repaid": {"application_id": "A2", "amount": "1.00"},
}
"""What a type with personal fields cannot do without."""
PREPARED = [
    ("objective-set", {"objective_id": "O1"}),
    ("aid-applied", {"application_id": "A1", "instrument": "grant"}),
    ("aid-applied", {"application_id": "A2", "instrument": "grant"}),
]
PERSONAL_KINDS = [kind for kind in JOURNEY if kind.PERSONAL and kind is not EventCorrected]


def marked(kind: type[Fact]) -> dict[str, Any]:
    """Data of a type, with a marker in every personal field."""
    return NEEDED.get(kind.NAME, {}) | {name: PERSON if name == "person" else NAME for name in kind.PERSONAL}


def dump(database: Database, *options: str) -> str:
    """All that a database holds, bytes shown as the text they are."""
    command = [str(program("pg_dump")), "--data-only", f"--dbname={database.owner}", *options]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return re.sub(r"\\\\x([0-9a-f]*)", lambda found: bytes.fromhex(found[1]).decode(errors="replace"), text)


@pytest.fixture(scope="module")
def log(shared_database: Database) -> Iterator[Log]:
    """A log with a marker in every personal field of every type, and again in a correction of it."""
    with running_log(shared_database) as log:
        log.register(HUB)
        fill(log, new_dossier_id())
        yield log


def fill(log: Log, dossier: UUID) -> None:
    opening, *others = PERSONAL_KINDS
    facts = [(opening.NAME, marked(opening)), *PREPARED]
    facts += [(kind.NAME, marked(kind)) for kind in others if kind.NAME != "event-retracted"]
    target = ""
    for name, data in facts:
        target = str(accepted(post(log, cloud_event(name, data, dossier))[0]).position)
        if any(name == kind.NAME for kind in PERSONAL_KINDS):
            correction = {"corrects": target, "data": data, "reason": NAME}
            accepted(post(log, cloud_event("event-corrected", correction, dossier))[0])
    accepted(post(log, cloud_event("event-retracted", {"corrects": target, "reason": NAME}, dossier))[0])


@pytest.mark.usefixtures("log")
def test_the_vault_holds_every_marker(shared_database: Database) -> None:
    """Else the next test would prove nothing."""
    vault = dump(shared_database, "--table=vault.*")
    assert [marker for marker in MARKERS if marker not in vault] == []


@pytest.mark.usefixtures("log")
def test_every_type_with_personal_fields_is_in_the_log(shared_database: Database) -> None:
    kinds: list[type[Fact]] = [*PERSONAL_KINDS, EventCorrected]
    outside = dump(shared_database, "--exclude-schema=vault")
    assert [kind.TYPE for kind in kinds if f'"type":"{kind.TYPE}"' not in outside] == []


@pytest.mark.usefixtures("log")
def test_no_word_about_a_person_is_outside_the_vault(shared_database: Database) -> None:
    outside = dump(shared_database, "--exclude-schema=vault")
    assert [marker for marker in MARKERS if marker in outside] == []


def test_after_an_erasure_no_word_is_left(database: Database) -> None:
    with running_log(database) as log:
        log.register(HUB)
        dossier = new_dossier_id()
        fill(log, dossier)
        erasure = cloud_event("personal-data-erased", {"scope": "all", "ground": "request"}, dossier, OPERATING)
        accepted(post(log, erasure, agency=OPERATING)[0])
    everything = dump(database)
    assert [marker for marker in MARKERS if marker in everything] == []
