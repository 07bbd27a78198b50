"""What a client asks of webhooks, and waits for."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

import httpx
from tests.contract.client import Client, Poster
from tests.contract.receiver import PATIENCE, Receiver
from tests.contract.running import Running
from tests.contract.truth import Truth

from api.identity.principal import Principal, Role
from api.identity.tokens import TokenKey

CONTACT = "brussels.dossier.contact-made.v1"


def client(service: Running, role: Role, agency: str | None = None) -> Client:
    """A client whose answers are held against the OpenAPI document."""
    truth = Truth(httpx.get(service.url + "/openapi.json").json())
    headers = {"authorization": f"Bearer {TokenKey(service.data).issue(Principal(role, agency))}"}
    return Client(base_url=service.url, headers=headers, event_hooks={"response": [truth.check]}, timeout=30)


def subscribe(poster: Poster, receiver: Receiver, **asked: Any) -> dict[str, Any]:
    response = poster.http.post("/v1/webhooks", json={"url": receiver.url} | asked)
    assert response.status_code == 201, response.text
    webhook: dict[str, Any] = response.json()
    assert response.headers["location"] == f"/v1/webhooks/{webhook['id']}"
    return webhook


def contact(poster: Poster, dossier: UUID) -> str:
    position: str = poster.post("contact-made", {"channel": "phone", "note": "Zoé called"}, dossier)["position"]
    return position


def deliveries(poster: Poster, webhook: dict[str, Any], **asked: str) -> list[dict[str, Any]]:
    page = poster.http.get(f"/v1/webhooks/{webhook['id']}/deliveries", params=asked).json()
    found: list[dict[str, Any]] = page["deliveries"]
    return found


def settled(poster: Poster, webhook: dict[str, Any], count: int, status: str = "delivered") -> list[dict[str, Any]]:
    """The delivery log once it has so many of a status."""
    deadline = time.monotonic() + PATIENCE
    while len(found := deliveries(poster, webhook, status=status)) < count:
        assert time.monotonic() < deadline, deliveries(poster, webhook)
        time.sleep(0.05)
    return found


def state(poster: Poster, webhook: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = poster.http.get(f"/v1/webhooks/{webhook['id']}").json()
    return found


def wait_for(condition: Any) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)
