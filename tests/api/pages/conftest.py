"""A log with a journey in it, and visitors of its pages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from tests.posting import HUB, INNOVIRIS, cloud_event, post

from api.app import create_app
from api.demonstration.entrepreneur import dossier_id
from api.identity.principal import Principal
from api.identity.tokens import TokenKey
from api.pages.open_dossiers import SEED
from dossier.database.connections import Database
from dossier.log import Log, running_log
from dossier.settings import Settings
from dossier.writing import Accepted
from dossier.writing.registration import new_dossier_id
from projections.generations.generations import ensure_served
from projections.generations.live import step
from projections.rulesets.ruleset import ruleset

CLOSED = new_dossier_id()
"""A dossier that only those may read whom a rule allows."""

OPEN = UUID(dossier_id(SEED, 0))
"""A dossier of the demonstration's population."""

NUMBER = "0403019261"
PERSON = {"given_name": "Amina", "family_name": "Benali", "email": "amina@example.org"}


class Visitor:
    """A browser without windows: keeps its cookies, asks for pages."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self.cookies = httpx.Cookies()
        self.headers = {"accept": "text/html,*/*;q=0.8"}

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self._send("GET", path, headers)

    def post(self, path: str, form: dict[str, str], **headers: str) -> httpx.Response:
        return self._send("POST", path, headers, data=form)

    def _send(self, method: str, path: str, headers: dict[str, str], **content: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url="https://dossier.test") as client:
                client.cookies = self.cookies
                response = await client.request(method, path, headers=self.headers | headers, **content)
                self.cookies = client.cookies
                return response

        return asyncio.run(send())


@pytest.fixture(scope="module")
def log(shared_database: Database) -> Iterator[Log]:
    """Two dossiers with the same journey, projected."""
    ensure_served(shared_database.owner, ruleset())
    with running_log(shared_database) as log:
        log.register(HUB, INNOVIRIS)
        for dossier in (CLOSED, OPEN):
            tell(log, dossier)
        with psycopg.connect(shared_database.app, autocommit=True) as connection:
            while step(connection):
                pass
        yield log


def tell(log: Log, dossier: UUID) -> None:
    """A journey with a note of a person, aid, a correction, a retraction, and times of every precision."""

    def told(name: str, data: dict[str, Any], time: str, agency: Any = HUB, **more: str) -> str:
        [outcome] = post(log, cloud_event(name, data, dossier, agency, time=time, **more), agency=agency)
        assert isinstance(outcome, Accepted), outcome
        return str(outcome.recorded.position)

    told("dossier-opened", {"person": PERSON, "channel": "counter", "language": "fr"}, "2024-01-10T09:00:00+01:00")
    created = {"legal_identifier": NUMBER, "nace": {"version": "2008", "code": "62010"}, "legal_name": "Benali SRL"}
    told("enterprise-created", created, "2019-05-01T09:00:00+02:00", timeprecision="month")
    told("enterprise-linked", {"legal_identifier": NUMBER}, "2024-01-10T10:00:00+01:00")
    told("contact-made", {"channel": "phone", "note": "<b>gras</b> & co"}, "2024-02-01T09:00:00+01:00")
    mistaken = told("contact-made", {"channel": "counter"}, "2024-02-02T09:00:00+01:00")
    told("event-retracted", {"corrects": mistaken, "reason": "Mauvais dossier."}, "2024-02-03T09:00:00+01:00")
    session = told("coaching-session-held", {"minutes": 30, "mode": "video"}, "2024-03-01T09:00:00+01:00")
    told(
        "event-corrected", {"corrects": session, "data": {"minutes": 45, "mode": "video"}}, "2024-03-02T09:00:00+01:00"
    )
    asked = {"application_id": "A1", "instrument": "grant", "amount": "12500.00", "legal_basis": "de-minimis"}
    told("aid-applied", asked, "2024-04-01T09:00:00+02:00", INNOVIRIS)
    granted = {"application_id": "A1", "outcome": "granted", "amount": "10000.50", "legal_basis": "de-minimis"}
    told("aid-decided", granted, "2024-06-01T09:00:00+02:00", INNOVIRIS)
    told("referral-made", {"referral_id": "R1", "to_agency": "innoviris"}, "2025-01-15T09:00:00+01:00")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the keys are."""
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="module")
def app(log: Log, data: Path) -> FastAPI:
    """A server for real work."""
    return create_app(Settings(data=data), log)


@pytest.fixture(scope="module")
def demonstration(log: Log, data: Path) -> FastAPI:
    """A server started with `--demo`."""
    return create_app(Settings(data=data), log, demonstration=True)


@pytest.fixture
def anyone(app: FastAPI) -> Visitor:
    """Somebody who has not signed in."""
    return Visitor(app)


@pytest.fixture
def guest(demonstration: FastAPI) -> Visitor:
    """Somebody who has not signed in, on the demonstration."""
    return Visitor(demonstration)


@pytest.fixture
def signed_in(data: Path) -> Callable[..., Visitor]:
    """Signs a visitor in with a role."""

    def sign_in(visitor: Visitor, role: Any, agency: str | None = None, dossier: UUID | None = None) -> Visitor:
        token = TokenKey(data).issue(Principal(role, agency, dossier))
        answer = visitor.post("/sign-in", {"token": token, "next": "/"})
        assert answer.status_code == 303, answer.text
        return visitor

    return sign_in
