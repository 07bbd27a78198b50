"""Sending: one request to an endpoint, and what came of it."""

from __future__ import annotations

import asyncio
import ssl
import time
from datetime import UTC, datetime
from typing import NamedTuple

import httpx

from api.webhooks.message import Message
from api.webhooks.schedule import asked_to_wait
from api.webhooks.target import Address, NameUnknown, TargetRefused, Targets, host_of

SECONDS = 15.0
"""How long an endpoint may take, with everything; what takes longer is tried again."""
AT_ONCE = 100
"""Requests on their way at one moment, of all subscriptions together."""
READ_BYTES = 64 << 10


class Answer(NamedTuple):
    """The status of an answer, or why there was none; how long it took; the wait it asked for."""

    status: int | None
    error: str | None
    milliseconds: int
    retry_after: float | None = None

    @property
    def accepted(self) -> bool:
        """Whether the event has arrived."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        """Whether the endpoint wants no more."""
        return self.status == 410


class Sender:
    """Sends to checked addresses alone, follows no redirect, and believes no proxy settings."""

    def __init__(self, targets: Targets) -> None:
        self._targets = targets
        self._trust = ssl.create_default_context()
        self._slots = asyncio.Semaphore(AT_ONCE)

    def client(self) -> httpx.AsyncClient:
        """Connections to one endpoint, for whoever delivers to it; close it."""
        return httpx.AsyncClient(
            verify=self._trust,
            trust_env=False,
            follow_redirects=False,
            timeout=SECONDS,
            limits=httpx.Limits(max_connections=4, max_keepalive_connections=1),
        )

    async def send(self, client: httpx.AsyncClient, address: str, message: Message) -> Answer:
        """One attempt; never raises for what the endpoint or the network does."""
        async with self._slots:
            started = time.monotonic()
            status, error, retry_after = await self._tried(client, address, message)
            return Answer(status, error, int((time.monotonic() - started) * 1000), retry_after)

    async def _tried(
        self, client: httpx.AsyncClient, address: str, message: Message
    ) -> tuple[int | None, str | None, float | None]:
        try:
            async with asyncio.timeout(SECONDS):
                url = self._targets.read(address)
                return await _posted(client, url, await self._targets.addresses(url), message)
        except (TimeoutError, httpx.TimeoutException):
            return None, "it did not answer in time", None
        except TargetRefused as refusal:
            return None, str(refusal), None
        except NameUnknown:
            return None, "its name is not known", None
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError, ValueError) as error:
            certificate = "certificate" in str(error).lower()
            return None, "its certificate is not valid" if certificate else "it cannot be reached", None


async def _posted(
    client: httpx.AsyncClient, url: httpx.URL, places: list[Address], message: Message
) -> tuple[int, str | None, float | None]:
    """Post to the first of the checked addresses that takes a connection: a name often leads to IPv6 and IPv4."""
    for place in places[:-1]:
        try:
            return await _post(client, url, place, message)
        except httpx.ConnectError:
            continue
    return await _post(client, url, places[-1], message)


async def _post(
    client: httpx.AsyncClient, url: httpx.URL, place: Address, message: Message
) -> tuple[int, str | None, float | None]:
    """Post to the address that was checked, under the name that was given."""
    pinned = url.copy_with(host=str(place))
    headers = message.headers | {"host": url.netloc.decode("ascii")}
    named = {"sni_hostname": host_of(url)}
    async with client.stream("POST", pinned, content=message.body, headers=headers, extensions=named) as response:
        size = 0
        async for block in response.aiter_raw():  # a short answer is read, so that its connection can be used again
            size += len(block)
            if size > READ_BYTES:
                break
    retry_after = asked_to_wait(response.headers.get("retry-after"), datetime.now(UTC))
    error = None if response.is_success else "a redirect is not followed" if response.is_redirect else "it refused"
    return response.status_code, error, retry_after
