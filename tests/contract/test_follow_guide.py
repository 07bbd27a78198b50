"""The code that the guide to following gives does what the guide says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from standardwebhooks import Webhook
from tests.contract.client import Poster

from api.webhooks.schedule import BACK_OFF
from api.webhooks.sealing import new_secret

GUIDE = (Path(__file__).parents[2] / "docs" / "how-to" / "follow.md").read_text(encoding="utf-8")
FOLLOW, RECEIVE = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)


def test_the_code_for_the_stream_follows(hub: Poster) -> None:
    made: dict[str, Any] = {}
    exec(FOLLOW, made)
    start = hub.http.get("/v1/feed", params={"after": "head"}).json()["last"]
    dossier = hub.open()
    token = hub.http.headers["authorization"].removeprefix("Bearer ")
    told: Iterator[tuple[str, str]] = made["follow"](str(hub.http.base_url).rstrip("/"), token, start)
    assert next(told)[0] == str(int(start) + 1)
    posted = hub.post("contact-made", {"channel": "phone"}, dossier)["position"]
    position, event = next(told)
    assert (position, orjson.loads(event)["position"]) == (posted, posted)


@pytest.mark.parametrize(("known", "queued"), [(False, 1), (True, 0)])
def test_the_code_for_webhooks_verifies_and_handles_once(known: bool, queued: int) -> None:
    secret, body, now = new_secret(), b'{"position":"7"}', datetime.now(UTC)
    handled: list[Any] = []
    made: dict[str, Any] = {"SECRET": secret, "remember": lambda identity: not known, "queue": handled.append}
    exec(RECEIVE, made)
    headers = {"webhook-id": "msg_1", "webhook-timestamp": str(int(now.timestamp()))}
    signed = headers | {"webhook-signature": Webhook(secret).sign("msg_1", now, body.decode())}
    assert made["receive"](body, signed) == 204
    assert handled == [{"position": "7"}] * queued
    assert made["receive"](body + b" ", signed) == 401


def test_the_guide_gives_the_schedule_of_retries() -> None:
    said = "after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h"
    units = {"s": 1, "min": 60, "h": 3_600}
    assert said in GUIDE
    assert [int(n) * units[unit] for n, unit in re.findall(r"(\d+) (s|min|h)", said)] == list(BACK_OFF)
