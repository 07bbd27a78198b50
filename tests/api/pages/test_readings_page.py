"""Who looked at a dossier, and what changed since the visitor's own last visit, as pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from tests.api.pages.conftest import CLOSED, OPEN, Visitor
from tests.posting import INNOVIRIS, accepted, cloud_event, post

from dossier.ledger import Asked, Entry
from dossier.log import Log
from dossier.writing.registration import new_dossier_id

SignIn = Callable[..., Visitor]


class Clock:
    """The ledger's clock, in the hands of a test."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock(log: Log) -> Iterator[Clock]:
    before = log.ledger.clock
    clock = log.ledger.clock = Clock()
    yield clock
    log.ledger.clock = before


@pytest.fixture
def dossier(log: Log) -> UUID:
    opened = new_dossier_id()
    person = {"given_name": "Amina", "family_name": "Visitée"}
    accepted(post(log, cloud_event("dossier-opened", {"person": person, "language": "fr"}, opened))[0])
    return opened


def entries(log: Log, dossier: UUID) -> list[Entry]:
    return log.ledger.asked(Asked(dossier), 0, 100)


def test_a_page_that_shows_the_person_is_recorded_once(
    log: Log, anyone: Visitor, signed_in: SignIn, dossier: UUID
) -> None:
    assert "Amina" in signed_in(anyone, "adviser", "hub").get(f"/dossiers/{dossier}").text
    [entry] = entries(log, dossier)
    assert (entry.kind, entry.role, entry.agency, entry.purpose) == ("page", "adviser", "hub", "guidance")


def test_a_page_without_the_person_is_no_reading(log: Log, anyone: Visitor, signed_in: SignIn, dossier: UUID) -> None:
    assert "Amina" not in signed_in(anyone, "analyst").get(f"/dossiers/{dossier}").text
    assert entries(log, dossier) == []


def test_a_guest_of_the_demonstration_is_nobody_to_record(log: Log, guest: Visitor) -> None:
    assert guest.get(f"/dossiers/{OPEN}").status_code == 200
    assert not [entry for entry in entries(log, OPEN) if entry.kind == "page"]


@pytest.mark.parametrize(
    ("lang", "who", "why"),
    [
        ("fr", "Un conseiller de hub.brussels", "vous accompagner dans votre projet"),
        ("nl", "Een adviseur van hub.brussels", "u begeleiden bij uw project"),
        ("en", "An adviser of hub.brussels", "guiding you with your project"),
    ],
)
def test_the_entrepreneur_reads_who_looked_and_why(
    anyone: Visitor, signed_in: SignIn, dossier: UUID, lang: str, who: str, why: str
) -> None:
    signed_in(anyone, "adviser", "hub").get(f"/dossiers/{dossier}")
    page = signed_in(anyone, "entrepreneur", dossier=dossier).get(f"/dossiers/{dossier}/readings?lang={lang}")
    assert page.status_code == 200
    assert who in page.text
    assert why in page.text


@pytest.mark.parametrize(
    ("lang", "why", "not_you"),
    [
        ("fr", "accompagner l’entrepreneur dans son projet", "votre"),
        ("nl", "de ondernemer begeleiden bij zijn of haar project", " uw "),
        ("en", "guiding the entrepreneur with their project", "guiding you"),
    ],
)
def test_an_auditor_is_not_spoken_to_as_the_entrepreneur(
    anyone: Visitor, signed_in: SignIn, dossier: UUID, lang: str, why: str, not_you: str
) -> None:
    signed_in(anyone, "adviser", "hub").get(f"/dossiers/{dossier}")
    page = signed_in(anyone, "auditor").get(f"/dossiers/{dossier}/readings?lang={lang}")
    shown = page.text[page.text.index("<main") :]
    assert why in shown
    assert not_you not in shown


def test_the_dossier_leads_its_entrepreneur_there_and_nobody_else(
    anyone: Visitor, signed_in: SignIn, dossier: UUID
) -> None:
    link = f'href="/dossiers/{dossier}/readings"'
    assert link in signed_in(anyone, "entrepreneur", dossier=dossier).get(f"/dossiers/{dossier}").text
    assert link not in signed_in(anyone, "adviser", "hub").get(f"/dossiers/{dossier}").text


def test_only_those_it_concerns_see_who_looked(anyone: Visitor, signed_in: SignIn, dossier: UUID) -> None:
    path = f"/dossiers/{dossier}/readings"
    assert anyone.get(path).status_code == 401
    assert signed_in(anyone, "adviser", "hub").get(path).status_code == 403
    assert signed_in(anyone, "entrepreneur", dossier=CLOSED).get(path).status_code == 403
    assert signed_in(anyone, "auditor").get(path).status_code == 200
    assert signed_in(anyone, "auditor").get(f"/dossiers/{new_dossier_id()}/readings").status_code == 404


def test_a_long_list_leads_to_earlier_readings(log: Log, anyone: Visitor, signed_in: SignIn, dossier: UUID) -> None:
    signed_in(anyone, "auditor").get(f"/dossiers/{dossier}")
    [first] = entries(log, dossier)
    log.ledger.record(*(first for _ in range(100)))
    page = anyone.get(f"/dossiers/{dossier}/readings").text
    older = f"/dossiers/{dossier}/readings?before={first.number + 1}"
    assert older in page
    assert "Consultations antérieures" in page
    assert "Consultations antérieures" not in anyone.get(older).text


def test_what_changed_since_the_last_visit_is_said_first(
    log: Log, anyone: Visitor, signed_in: SignIn, dossier: UUID, clock: Clock
) -> None:
    visitor = signed_in(anyone, "adviser", "hub")
    assert "Since your last visit" not in visitor.get(f"/dossiers/{dossier}?lang=en").text
    clock.at += timedelta(hours=1)
    declared = cloud_event("phase-declared", {"phase": "creation"}, dossier, INNOVIRIS)
    position = accepted(post(log, declared, agency=INNOVIRIS)[0]).position
    for _ in range(2):  # looking again within the half hour changes nothing
        page = visitor.get(f"/dossiers/{dossier}?lang=en").text
        told = page[page.index("Since your last visit") : page.index("At a glance")]
        assert f'href="#p{position}"' in told
        assert "Phase declared · Innoviris" in told
        assert "before creation" in told
        assert "Organisation in the team: Innoviris" in told
        clock.at += timedelta(minutes=10)
    clock.at += timedelta(hours=1)
    assert "Nothing has changed since." in visitor.get(f"/dossiers/{dossier}?lang=en").text


def test_a_dossier_as_it_was_is_compared_with_nothing(
    anyone: Visitor, signed_in: SignIn, dossier: UUID, clock: Clock
) -> None:
    visitor = signed_in(anyone, "adviser", "hub")
    visitor.get(f"/dossiers/{dossier}")
    clock.at += timedelta(hours=1)
    assert "Since your last visit" not in visitor.get(f"/dossiers/{dossier}?lang=en&effective=2026-05-01").text


def test_a_page_that_cannot_be_recorded_is_not_shown(
    log: Log, anyone: Visitor, signed_in: SignIn, dossier: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = signed_in(anyone, "adviser", "hub")
    log.ledger.close()
    monkeypatch.setattr(log.ledger._appending, "conninfo", "host=127.0.0.1 port=1 connect_timeout=1")
    page = visitor.get(f"/dossiers/{dossier}")
    assert page.status_code == 503
    assert "Amina" not in page.text
    monkeypatch.undo()
    assert "Amina" in visitor.get(f"/dossiers/{dossier}").text
