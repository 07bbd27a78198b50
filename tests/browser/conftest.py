"""A server with its demonstration, and Chromium in front of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import httpx
import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from tests.contract.calling import PATIENCE
from tests.contract.running import Running

from api.identity.principal import Principal, Role
from api.identity.tokens import TokenKey

CHROMIUM = "/usr/bin/chromium"
"""Where `scripts/setup-browser` puts it."""

FIGURE = "/indicators/referral-outcomes"
PHONE: ViewportSize = {"width": 390, "height": 844}
NARROW: ViewportSize = {"width": 320, "height": 640}
"""A desk magnified four times: what stands there is read without going sideways (WCAG 2.2, 1.4.10)."""
DESK: ViewportSize = {"width": 1280, "height": 900}
Opened = Callable[..., "Watched"]


class Watched:
    """A page with everything its console said and everything it asked of the network."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.said: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server started as a newcomer starts it, once its demonstration can be read."""
    service = Running(tmp_path_factory.mktemp("browser") / "data")
    service.start("--demo")
    yield service
    service.stop()


@pytest.fixture(scope="module")
def site(running: Running, chromium: Browser) -> str:
    """Its address, once what it shows is up to date with its log, and the figure that is looked at is published."""
    page = chromium.new_page()
    deadline = time.monotonic() + 3 * PATIENCE
    while "<dd>up to date</dd>" not in page.content():
        assert time.monotonic() < deadline, "the projections stay behind"
        page.goto(f"{running.url}/?lang=en")
    while httpx.get(f"{running.url}{FIGURE}", timeout=PATIENCE).status_code == 503:
        assert time.monotonic() < deadline, "the figure is not published"
    page.close()
    return running.url


@pytest.fixture(scope="module")
def dossier(site: str, chromium: Browser) -> str:
    """The path of the first dossier on the home page."""
    page = chromium.new_page()
    page.goto(site)
    href = page.locator(".dossiers a").first.get_attribute("href")
    page.close()
    assert href is not None
    return href


@pytest.fixture
def token(running: Running) -> Callable[[Role], str]:
    """Tokens, as they are printed for a newcomer."""
    return lambda role: TokenKey(running.data).issue(Principal(role))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium: Browser, site: str) -> Iterator[Opened]:
    """Opens pages in a browser that has not been here before."""
    with ExitStack() as contexts:
        yield lambda path, size=DESK: _open(chromium, contexts, site + path, size)


@pytest.fixture(scope="module")
def seen(chromium: Browser, site: str, dossier: str) -> Iterator[Opened]:
    """The same for tests that only look: each page is opened once. `dossier` stands for the path of one."""
    with ExitStack() as contexts:

        @cache
        def look(path: str, width: int, height: int) -> Watched:
            url = site + (dossier if path == "dossier" else path)
            return _open(chromium, contexts, url, {"width": width, "height": height})

        yield lambda path, size=DESK: look(path, size["width"], size["height"])


def _open(chromium: Browser, contexts: ExitStack, url: str, size: ViewportSize) -> Watched:
    context = contexts.enter_context(chromium.new_context(viewport=size))
    watched = Watched(context.new_page())
    watched.page.goto(url)
    return watched
