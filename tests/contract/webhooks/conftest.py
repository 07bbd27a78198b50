"""A service that delivers to receivers on this machine, and one such receiver a test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.contract.client import Poster
from tests.contract.conftest import add
from tests.contract.receiver import Receiver, receiving
from tests.contract.running import Running
from tests.contract.webhooks.asking import client
from tests.posting import AGENCIES, HUB, INNOVIRIS


@pytest.fixture(scope="session")
def allowing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service that delivers to private addresses too."""
    service = Running(tmp_path_factory.mktemp("webhooks") / "data", DOSSIER_WEBHOOK_ALLOW_PRIVATE="true")
    service.start()
    for agency in AGENCIES.values():
        add(service, agency)
    yield service
    service.stop()


@pytest.fixture
def there(allowing: Running) -> Iterator[Poster]:
    with client(allowing, "agency", HUB.id) as http:
        yield Poster(HUB, http)
        for webhook in http.get("/v1/webhooks").json()["webhooks"]:
            http.delete(f"/v1/webhooks/{webhook['id']}")


@pytest.fixture
def other(allowing: Running) -> Iterator[Poster]:
    with client(allowing, "agency", INNOVIRIS.id) as http:
        yield Poster(INNOVIRIS, http)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one
