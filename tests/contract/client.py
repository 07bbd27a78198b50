"""Clients of the service, as an agency's own program would be."""

from __future__ import annotations

from itertools import count
from typing import Any, NamedTuple
from uuid import UUID

import httpx
from tests.posting import cloud_event

from dossier.agencies import Agency
from dossier.writing.registration import new_dossier_id

Client = httpx.Client
STRUCTURED = {"content-type": "application/cloudevents+json"}
BATCH = {"content-type": "application/cloudevents-batch+json"}
STREAM = {"content-type": "application/x-ndjson"}


class Poster(NamedTuple):
    """An agency with its own program: posts, and reads with its own token."""

    agency: Agency
    http: Client

    def event(self, name: str, data: dict[str, Any], dossier: UUID | str, **changed: Any) -> dict[str, Any]:
        """A CloudEvent of this agency; `changed` replaces attributes."""
        return cloud_event(name, data, dossier, self.agency) | changed

    def send(self, event: Any, **headers: str) -> httpx.Response:
        """One event in structured mode."""
        return self.http.post("/v1/events", json=event, headers=STRUCTURED | headers)

    def post(self, name: str, data: dict[str, Any], subject: UUID | str, **changed: Any) -> dict[str, Any]:
        """One event that is taken; its receipt."""
        response = self.send(self.event(name, data, subject, **changed))
        assert response.status_code == 201, response.text
        receipt: dict[str, Any] = response.json()
        return receipt

    def batch(self, events: list[Any], **params: str) -> httpx.Response:
        """A batch."""
        return self.http.post("/v1/events", json=events, headers=BATCH, params=params)

    def open(self, **data: Any) -> UUID:
        """A new dossier."""
        dossier = new_dossier_id()
        self.post("dossier-opened", data, dossier, time="2024-01-15T09:00:00+01:00")
        return dossier


_numbers = count(5_000_017)


def fresh_number() -> str:
    """An enterprise number that no other test uses, as ten digits."""
    first = next(_numbers)
    return f"{first:08d}{97 - first % 97:02d}"


def slug(response: httpx.Response) -> str:
    """What a problem is called."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    document = response.json()
    assert document["status"] == response.status_code
    name: str = document["type"].rpartition("/")[2]
    return name


def follow(http: Client, **asked: str) -> tuple[list[dict[str, Any]], str]:
    """Every entry from a position on, page after page; and where it ended."""
    entries: list[dict[str, Any]] = []
    response = http.get("/v1/feed", params=asked)
    while True:
        body = response.json()
        entries += body["entries"]
        if "next" not in response.links:
            return entries, body["last"]
        response = http.get(response.links["next"]["url"])
