"""Signing in: who sees which dossier, and that the cookie opens pages and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from tests.api.pages.conftest import CLOSED, OPEN, Visitor

SignIn = Callable[..., Visitor]
COOKIE = "dossier_sign_in"


def test_without_signing_in_a_dossier_stays_closed(anyone: Visitor) -> None:
    page = anyone.get(f"/dossiers/{CLOSED}?lang=nl")
    assert page.status_code == 401
    assert "Meld u aan om deze pagina te zien" in page.text
    assert "Amina" not in page.text


def test_one_cannot_tell_whether_a_closed_dossier_exists(anyone: Visitor) -> None:
    assert anyone.get("/dossiers/00000000-0000-4000-8000-000000000000").status_code == 401


@pytest.mark.parametrize("role", ["adviser", "auditor"])
def test_advisers_and_auditors_see_who(anyone: Visitor, signed_in: SignIn, role: str) -> None:
    page = signed_in(anyone, role, "hub").get(f"/dossiers/{CLOSED}?lang=en")
    assert "<h1>Amina Benali</h1>" in page.text


@pytest.mark.parametrize(("role", "agency"), [("analyst", None), ("operator", None), ("agency", "finance")])
def test_others_see_the_dossier_without_the_person(
    anyone: Visitor, signed_in: SignIn, role: str, agency: str | None
) -> None:
    page = signed_in(anyone, role, agency).get(f"/dossiers/{CLOSED}?lang=en")
    assert page.status_code == 200
    assert "does not show who this is" in page.text
    assert not any(word in page.text for word in ("Amina", "Benali", "gras"))


def test_an_agency_that_recorded_on_the_dossier_sees_who(anyone: Visitor, signed_in: SignIn) -> None:
    assert "Amina Benali" in signed_in(anyone, "agency", "innoviris").get(f"/dossiers/{CLOSED}").text


def test_an_entrepreneur_sees_their_own_dossier_alone(anyone: Visitor, signed_in: SignIn) -> None:
    visitor = signed_in(anyone, "entrepreneur", None, CLOSED)
    assert "Amina Benali" in visitor.get(f"/dossiers/{CLOSED}").text
    assert f"/dossiers/{CLOSED}" in visitor.get("/").text
    refused = visitor.get(f"/dossiers/{OPEN}?lang=en")
    assert refused.status_code == 403
    assert "This page is not open to you" in refused.text


def test_the_demonstration_is_open_but_for_other_dossiers(guest: Visitor) -> None:
    assert "Amina Benali" in guest.get(f"/dossiers/{OPEN}").text
    assert guest.get(f"/dossiers/{CLOSED}").status_code == 401


def test_a_demo_dossier_is_closed_where_no_demonstration_runs(anyone: Visitor) -> None:
    assert anyone.get(f"/dossiers/{OPEN}").status_code == 401


def test_signed_in_to_the_demonstration_one_sees_what_the_role_sees(guest: Visitor, signed_in: SignIn) -> None:
    page = signed_in(guest, "analyst").get(f"/dossiers/{OPEN}").text
    assert "Amina" not in page


def test_the_cookie_is_for_this_site_and_no_script(anyone: Visitor, signed_in: SignIn) -> None:
    [cookie] = [c for c in signed_in(anyone, "auditor").cookies.jar if c.name == COOKIE]
    assert cookie.secure
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "strict"


def test_the_cookie_does_not_open_the_api(anyone: Visitor, signed_in: SignIn) -> None:
    assert signed_in(anyone, "auditor").get(f"/v1/dossiers/{CLOSED}").status_code == 401


def test_signing_out_closes_the_pages(anyone: Visitor, signed_in: SignIn) -> None:
    visitor = signed_in(anyone, "auditor")
    assert visitor.post("/sign-out", {}).status_code == 303
    assert visitor.get(f"/dossiers/{CLOSED}").status_code == 401


def test_a_token_that_is_none_is_told_so(anyone: Visitor) -> None:
    page = anyone.post("/sign-in?lang=en", {"token": "nonsense", "next": "/dossiers/x"})
    assert page.status_code == 401
    assert "This token is not valid here" in page.text
    assert 'value="/dossiers/x"' in page.text
    assert COOKIE not in anyone.cookies


def test_the_form_leads_back_in_another_language_too(anyone: Visitor) -> None:
    refused = anyone.post("/sign-in", {"token": "nonsense", "next": "/dossiers/x?known=2024-01-01"})
    for page in (refused, anyone.get("/sign-in?next=/dossiers/x?known%3D2024-01-01")):
        [dutch] = re.findall(r'<a href="([^"]*lang=nl)"', page.text)
        assert 'name="next" value="/dossiers/x?known=2024-01-01"' in anyone.get(unescape(dutch)).text
        [sign_in] = re.findall(r'<a href="(/sign-in[^"]*)">', page.text)
        assert 'name="next" value="/dossiers/x?known=2024-01-01"' in anyone.get(unescape(sign_in)).text


def test_a_cookie_that_is_no_longer_valid_says_nothing(anyone: Visitor) -> None:
    anyone.cookies.set(COOKIE, "old", domain="dossier.test")
    assert anyone.get("/").status_code == 200
    assert anyone.get(f"/dossiers/{CLOSED}").status_code == 401


@pytest.mark.parametrize("address", ["https://evil.test", "//evil.test", "/\\evil.test", "/a\nb", "evil", "/sign-out"])
def test_signing_in_never_leads_elsewhere(anyone: Visitor, address: str) -> None:
    page = anyone.post("/sign-in", {"token": "nonsense", "next": address})
    assert '<input type="hidden" name="next" value="/">' in page.text


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out"])
@pytest.mark.parametrize(
    "header", [{"origin": "https://evil.test"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}]
)
def test_another_site_can_sign_nobody_in_or_out(anyone: Visitor, path: str, header: dict[str, str]) -> None:
    assert anyone.post(path, {"token": "x"}, **header).status_code == 403


def test_the_form_of_this_site_is_taken(anyone: Visitor) -> None:
    assert anyone.post("/sign-out", {}, origin="https://dossier.test").status_code == 303
