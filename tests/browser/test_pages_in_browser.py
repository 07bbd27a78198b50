"""Pages in a real browser: readable in three languages, on a desk and on a phone, by keyboard and by ear."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import ViewportSize, expect
from tests.browser.conftest import DESK, FIGURE, NARROW, PHONE, Opened

from api.identity.principal import Role

HEADINGS = {
    "fr": "Un seul dossier par entrepreneur",
    "nl": "Eén dossier per ondernemer",
    "en": "One dossier per entrepreneur",
}
PATHS = [
    "/?lang=fr",
    "dossier",
    "/indicators",
    FIGURE,
    "/indicators/ict-share?lang=nl",
    "/problems",
    "/problems/invalid",
    "/sign-in",
    "/nowhere",
]
AA = 4.5
"""The least contrast of text. Source: WCAG 2.1, 1.4.3."""

CHECKED = """() => {
  const shown = e => e.getClientRects().length > 0;
  const named = e => (e.getAttribute('aria-label') || e.textContent || '').trim();
  const labelled = e => e.labels && [...e.labels].some(l => l.textContent.trim());
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  const pointed = [...document.querySelectorAll('[aria-labelledby],[aria-describedby]')]
    .flatMap(e => [e.getAttribute('aria-labelledby'), e.getAttribute('aria-describedby')])
    .filter(Boolean).flatMap(v => v.split(' '));
  return {
    images: [...document.images].filter(e => !e.hasAttribute('alt')).length,
    fields: [...document.querySelectorAll('input:not([type=hidden]),select,textarea')].filter(e => !labelled(e)).length,
    links: [...document.querySelectorAll('a,button')].filter(e => shown(e) && !named(e)).length,
    tables: [...document.querySelectorAll('table')].filter(
      e => !e.caption || !e.querySelector('thead th[scope=col]') || !e.querySelector('tbody th[scope=row]')).length,
    twice: ids.filter((id, i) => ids.indexOf(id) !== i),
    dangling: pointed.filter(id => !document.getElementById(id)),
    mains: document.querySelectorAll('main').length,
    banners: document.querySelectorAll('body > header').length,
    title: document.title.trim().length > 0,
    wider: document.documentElement.scrollWidth > window.innerWidth,
  };
}"""
FINE = {"images": 0, "fields": 0, "links": 0, "tables": 0, "twice": [], "dangling": [], "mains": 1, "banners": 1,
        "title": True, "wider": False}  # fmt: skip

WIDER = """() => [...document.querySelectorAll('body *')]
  .filter(e => e.getBoundingClientRect().right > window.innerWidth + 0.5 && !e.closest('.unseen'))
  .map(e => e.outerHTML.slice(0, 80))"""
"""What stands beyond the right edge of the window."""

TEXTS = """() => {
  const solid = c => {
    const parts = c.match(/[\\d.]+/g).map(Number);
    return parts.length < 4 || parts[3] > 0 ? parts.slice(0, 3) : null;
  };
  const behind = e => {
    for (; e; e = e.parentElement) { const c = solid(getComputedStyle(e).backgroundColor); if (c) return c; }
    return [255, 255, 255];
  };
  const found = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !e.getClientRects().length) continue;
    const pair = [solid(getComputedStyle(e).color), behind(e)];
    found.set(JSON.stringify(pair), [e.tagName + '.' + e.className, ...pair]);
  }
  return [...found.values()];
}"""


def quiet(said: list[str]) -> list[str]:
    """What a console says of an answer that is meant to be 401 or 404 is no fault."""
    return [line for line in said if "the server responded with a status of 4" not in line]


@pytest.mark.parametrize("lang", HEADINGS)
def test_the_home_page_has_its_heading(opened: Opened, lang: str) -> None:
    page = opened(f"/?lang={lang}").page
    expect(page.get_by_role("heading", level=1)).to_have_text(HEADINGS[lang])
    assert page.locator("html").get_attribute("lang") == lang


def test_the_language_is_a_click_away_and_stays(opened: Opened) -> None:
    page = opened("/?lang=fr").page
    page.get_by_role("link", name="NL", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(HEADINGS["nl"])
    page.locator(".dossiers a").first.click()
    expect(page.get_by_role("heading", name="Tijdlijn")).to_be_visible()


@pytest.mark.parametrize("lang", HEADINGS)
def test_a_link_opens_a_dossier_that_can_be_read(opened: Opened, lang: str) -> None:
    watched = opened(f"/?lang={lang}")
    link = watched.page.locator(".dossiers a").first
    name = link.inner_text()
    link.click()
    expect(watched.page.get_by_role("heading", level=1)).to_have_text(name)
    entries = watched.page.locator(".timeline ol > li")
    assert entries.count() > 5
    text = watched.page.locator("main").inner_text()
    assert not re.search(r"brussels\.dossier|\bNone\b|\{\w+\}|T\d\d:\d\d:\d\d", text)
    assert watched.said == []


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_asked_of_other_servers(seen: Opened, site: str, path: str) -> None:
    watched = seen(path)
    assert {urlsplit(url).netloc for url in watched.asked} == {urlsplit(site).netloc}


@pytest.mark.parametrize("size", [DESK, PHONE, NARROW], ids=["desk", "phone", "narrow"])
@pytest.mark.parametrize("path", PATHS)
def test_a_page_can_be_used_by_everyone(seen: Opened, path: str, size: ViewportSize) -> None:
    watched = seen(path, size)
    assert watched.page.evaluate(CHECKED) == FINE
    assert quiet(watched.said) == []


@pytest.mark.parametrize("lang", HEADINGS)
@pytest.mark.parametrize("path", ["/", "/indicators", FIGURE, "/problems", "/problems/invalid", "/sign-in", "/nowhere"])
def test_a_narrow_page_is_read_without_going_sideways(seen: Opened, path: str, lang: str) -> None:
    assert seen(f"{path}?lang={lang}", NARROW).page.evaluate(WIDER) == []


@pytest.mark.parametrize("path", PATHS)
def test_headings_come_in_order(seen: Opened, path: str) -> None:
    headings = seen(path).page.locator("h1,h2,h3,h4,h5,h6")
    levels = [int(tag[1]) for tag in headings.evaluate_all("all => all.map(e => e.tagName)")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


@pytest.mark.parametrize("path", PATHS)
def test_every_text_stands_out_from_what_is_behind_it(seen: Opened, path: str) -> None:
    texts = seen(path).page.evaluate(TEXTS)
    assert texts
    assert [(where, front, back) for where, front, back in texts if contrast(front, back) < AA] == []


def test_the_keyboard_skips_to_the_content_and_sees_where_it_is(opened: Opened) -> None:
    page = opened("/?lang=en").page
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    assert skip.evaluate("e => getComputedStyle(e).outlineStyle") != "none"
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_a_dossier_is_asked_for_as_true_on_a_day(opened: Opened, dossier: str) -> None:
    page = opened(f"{dossier}?lang=en").page
    whole = page.locator(".timeline ol > li").count()
    first = page.locator(".timeline time").first.get_attribute("datetime")
    assert first is not None
    page.get_by_label("As true on").fill(first if len(first) == 10 else f"{first[:4]}-12-31")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("status")).to_contain_text("As true on")
    assert 0 < page.locator(".timeline ol > li").count() < whole


def test_one_signs_in_where_one_was_and_out_again(opened: Opened, dossier: str, token: Callable[[Role], str]) -> None:
    """An analyst does not see who it is: the guest of a demonstration does."""
    page = opened(f"{dossier}?lang=en").page
    name = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("Token").fill(token("analyst"))
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Signed in as analyst")).to_be_visible()
    assert page.url.endswith(dossier)
    expect(page.get_by_role("heading", level=1)).not_to_have_text(name)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()


def test_a_token_that_is_none_is_told_so(opened: Opened) -> None:
    page = opened("/sign-in?lang=en").page
    page.get_by_label("Token").fill("nonsense")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("not valid")


def test_a_closed_dossier_says_how_to_get_in(opened: Opened) -> None:
    page = opened("/dossiers/00000000-0000-4000-8000-000000000000?lang=nl").page
    expect(page.get_by_role("heading", level=1)).to_have_text("Meld u aan om deze pagina te zien")
    expect(page.get_by_label("Token")).to_be_visible()


def test_the_documentation_of_the_api_shows_its_operations(opened: Opened) -> None:
    watched = opened("/docs")
    expect(watched.page.get_by_text("/v1/events", exact=True).first).to_be_visible()
    assert watched.said == []


def contrast(front: list[float], back: list[float]) -> float:
    """The contrast of two colours. Source: WCAG 2.1, relative luminance and contrast ratio."""
    lighter, darker = sorted((luminance(front), luminance(back)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: list[float]) -> float:
    """The relative luminance of a colour of three parts from 0 to 255."""
    parts = [part / 255 for part in colour]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
