"""What stands above the timeline of a dossier's page."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from tests.api.pages.conftest import Visitor
from tests.posting import HUB, INNOVIRIS, accepted, cloud_event, post

from dossier.agencies import Agency
from dossier.log import Log
from dossier.writing.registration import new_dossier_id

SignIn = Callable[..., Visitor]


def told(log: Log, name: str, data: dict[str, Any], dossier: UUID, agency: Agency = HUB, **more: str) -> str:
    """Post a fact; its position."""
    [outcome] = post(log, cloud_event(name, data, dossier, agency, **more), agency=agency)
    return str(accepted(outcome).position)


@pytest.fixture
def dossier(log: Log) -> UUID:
    opened = new_dossier_id()
    told(log, "dossier-opened", {"language": "fr"}, opened)
    return opened


def test_a_linked_dossier_leads_to_the_other_on_whichever_it_was_told(
    log: Log, anyone: Visitor, signed_in: SignIn, dossier: UUID
) -> None:
    other = new_dossier_id()
    told(log, "dossier-opened", {"language": "fr"}, other)
    visitor = signed_in(anyone, "adviser", "hub")
    assert "Other dossiers" not in visitor.get(f"/dossiers/{dossier}?lang=en").text
    told(log, "dossiers-linked", {"other": str(dossier), "by": "human"}, other)
    page = visitor.get(f"/dossiers/{dossier}?lang=en").text
    assert f'Other dossiers of the same person: <a href="/dossiers/{other}">{other}</a>' in page


def test_the_timeline_names_a_linked_dossier_by_its_whole_id(
    log: Log, anyone: Visitor, signed_in: SignIn, dossier: UUID
) -> None:
    """Ids of dossiers that were opened within a minute begin alike: so does that of the page itself."""
    other = new_dossier_id()
    told(log, "dossier-opened", {"language": "fr"}, other)
    told(log, "dossiers-linked", {"other": str(other), "by": "human"}, dossier)
    page = signed_in(anyone, "adviser", "hub").get(f"/dossiers/{dossier}?lang=en").text
    assert f'<dd><a href="/dossiers/{other}">{other}</a></dd>' in page[page.index('class="timeline"') :]


@pytest.mark.parametrize(
    ("lang", "label", "what"),
    [
        ("fr", "À vérifier", "versé sans octroi"),
        ("nl", "Na te kijken", "uitbetaald zonder toekenning"),
        ("en", "To check", "paid without a grant"),
    ],
)
def test_what_is_amiss_with_aid_is_told_at_a_glance(
    log: Log, anyone: Visitor, signed_in: SignIn, dossier: UUID, lang: str, label: str, what: str
) -> None:
    told(log, "aid-applied", {"application_id": "A1", "instrument": "grant"}, dossier)
    visitor = signed_in(anyone, "adviser", "hub")
    assert label not in visitor.get(f"/dossiers/{dossier}?lang={lang}").text
    told(log, "aid-paid", {"application_id": "A1", "amount": "100.00"}, dossier)
    page = visitor.get(f"/dossiers/{dossier}?lang={lang}").text
    assert f"<dt>{label}</dt><dd>{what}</dd>" in page


@pytest.mark.parametrize(("lang", "by"), [("fr", "par"), ("nl", "door"), ("en", "by")])
def test_it_names_the_organisation_that_corrected_or_retracted_a_fact(
    log: Log, anyone: Visitor, signed_in: SignIn, dossier: UUID, lang: str, by: str
) -> None:
    corrected, retracted = (told(log, "contact-made", {"channel": "phone"}, dossier) for _ in range(2))
    told(log, "event-corrected", {"corrects": corrected, "data": {"channel": "counter"}}, dossier, INNOVIRIS)
    told(log, "event-retracted", {"corrects": retracted, "reason": "another dossier"}, dossier, INNOVIRIS)
    page = signed_in(anyone, "adviser", "hub").get(f"/dossiers/{dossier}?lang={lang}").text
    named = INNOVIRIS.name_nl if lang == "nl" else INNOVIRIS.name_fr if lang == "fr" else INNOVIRIS.name_en
    assert page.count(f"{by} {named}") == 2


@pytest.mark.parametrize(
    ("lang", "erased", "since"),
    [
        ("fr", "effacées le 2 mars 2026.", "a été enregistré depuis."),
        ("nl", "gewist op 2 maart 2026.", "is sindsdien geregistreerd."),
        ("en", "erased on 2 March 2026.", "was recorded since."),
    ],
)
def test_who_is_named_after_an_erasure_was_recorded_since(
    log: Log, anyone: Visitor, signed_in: SignIn, lang: str, erased: str, since: str
) -> None:
    dossier = new_dossier_id()
    told(log, "dossier-opened", {"person": {"given_name": "Amina"}}, dossier)
    told(log, "mandate-declared", {"agency": HUB.id, "purpose": "care", "legal_ground": "consent"}, dossier)
    told(log, "personal-data-erased", {"scope": "all", "ground": "request"}, dossier)
    visitor = signed_in(anyone, "adviser", "hub")
    page = visitor.get(f"/dossiers/{dossier}?lang={lang}").text
    assert erased in page
    assert since not in page
    told(log, "profile-updated", {"person": {"given_name": "Noor"}}, dossier)
    page = visitor.get(f"/dossiers/{dossier}?lang={lang}").text
    assert "<h1>Noor</h1>" in page
    assert f"{erased} " in page
    assert since in page


def test_a_contact_known_by_its_year_is_told_by_its_year(
    log: Log, anyone: Visitor, signed_in: SignIn, dossier: UUID
) -> None:
    told(
        log, "contact-made", {"channel": "phone"}, dossier, INNOVIRIS, time="2020-01-01T00:00:00Z", timeprecision="year"
    )
    told(
        log,
        "contact-made",
        {"channel": "phone"},
        dossier,
        INNOVIRIS,
        time="2021-05-01T00:00:00Z",
        timeprecision="month",
    )
    visitor = signed_in(anyone, "adviser", "hub")
    glance = visitor.get(f"/dossiers/{dossier}?lang=en").text.split('class="timeline"')[0]
    assert re.search(r">2020</td>\s*<td[^>]*>May 2021</td>", glance), glance[glance.index("Innoviris") :][:300]
    told(log, "contact-made", {"channel": "phone"}, dossier, INNOVIRIS, time="2020-01-01T10:00:00Z")
    glance = visitor.get(f"/dossiers/{dossier}?lang=en").text.split('class="timeline"')[0]
    assert ">1 January 2020</td>" in glance


def test_an_instant_asked_for_is_told_and_sent_again_as_that_instant(
    log: Log, anyone: Visitor, signed_in: SignIn, dossier: UUID
) -> None:
    visitor = signed_in(anyone, "adviser", "hub")
    page = visitor.get(f"/dossiers/{dossier}?lang=en&known=2099-03-09T14:30:00.5Z").text
    assert "As known at 9 Mar 2099, 15:30." in page
    assert '<input type="text" id="known" name="known" value="2099-03-09T14:30:00.500000Z"' in page
    day = visitor.get(f"/dossiers/{dossier}?lang=en&known=2099-03-09").text
    assert "As known on 9 March 2099." in day
    assert '<input type="date" id="known" name="known" value="2099-03-09"' in day


def test_no_name_turns_what_is_written(log: Log, anyone: Visitor, signed_in: SignIn) -> None:
    dossier = new_dossier_id()
    told(
        log, "dossier-opened", {"person": {"given_name": "\u202eAnn\u2066", "family_name": "می\u200cنا\u200f"}}, dossier
    )
    page = signed_in(anyone, "adviser", "hub").get(f"/dossiers/{dossier}?lang=en").text
    assert "<h1>Ann می\u200cنا\u200f</h1>" in page
    assert not set("\u202e\u2066") & set(page)
