"""Moving: what an agency took with it says the same in another installation, where every position is another one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.contract.client import Client as Http
from tests.contract.client import Poster
from tests.contract.conftest import add
from tests.contract.running import Running

from api.client import Client, Moved, move
from api.identity.principal import Principal
from api.identity.tokens import TokenKey
from dossier.agencies import Agency

MOVING = Agency("moving", "Moving", "Moving", "Moving", "https://moving.example")


@pytest.fixture
def here(running: Running, connect: Callable[..., Http], token: Callable[..., str]) -> Poster:
    """The organisation where it is."""
    add(running, MOVING)
    return Poster(MOVING, connect(token("agency", agency=MOVING.id)))


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Running]:
    """An installation in which nothing was recorded yet."""
    empty = Running(tmp_path / "data")
    empty.start()
    add(empty, MOVING)
    yield empty
    empty.stop()


def recorded(poster: Poster) -> tuple[str, str]:
    """Two dossiers: the first is linked to the second; of its contacts one is corrected and one retracted."""
    first, second = poster.open(), poster.open()
    contacts = [poster.event("contact-made", {"channel": channel}, first) for channel in ("phone", "web", "e-mail")]
    positions = [result["position"] for result in poster.batch(contacts).json()]
    amendments = [
        poster.event("event-corrected", {"corrects": positions[0], "data": {"channel": "counter"}}, first),
        poster.event("event-retracted", {"corrects": positions[1], "reason": "entered-twice"}, first),
        poster.event("dossiers-linked", {"other": str(second), "evidence": "same-person", "by": "human"}, first),
    ]
    assert [result["status"] for result in poster.batch(amendments).json()] == [201] * 3
    return str(first), str(second)


def told(get: Callable[..., Any], dossier: str) -> tuple[list[Any], list[str]]:
    """The timeline by what it says, with whether each entry was corrected or retracted; and what is linked."""
    entries = get(f"/v1/dossiers/{dossier}/timeline").json()["entries"]
    said = [
        (entry["type"], entry["time"], entry.get("corrected_by") is not None, entry.get("retracted_by") is not None)
        for entry in entries
    ]
    return sorted(said), get(f"/v1/dossiers/{dossier}").json()["linked"]


def test_corrections_and_links_say_the_same_in_another_installation(here: Poster, there: Running) -> None:
    first, second = recorded(here)
    lines = here.http.get(f"/v1/agencies/{MOVING.id}/export").text.splitlines()
    signed = TokenKey(there.data).issue(Principal("agency", MOVING.id))
    with Client(there.url, signed) as client:
        assert move(lines, client) == move(lines, client) == Moved(len(lines) - 1, [])
    with httpx.Client(base_url=there.url, headers={"authorization": f"Bearer {signed}"}) as http:
        for dossier in (first, second):
            assert told(http.get, dossier) == told(here.http.get, dossier)


def test_what_corrects_an_event_that_is_not_there_is_told_and_never_sent(there: Running) -> None:
    alone = {
        "specversion": "1.0", "type": "brussels.dossier.event-retracted.v1", "id": "1", "position": "9",
        "source": MOVING.source_prefix, "data": {"corrects": "1", "reason": "entered-twice"},
    }  # fmt: skip
    with Client(there.url, TokenKey(there.data).issue(Principal("agency", MOVING.id))) as client:
        moving = move([json.dumps(alone)], client)
        assert (moving.taken, [event for event, _ in moving.refused]) == (0, [alone])
        assert not list(client.feed(agency=MOVING.id))
