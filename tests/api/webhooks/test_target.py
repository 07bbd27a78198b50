"""Where webhooks may lead: a table of addresses, names that lead inside, and names that change their mind."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from api.webhooks.target import Address, NameUnknown, TargetRefused, Targets, resolved

CASES: dict[str, list[str]] = yaml.safe_load(
    (Path(__file__).parents[2] / "cases" / "webhook_targets.yaml").read_text(encoding="utf-8")
)
NAMES = {
    "outside.example": ["93.184.215.14"],
    "inside.example": ["10.0.0.7"],
    "half.example": ["93.184.215.14", "192.168.0.1"],
    "six.example": ["::1"],
    "mapped.example": ["::ffff:192.168.0.1"],
}


async def resolve(host: str, port: int) -> list[Address]:
    return [ipaddress.ip_address(address) for address in NAMES.get(host, [])]


def check(text: str, *, allow_private: bool = False) -> httpx.URL:
    return asyncio.run(Targets(allow_private=allow_private, resolve=resolve).check(text))


@pytest.mark.parametrize("text", CASES["taken"])
def test_an_address_on_the_open_internet_is_taken(text: str) -> None:
    check(text)


@pytest.mark.parametrize("text", CASES["refused"])
def test_any_other_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(TargetRefused) as refusal:
        check(text)
    assert not text or text not in str(refusal.value)


@pytest.mark.parametrize(
    "text", ["http://127.0.0.1:8000/", "http://localhost:1/", "https://10.0.0.1/", "http://[::1]/", "http://intranet/"]
)
def test_a_private_address_is_taken_where_the_operator_allows_it(text: str) -> None:
    check(text, allow_private=True)


@pytest.mark.parametrize("text", ["ftp://127.0.0.1/", "http://", "http://u:p@127.0.0.1/", "https://256.1.1.1/"])
def test_what_is_no_address_stays_refused_there(text: str) -> None:
    with pytest.raises(TargetRefused):
        check(text, allow_private=True)


def test_a_spelling_of_an_address_leads_to_the_address_it_means() -> None:
    targets = Targets(allow_private=True, resolve=resolve)
    for text in ("http://2130706433/", "http://0x7f.1/", "http://0177.1/", "http://127.0.0.1./"):
        assert asyncio.run(targets.addresses(httpx.URL(text))) == [ipaddress.ip_address("127.0.0.1")]


def test_a_name_that_leads_nowhere_is_told_apart_from_one_that_is_refused() -> None:
    targets = Targets(allow_private=False, resolve=resolve)
    with pytest.raises(NameUnknown):
        asyncio.run(targets.addresses(httpx.URL("https://unknown.example/")))


def test_a_name_is_looked_up_at_each_delivery() -> None:
    """First it leads outside, then inside: the second delivery does not follow it there."""
    answers: list[Any] = [["93.184.215.14"], ["127.0.0.1"]]

    async def rebinding(host: str, port: int) -> list[Address]:
        return [ipaddress.ip_address(address) for address in answers.pop(0)]

    targets = Targets(allow_private=False, resolve=rebinding)
    url = httpx.URL("https://rebinding.example/")
    assert asyncio.run(targets.addresses(url)) == [ipaddress.ip_address("93.184.215.14")]
    with pytest.raises(TargetRefused):
        asyncio.run(targets.addresses(url))


def test_the_systems_resolver_is_asked() -> None:
    assert ipaddress.ip_address("127.0.0.1") in asyncio.run(resolved("localhost", 80))
    assert asyncio.run(resolved("name.invalid", 80)) == []


def test_names_that_nobody_answers_for_hold_up_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever subscribes chooses the name, and may answer for it as late as they like."""
    answered = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answered.wait(10) and [])

    async def beside() -> str:
        names = [asyncio.create_task(resolved(f"silent-{number}.example", 443)) for number in range(50)]
        await asyncio.sleep(0)
        try:
            return await asyncio.wait_for(asyncio.to_thread(lambda: "posted"), 3)
        finally:
            answered.set()
            await asyncio.gather(*names)

    assert asyncio.run(beside()) == "posted"
