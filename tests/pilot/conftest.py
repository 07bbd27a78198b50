"""The pilot battery's installation: an agency's own, by options or environment; else one started here.

    pytest tests/pilot --url https://dossier.example --token TOKEN [--partner-token TOKEN]

or PILOT_URL, PILOT_TOKEN, PILOT_PARTNER_TOKEN. docs/how-to/pilot.md says what each is for.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from itertools import count
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import httpx
import pytest
from tests.contract.conftest import add
from tests.contract.running import Running
from tests.posting import HUB, INNOVIRIS


class Installation(NamedTuple):
    """Where the service is, and the tokens to use it by."""

    url: str
    token: str
    partner_token: str | None


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("pilot", "the installation that tests/pilot runs against")
    group.addoption("--url", help="address of the service")
    group.addoption("--token", help="a token of the role `agency`")
    group.addoption("--partner-token", help="a token of another agency, who answers referrals")


@pytest.fixture(scope="session")
def installation(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The installation that was named; without one, a fresh service of this run."""

    def given(name: str) -> str | None:
        option = request.config.getoption(f"--{name}", default=None)
        return str(option) if option else os.environ.get(f"PILOT_{name.upper().replace('-', '_')}")

    url, token = given("url"), given("token")
    if url and token:
        yield Installation(url.rstrip("/"), token, given("partner-token"))
        return
    assert not url, "name a token too: --token or PILOT_TOKEN"
    service = Running(tmp_path_factory.mktemp("pilot") / "data")
    service.start()
    for agency in (HUB, INNOVIRIS):
        add(service, agency)
    tokens = [service.token("agency", agency.id) for agency in (HUB, INNOVIRIS)]
    yield Installation(service.url, tokens[0], tokens[1])
    service.stop()


class Agency:
    """An agency's program: knows who it is from its token, and under which prefix it posts."""

    def __init__(self, http: httpx.Client, token: str, run: str) -> None:
        self.http = http
        self.id = _claims(token).get("agency", "")
        known = {one["id"]: one for one in http.get("/v1/agencies").json()["agencies"]}
        assert self.id in known, f"the token speaks for `{self.id}`, which is not registered: `dossier agency add`"
        self.prefix: str = known[self.id]["source_prefix"]
        self._run, self._numbers = run, count(1)

    def event(self, name: str, data: dict[str, Any], subject: UUID | str, **changed: str) -> dict[str, Any]:
        """A CloudEvent with an id that no other run uses."""
        return {
            "specversion": "1.0",
            "id": f"pilot-{self._run}-{next(self._numbers)}",
            "source": self.prefix,
            "type": f"brussels.dossier.{name}.v1",
            "subject": str(subject),
            "time": "2026-03-02T09:00:00+01:00",
            "data": data,
            **changed,
        }

    def send(self, event: dict[str, Any]) -> httpx.Response:
        """Post one event."""
        return self.http.post("/v1/events", json=event, headers={"content-type": "application/cloudevents+json"})

    def post(self, name: str, data: dict[str, Any], subject: UUID | str) -> dict[str, Any]:
        """Post one event that must be taken; its receipt."""
        response = self.send(self.event(name, data, subject))
        assert response.status_code == 201, response.text
        receipt: dict[str, Any] = response.json()
        return receipt

    def register(self) -> str:
        """A new dossier of an invented person."""
        invented = uuid4().hex[:12]
        person = {"given_name": "Pilote", "family_name": f"Inventé {invented}", "language": "fr"}
        response = self.http.post("/v1/dossiers", json={"person": person})
        assert response.status_code == 201, response.text
        return str(response.json()["id"])


def _claims(token: str) -> dict[str, Any]:
    """What a JWT says; nothing is checked, for the service does."""
    body = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return found


@pytest.fixture(scope="session")
def run() -> str:
    """What makes the ids of this run its own."""
    return uuid4().hex[:12]


@pytest.fixture(scope="session")
def agency(installation: Installation, run: str) -> Iterator[Agency]:
    """Your agency."""
    with _client(installation.url, installation.token) as http:
        yield Agency(http, installation.token, run)


@pytest.fixture(scope="session")
def partner(installation: Installation, run: str) -> Iterator[Agency | None]:
    """Another agency, when a token of one was given."""
    if installation.partner_token is None:
        yield None
        return
    with _client(installation.url, installation.partner_token) as http:
        yield Agency(http, installation.partner_token, run)


def _client(url: str, token: str) -> httpx.Client:
    return httpx.Client(base_url=url, headers={"authorization": f"Bearer {token}"}, timeout=30)


@pytest.fixture
def dossier(agency: Agency) -> str:
    return agency.register()
