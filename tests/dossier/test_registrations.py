"""What a registration found is kept with a digest of what it held, and with none once its person was erased."""

from __future__ import annotations

from uuid import UUID

from tests.posting import HUB, PERSON, accepted, cloud_event, post

from dossier import registrations
from dossier.agencies import Agency
from dossier.database.connections import Database
from dossier.decisions import OPERATOR
from dossier.log import Log, running_log
from dossier.writing.registration import new_dossier_id

OPERATING = Agency(OPERATOR, "operator", "operator", "operator", "urn:operator")
REQUEST = {"person": PERSON | {"birth_date": "1984-02-29"}}


def opened(log: Log) -> UUID:
    dossier = new_dossier_id()
    accepted(post(log, cloud_event("dossier-opened", {"person": PERSON}, dossier))[0])
    return dossier


def erase(log: Log, dossier: UUID) -> None:
    event = cloud_event("personal-data-erased", {"scope": "all", "ground": "request"}, dossier, OPERATING)
    accepted(post(log, event, agency=OPERATING)[0])


def test_a_registration_keeps_what_it_found_until_the_person_is_erased(database: Database) -> None:
    with running_log(database) as log, log.journal.reading() as connection:
        log.register(HUB)
        dossier = opened(log)
        kept = registrations.remember(connection, b"first", dossier, REQUEST)
        assert (kept.dossier, kept.by(REQUEST), kept.by({"person": PERSON})) == (dossier, True, False)
        erase(log, dossier)
        assert registrations.found(connection, b"first") == (dossier, None)


def test_one_that_found_a_person_who_is_erased_before_it_is_kept_keeps_nothing_of_them(database: Database) -> None:
    """An unsalted digest of a name and a birth date: who has it finds both by trying."""
    with running_log(database) as log, log.journal.reading() as connection:
        log.register(HUB)
        dossier = opened(log)
        erase(log, dossier)
        assert registrations.remember(connection, b"late", dossier, REQUEST) == (dossier, None)


def test_what_is_known_again_after_an_erasure_is_kept_again(database: Database) -> None:
    with running_log(database) as log, log.journal.reading() as connection:
        log.register(HUB)
        dossier = opened(log)
        erase(log, dossier)
        accepted(post(log, cloud_event("profile-updated", {"person": PERSON}, dossier))[0])
        assert registrations.remember(connection, b"again", dossier, REQUEST).content is not None
