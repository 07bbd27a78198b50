"""Pages: what each shows, in the language asked for."""

from __future__ import annotations

import re
import threading
import time
from typing import Any

import pytest
from tests.api.pages.conftest import CLOSED, NUMBER, OPEN, Visitor

from api.pages.indicators import PublicFigures
from api.words.languages import LANGUAGES
from projections.publications.press import BeingPublished, Press

TITLES = {
    "fr": "Un seul dossier par entrepreneur",
    "nl": "Eén dossier per ondernemer",
    "en": "One dossier per entrepreneur",
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_home_page_speaks_the_language_asked_for(anyone: Visitor, lang: str) -> None:
    page = anyone.get(f"/?lang={lang}")
    assert page.status_code == 200
    assert f'<html lang="{lang}">' in page.text
    assert TITLES[lang] in page.text
    assert page.headers["content-language"] == lang


def test_the_language_is_remembered(anyone: Visitor) -> None:
    anyone.get("/?lang=nl")
    assert TITLES["nl"] in anyone.get("/").text


@pytest.mark.parametrize(
    ("header", "lang"),
    [("nl-BE,fr;q=0.5", "nl"), ("de,en;q=0.3,nl;q=0.8", "nl"), ("de", "fr"), ("en;q=nonsense,*", "fr"), ("", "fr")],
)
def test_without_a_choice_the_browser_decides(anyone: Visitor, header: str, lang: str) -> None:
    assert TITLES[lang] in anyone.get("/", **{"accept-language": header}).text


def test_the_home_page_counts_the_log(anyone: Visitor) -> None:
    page = anyone.get("/?lang=en").text
    assert "<dt>events</dt><dd>22</dd>" in page
    assert "<dt>dossiers</dt><dd>2</dd>" in page
    assert "<dt>projections</dt><dd>up to date</dd>" in page


def with_figures(visitor: Visitor) -> str:
    """The home page once figures are published: the page itself waits four seconds for the first of them."""
    deadline = time.monotonic() + 60
    while "Entrepreneurs by phase" not in (page := visitor.get("/?lang=en").text):
        assert time.monotonic() < deadline, page
        time.sleep(0.5)
    return page


def test_the_home_page_hides_figures_of_few(anyone: Visitor) -> None:
    page = with_figures(anyone)
    assert re.search(r"After creation</th><td[^>]*>hidden<", page)
    assert "€20K" not in page


class Slow(Press):
    """A press whose first publication takes as long as is waited for."""

    def __init__(self) -> None:
        self.asked, self.go_on = threading.Event(), threading.Event()

    def figure(self, *_: Any, **__: Any) -> dict[str, Any]:
        self.asked.set()
        self.go_on.wait(30)
        raise BeingPublished("soon")


def test_figures_that_are_being_counted_are_told_to_come(anyone: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PublicFigures, "counted", lambda self: None)
    page = anyone.get("/?lang=en").text
    assert "The first figures are being counted" in page
    assert "No figure can be counted yet" not in page


def test_one_visitor_waits_for_figures_and_the_others_are_shown_what_is_there() -> None:
    press = Slow()
    public = PublicFigures(press)
    first = threading.Thread(target=public.counted)
    first.start()
    assert press.asked.wait(10)
    began = time.monotonic()
    assert public.counted() is None
    assert time.monotonic() - began < 1
    press.go_on.set()
    first.join()


def test_demo_dossiers_are_listed_on_a_demonstration_alone(anyone: Visitor, guest: Visitor) -> None:
    assert f"/dossiers/{OPEN}" in guest.get("/").text
    assert f"/dossiers/{OPEN}" not in anyone.get("/").text


def test_a_dossier_shows_who_and_what(guest: Visitor) -> None:
    page = guest.get(f"/dossiers/{OPEN}?lang=en").text
    assert "<h1>Amina Benali</h1>" in page
    assert "ICT: Computer programming activities (NACE-BEL 2008 62010)" in page
    assert "Benali SRL" in page
    assert f"{NUMBER[:4]}.{NUMBER[4:7]}.{NUMBER[7:]}" in page
    assert "€10,000.50" in page
    assert "hub.brussels to Innoviris" in page


def test_french_puts_a_space_before_a_colon(guest: Visitor) -> None:
    assert "TIC : Programmation" in guest.get(f"/dossiers/{OPEN}?lang=fr").text


def test_the_timeline_is_told_by_year_and_precision(guest: Visitor) -> None:
    page = guest.get(f"/dossiers/{OPEN}?lang=nl").text
    assert re.findall(r'<h3 id="y(\d+)">', page) == ["2019", "2024", "2025"]
    assert '<time datetime="2019-05">mei 2019</time>' in page
    assert '<time datetime="2024-06-01">1 juni 2024</time>' in page
    assert "Beslissing over steun" in page
    assert "toegekend" in page


def test_a_correction_says_what_was_said_before(guest: Visitor) -> None:
    page = guest.get(f"/dossiers/{OPEN}?lang=en").text
    after = page.split("Coaching session held")[1].split("</li>")[0]
    assert after.index("45 min") < after.index("Said before") < after.index("30 min")


def test_a_retraction_is_struck_out_and_says_so(guest: Visitor) -> None:
    page = guest.get(f"/dossiers/{OPEN}?lang=en").text
    assert page.count("<s>Contact made</s>") == 1
    assert "Retracted" in page


def test_a_retraction_does_not_say_that_its_own_organisation_took_it_back(guest: Visitor) -> None:
    assert "taken back; it counts no longer" in guest.get(f"/dossiers/{OPEN}?lang=en").text


def test_words_of_people_are_escaped_and_have_their_language(guest: Visitor) -> None:
    page = guest.get(f"/dossiers/{OPEN}?lang=en").text
    assert '<dd lang="fr">&lt;b&gt;gras&lt;/b&gt; &amp; co</dd>' in page
    assert "<b>gras" not in page


def test_a_dossier_as_true_on_a_day_leaves_out_what_came_later(guest: Visitor) -> None:
    page = guest.get(f"/dossiers/{OPEN}?lang=en&effective=2024-05-01").text
    assert "As true on 1 May 2024." in page
    assert "Aid applied for" in page
    assert "Aid decided" not in page
    assert 'value="2024-05-01"' in page


def test_a_dossier_as_known_before_its_first_event_is_not_there(guest: Visitor) -> None:
    page = guest.get(f"/dossiers/{OPEN}?lang=en&known=2020-01-01")
    assert page.status_code == 404
    assert "nothing was known of it yet" in page.text


def test_a_dossier_as_known_today_is_whole(guest: Visitor) -> None:
    assert "Aid decided" in guest.get(f"/dossiers/{OPEN}?lang=en&known=9998-12-31").text


@pytest.mark.parametrize(
    "query", ["effective=yesterday", "known=2024-13-01", "effective=9999-12-31", "known=9999-12-31"]
)
def test_a_date_that_is_none_is_refused_in_words(guest: Visitor, query: str) -> None:
    page = guest.get(f"/dossiers/{OPEN}?lang=en&{query}")
    assert page.status_code == 422
    assert "The dates cannot be read" in page.text


@pytest.mark.parametrize(
    "address", [f"/dossiers/{OPEN}/readings?before=x&", "/indicators/ict-share?from=x&", "/indicators/ict-share?by=x&"]
)
def test_an_address_that_says_what_no_page_knows_is_refused_in_words(guest: Visitor, address: str) -> None:
    page = guest.get(f"{address}lang=nl")
    assert page.status_code == 422
    assert "<h1>Dit adres is niet leesbaar</h1>" in page.text
    assert guest.get(address, accept="*/*").headers["content-type"] == "application/problem+json"


def test_only_where_a_dossier_is_looked_for_is_one_not_found(guest: Visitor) -> None:
    said = "No dossier has this id"
    assert said in guest.get(f"/dossiers/{OPEN}?lang=en&known=2000-01-01").text
    for address in ("/nowhere", "/indicators/nothing", "/problems/nothing"):
        page = guest.get(f"{address}?lang=en")
        assert page.status_code == 404
        assert "Check the address" in page.text
        assert said not in page.text


def test_a_figure_of_nothing_says_so_in_place_of_its_table(anyone: Visitor) -> None:
    page = anyone.get("/indicators/technologies-by-year?lang=nl")
    assert page.status_code == 200
    assert '<p class="note">Er is niets te tonen.</p>' in page.text
    assert "<table" not in page.text


def test_a_figure_that_is_being_published_says_when_to_come_back(
    anyone: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object, **__: object) -> None:
        raise BeingPublished("ict-share is being published")

    monkeypatch.setattr(Press, "figure", busy)
    page = anyone.get("/indicators/ict-share?lang=fr")
    assert page.status_code == 503
    assert page.headers["retry-after"]
    assert "<h1>Ce chiffre est en cours de publication</h1>" in page.text


def test_a_refusal_of_which_pages_do_not_speak_is_told_as_it_is_explained(anyone: Visitor) -> None:
    page = anyone.get("/indicators/ict-share?position=3&lang=en")
    assert page.status_code == 403
    [title] = re.findall("<h1>(.*?)</h1>", page.text)
    assert f"<h1>{title}</h1>" in anyone.get("/problems/not-published?lang=en").text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_problem_type_leads_to_its_page(anyone: Visitor, lang: str) -> None:
    page = anyone.get(f"/problems/version-mismatch?lang={lang}")
    assert page.status_code == 200
    assert "412" in page.text
    assert "If-Match" in page.text


def test_an_unknown_problem_type_is_not_found(anyone: Visitor) -> None:
    assert anyone.get("/problems/nonsense").status_code == 404


def test_every_problem_type_is_listed(anyone: Visitor) -> None:
    assert '<a href="/problems/mandate-required">' in anyone.get("/problems").text


def test_an_address_that_leads_nowhere_is_a_page_for_browsers_alone(anyone: Visitor) -> None:
    assert anyone.get("/nowhere").headers["content-type"].startswith("text/html")
    assert anyone.get("/nowhere", accept="*/*").headers["content-type"] == "application/problem+json"
    assert anyone.get("/v1/nowhere").headers["content-type"] == "application/problem+json"
    assert anyone.get(f"/dossiers/{CLOSED}", accept="*/*").headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(("address", "status", "said"), [
    ("/sign-out", 405, "Op dit adres gaat niets open"),
    ("/static/nothing.css", 404, "Er is niets op dit adres"),
    ("/docs/files/nothing.js", 404, "Er is niets op dit adres"),
])  # fmt: skip
def test_what_a_browser_cannot_open_is_a_page_in_its_language(
    anyone: Visitor, address: str, status: int, said: str
) -> None:
    page = anyone.get(f"{address}?lang=nl")
    assert (page.status_code, page.headers["content-language"]) == (status, "nl")
    assert f"<h1>{said}</h1>" in page.text
    assert page.headers.get("allow") == ("POST" if status == 405 else None)
    assert anyone.get(address, accept="*/*").headers["content-type"] == "application/problem+json"


def test_pages_run_nothing_and_load_nothing_from_elsewhere(anyone: Visitor) -> None:
    policy = anyone.get("/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy


def test_pages_are_no_part_of_the_api(anyone: Visitor) -> None:
    paths = anyone.get("/openapi.json").json()["paths"]
    assert [
        path for path in paths if path == "/" or path.startswith(("/dossiers", "/sign", "/problems", "/static"))
    ] == []
