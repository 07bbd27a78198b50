"""A target: the address of an agency's endpoint, and where on the network it may lie.

An agency chooses where this service sends requests: it must not be led to what only this service can reach. So a
target is checked when it is named and again at each delivery, and the connection goes to the very address that was
checked: a name that is looked up a second time may lead elsewhere.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from ipaddress import IPv4Address, IPv6Address, IPv6Network

import httpx

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[list[Address]]]
LONGEST = 2_000
PORTS = {"https": 443, "http": 80}
NUMBER = re.compile(r"(0x[0-9a-f]*|[0-9]+)", re.IGNORECASE)
NAME = re.compile(r"(?=.{1,253}\.?$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.?")
INNER = ("localhost", "local", "internal")
"""Last labels of names that never lead outside (RFC 6761, RFC 6762, ICANN)."""
UNICAST = IPv6Network("2000::/3")
TUNNELS = (IPv6Network("2002::/16"), IPv6Network("2001::/23"), IPv6Network("3fff::/20"))
"""IPv6 that holds an IPv4 address of anybody's choice, or is set aside for protocols and examples."""
SET_ASIDE = (ipaddress.IPv4Network("192.0.0.0/24"), ipaddress.IPv4Network("192.88.99.0/24"))
"""IPv4 for protocols and for relays, which Python takes for public, or does in some versions."""


RESOLVERS = ThreadPoolExecutor(128, "resolver")
"""Threads for look-ups alone: whoever answers for a name may keep one waiting for half a minute, and what runs in the
event loop's own threads, posts among it, would wait behind the names of one organisation. More than one may have."""


class TargetRefused(ValueError):
    """Nothing is delivered there; the message says why, and never repeats the address."""


class NameUnknown(Exception):
    """The name leads nowhere now."""


class Targets:
    """Checks targets. With `allow_private` any address will do, and plain HTTP."""

    def __init__(self, *, allow_private: bool, resolve: Resolve | None = None) -> None:
        self.allow_private = allow_private
        self._resolve = resolve or resolved

    async def check(self, text: str) -> httpx.URL:
        """The address of an endpoint, as far as can be said now. Raises TargetRefused.

        A name that is not known now may be tomorrow: every delivery checks again.
        """
        url = self.read(text)
        try:
            async with asyncio.timeout(3):
                await self.addresses(url)
        except (NameUnknown, TimeoutError):
            pass
        return url

    def read(self, text: str) -> httpx.URL:
        """The address, in itself. Raises TargetRefused."""
        try:
            url = httpx.URL(text)
        except httpx.InvalidURL:
            raise TargetRefused("it is not an address") from None
        if url.scheme not in (("https", "http") if self.allow_private else ("https",)):
            raise TargetRefused("it does not begin with https://")
        if url.userinfo or url.fragment or len(text) > LONGEST or not text.isprintable() or " " in text:
            raise TargetRefused("an address has no user, no fragment, no space, and at most 2000 characters")
        if url.port is not None and not 0 < url.port < 65_536:
            raise TargetRefused("there is no such port")
        self._read_host(url)
        return url

    async def addresses(self, url: httpx.URL) -> list[Address]:
        """Where a target lies now, all of it allowed. Raises TargetRefused or NameUnknown."""
        given = literal(host_of(url))
        found = [given] if given else await self._resolve(host_of(url), url.port or PORTS[url.scheme])
        if not found:
            raise NameUnknown
        if not self.allow_private and not all(is_public(address) for address in found):
            raise TargetRefused("it leads to an address that is not public")
        return found

    def _read_host(self, url: httpx.URL) -> None:
        host = host_of(url)
        given = literal(host)
        if given is None and not NAME.fullmatch(host):
            raise TargetRefused("it names no host")
        if self.allow_private:
            return
        if given is not None and not is_public(given):
            raise TargetRefused("it leads to an address that is not public")
        if given is None and ("." not in host or host.rpartition(".")[2] in INNER):
            raise TargetRefused("it names no public host")


def host_of(url: httpx.URL) -> str:
    """The host as the network knows it: in ASCII and small letters."""
    return url.raw_host.decode("ascii").lower().rstrip(".")


def literal(host: str) -> Address | None:
    """The address a host spells, in any spelling that systems take for one; None for a name. Raises TargetRefused."""
    if ":" in host:
        try:
            return ipaddress.IPv6Address(host)
        except ValueError:
            raise TargetRefused("it names no host") from None
    if not NUMBER.fullmatch(host.rpartition(".")[2]):
        return None
    try:
        return IPv4Address(socket.inet_aton(host))  # takes 127.1, 0x7f000001, 017700000001, 2130706433
    except OSError:
        raise TargetRefused("it names no host") from None


def is_public(address: Address) -> bool:
    """Whether an address belongs to the open internet."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        inside = address in UNICAST and not any(address in tunnel for tunnel in TUNNELS)
        return inside and address.scope_id is None and address.is_global and not address.is_reserved
    aside = any(address in network for network in SET_ASIDE)
    return address.is_global and not (address.is_multicast or address.is_reserved or aside)


async def resolved(host: str, port: int) -> list[Address]:
    """What a name leads to, by the system's resolver."""
    try:
        look_up = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        found = await asyncio.get_running_loop().run_in_executor(RESOLVERS, look_up)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(ipaddress.ip_address(where[0]) for *_, where in found))
