"""A real service and real clients: what software outside sees. One server a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from tests.contract.client import Client, Poster, fresh_number
from tests.contract.running import Running
from tests.contract.truth import Truth
from tests.posting import AGENCIES, HUB, INNOVIRIS

from api.identity.principal import Role
from dossier.agencies import Agency
from dossier.log import open_log
from dossier.settings import Settings


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The service, with three organisations added beside it while it runs."""
    with serving(tmp_path_factory.mktemp("contract") / "data") as service:
        yield service


@contextmanager
def serving(data: Path) -> Iterator[Running]:
    """A service with its three organisations."""
    service = Running(data)
    try:
        service.start()
        for agency in AGENCIES.values():
            add(service, agency)
        yield service
    finally:
        service.stop()


def add(service: Running, agency: Agency) -> None:
    """Register an organisation beside the server, as `dossier agency add` does."""
    with open_log(Settings(data=service.data)) as log:
        log.register(agency)
    if service.url:
        httpx.get(service.url + "/v1/agencies").raise_for_status()  # the server looks at once, and not within a second


desks = iter(range(1_000))


@pytest.fixture
def desk(running: Running, connect: Callable[..., Client], token: Callable[..., str]) -> Poster:
    """An agency of its own for each test."""
    name = f"desk-{next(desks)}"
    agency = Agency(name, name, name, name, f"https://{name}.example")
    add(running, agency)
    return Poster(agency, connect(token("agency", agency=name)))


@pytest.fixture(scope="session")
def truth(running: Running) -> Truth:
    """What the service's OpenAPI document promises."""
    return Truth(httpx.get(running.url + "/openapi.json").json())


@pytest.fixture(scope="session")
def token(running: Running) -> Callable[..., str]:
    """A token, one for each role and holder."""

    @cache
    def issue(role: Role, *, agency: str | None = None, dossier: UUID | None = None) -> str:
        return running.token(role, agency, dossier)

    return issue


@pytest.fixture(scope="session")
def connect(running: Running, truth: Truth) -> Iterator[Callable[[str | None], Client]]:
    """A client with a token, or without any; each of its answers is held against the OpenAPI document."""
    with connecting(running, truth) as client:
        yield client


@contextmanager
def connecting(running: Running, truth: Truth) -> Iterator[Callable[[str | None], Client]]:
    """Clients of a service, for as long as the block lasts."""
    with ExitStack() as opened:

        def client(bearer: str | None) -> Client:
            headers = {"authorization": f"Bearer {bearer}"} if bearer else {}
            hooks: dict[str, list[Callable[..., Any]]] = {"response": [truth.check]}
            return opened.enter_context(Client(base_url=running.url, headers=headers, event_hooks=hooks, timeout=30))

        yield client


@pytest.fixture(scope="session")
def hub(connect: Callable[..., Client], token: Callable[..., str]) -> Poster:
    """hub.brussels' program."""
    return Poster(HUB, connect(token("agency", agency=HUB.id)))


@pytest.fixture(scope="session")
def innoviris(connect: Callable[..., Client], token: Callable[..., str]) -> Poster:
    """Innoviris' program."""
    return Poster(INNOVIRIS, connect(token("agency", agency=INNOVIRIS.id)))


@pytest.fixture(scope="session")
def adviser(connect: Callable[..., Client], token: Callable[..., str]) -> Client:
    """A coach of hub.brussels."""
    return connect(token("adviser", agency=HUB.id))


@pytest.fixture(scope="session")
def auditor(connect: Callable[..., Client], token: Callable[..., str]) -> Client:
    """An auditor."""
    return connect(token("auditor"))


@pytest.fixture(scope="session")
def analyst(connect: Callable[..., Client], token: Callable[..., str]) -> Client:
    """An analyst."""
    return connect(token("analyst"))


@pytest.fixture(scope="session")
def operator(connect: Callable[..., Client], token: Callable[..., str]) -> Client:
    """An operator."""
    return connect(token("operator"))


@pytest.fixture(scope="session")
def anybody(connect: Callable[..., Client]) -> Client:
    """Somebody without a token."""
    return connect(None)


@pytest.fixture
def number() -> str:
    """An enterprise number that no other test uses, as ten digits."""
    return fresh_number()
