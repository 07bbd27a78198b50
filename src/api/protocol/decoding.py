"""Content codings of request bodies: gzip and zstd, undone piece by piece, so that a bomb never unfolds in memory."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Callable, Iterator

import zstandard
from starlette.datastructures import Headers

from dossier.refusals import refused

PIECE = 1 << 16
"""Bytes that are unpacked at once."""
SIP = 256
"""Bytes of zstd that are read at once: its tightest blocks make 128 KiB of four bytes, and say so only afterwards."""
WINDOW = 8 << 20
"""How far back a zstd body may refer; no sender over HTTP may ask for more. Source: RFC 9659, 3."""
BROKEN = "The body is not the {coding} it claims to be: it is cut off, altered, or followed by something else."


def coding_of(headers: Headers) -> str | None:
    """How a body is packed; None for not at all. Raises Refused for codings that are not taken, and for several."""
    listed = ",".join(headers.getlist("content-encoding")).lower().split(",")
    codings = [coding.strip().removeprefix("x-") for coding in listed if coding.strip() not in ("identity", "")]
    if not codings:
        return None
    if len(codings) > 1 or codings[0] not in UNPACK:
        raise refused("unsupported-encoding", f"Send the body packed as {' or '.join(UNPACK)}, or not at all.")
    return codings[0]


async def unpacked(blocks: AsyncIterator[bytes], coding: str) -> AsyncIterator[bytes]:
    """A body as it was before it was packed, some at a time. Raises Refused where it is not what it claims to be."""
    unpack = UNPACK[coding](coding)
    empty = True
    async for block in blocks:
        empty = False
        for piece in unpack.feed(block):
            yield piece
    if empty:  # what holds nothing still has a header: its sender stopped before it began
        raise _broken(coding)
    unpack.finish()


class Gzip:
    """Members of gzip, one after the other (RFC 1952)."""

    def __init__(self, coding: str) -> None:
        self.coding = coding
        self.member = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        self.fresh = True

    def feed(self, block: bytes) -> Iterator[bytes]:
        """Unpack what has come."""
        more = False  # a full piece may have left some of it behind
        while block or more:
            try:
                piece = self.member.decompress(block, PIECE)
            except zlib.error:
                raise _broken(self.coding) from None
            self.fresh, more = False, len(piece) == PIECE
            block = self.member.unconsumed_tail
            if self.member.eof:
                block = self.member.unused_data
                self.member = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
                self.fresh, more = True, False
            if piece:
                yield piece

    def finish(self) -> None:
        """Refuse a body that ends before its last member does."""
        if not self.fresh:
            raise _broken(self.coding)


class Zstd:
    """Frames of zstd, one after the other (RFC 8878)."""

    def __init__(self, coding: str) -> None:
        self.coding = coding
        self.decompressor = zstandard.ZstdDecompressor(max_window_size=WINDOW)
        self.frame = self.decompressor.decompressobj()
        self.fresh = True

    def feed(self, block: bytes) -> Iterator[bytes]:
        """Unpack what has come."""
        for at in range(0, len(block), SIP):
            sip = block[at : at + SIP]
            while sip:
                try:
                    piece = self.frame.decompress(sip)
                except zstandard.ZstdError:
                    raise _broken(self.coding) from None
                sip, self.fresh = b"", False
                if self.frame.eof:
                    sip = self.frame.unused_data
                    self.frame = self.decompressor.decompressobj()
                    self.fresh = True
                if piece:
                    yield piece

    def finish(self) -> None:
        """Refuse a body that ends before its last frame does."""
        if not self.fresh:
            raise _broken(self.coding)


UNPACK: dict[str, Callable[[str], Gzip | Zstd]] = {"gzip": Gzip, "zstd": Zstd}
ACCEPTED = ", ".join(UNPACK)
"""The value of Accept-Encoding in answers to requests whose coding is not taken. Source: RFC 9110, 12.5.3."""


def _broken(coding: str) -> Exception:
    return refused("malformed", BROKEN.format(coding=coding))
