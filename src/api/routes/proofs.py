"""`/v1/log` and its like: the signed checkpoint of a series, tiles of its tree, proofs; and witnesses."""

from __future__ import annotations

import asyncio
import base64
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, Field

from api.answers.sealed import covering, latest, snapshot
from api.identity.rights import allow
from api.protocol.problems import answers, documented
from api.service import Service, ServiceOf, Who
from dossier.refusals import refused
from dossier.sealing import reading, witnesses
from dossier.sealing.series import EVENTS, SERIES, Series
from dossier.tree.hashing import HASH
from dossier.tree.tiles import WIDTH, NoSuchTile, Tile, named
from dossier.verification.note import LARGEST

router = APIRouter(tags=["proofs"])
"""The same for every series: it is included once under the address of each."""
witnessing = APIRouter(prefix="/v1/log", tags=["proofs"])
ADDRESSES = {of.name: f"/v1{of.suffix}/log" for of in SERIES}
FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
SHORTLY = {"Cache-Control": "public, max-age=60"}
BINARY = "application/octet-stream"
HASHES = answers({"type": "string", "format": "binary"}, BINARY)
TEXT = {"text/plain": {"schema": {"type": "string"}}}
Position = Annotated[int, Query(ge=1, le=2**62, description="A position of the log, or a reading's or deed's number.")]
Size = Annotated[int | None, Query(ge=1, le=2**62, description="A number of entries; default: of the checkpoint.")]
TileName = Annotated[str, Path(description="Like 000, x001/234 or 273.p/112.")]


async def _series(request: Request) -> Series:
    return next((of for of in SERIES if request.url.path.startswith(ADDRESSES[of.name])), EVENTS)


Of = Annotated[Series, Depends(_series)]


class Inclusion(BaseModel):
    """That an entry is in the tree over the first `size`; hashes in base64."""

    position: str
    size: str
    root: str
    leaf: str
    proof: list[str]


class Consistency(BaseModel):
    """That the tree over `to` entries starts with that over `from`."""

    from_: str = Field(alias="from")
    to: str
    proof: list[str]


@router.get("/checkpoint", response_class=PlainTextResponse, responses=documented("not-what-was-signed"))
def checkpoint(srv: ServiceOf, of: Of) -> Response:
    """The latest checkpoint, a signed note (C2SP tlog-checkpoint), with the cosignatures it has so far."""
    if refusal := srv.sealing.refusals.get(of.name):
        raise refused("not-what-was-signed", refusal)
    with snapshot(srv) as connection:
        sealed = latest(connection, of)
        note = sealed.note + "".join(witnesses.lines(connection, sealed.size, of))
    return PlainTextResponse(note, headers={"Cache-Control": "no-cache"})


@router.get("/vkey", response_class=PlainTextResponse)
def vkey(srv: ServiceOf, of: Of) -> Response:
    """The verifier key; its name is the checkpoints' first line."""
    with srv.log.journal.reading() as connection:
        found = reading.vkey(connection, of)
    if found is None:
        raise refused("unavailable", "The log has no key yet.")
    return PlainTextResponse(found + "\n", headers=SHORTLY)


@router.get("/tile/entries/{tile:path}", response_class=Response, responses={
    **HASHES, **documented("unauthenticated", "forbidden", "not-found"),
})  # fmt: skip
def entries(tile: TileName, srv: ServiceOf, who: Who, of: Of) -> Response:
    """The stored bytes of up to 256 entries, each after its length in two bytes. For auditors: they hold case facts."""
    allow(who, "auditor")
    number, width = _named(tile)
    start = number * WIDTH
    with snapshot(srv) as connection:
        if latest(connection, of).size < start + width:
            raise _no_tile()
        found = reading.entries(connection, start, start + width, of)
    if any(len(entry) > 0xFFFF for entry in found):
        raise refused("not-found", "An entry of this tile is longer than the format can say: read it by itself.")
    bundle = b"".join(len(entry).to_bytes(2, "big") + entry for entry in found)
    return Response(bundle, media_type=BINARY, headers={"Cache-Control": "private, max-age=31536000, immutable"})


@router.get("/tile/{level}/{tile:path}", response_class=Response, responses={**HASHES, **documented("not-found")})
def tile_of(level: Annotated[int, Path(ge=0, le=63)], tile: TileName, srv: ServiceOf, of: Of) -> Response:
    """Up to 256 hashes of the tree (C2SP tlog-tiles)."""
    number, width = _named(tile)
    with snapshot(srv) as connection:
        held = reading.tile(connection, Tile(level, number), of)
    if len(held) < width * HASH:
        raise _no_tile()
    headers = FOREVER if width == WIDTH else SHORTLY
    return Response(held[: width * HASH], media_type=BINARY, headers=headers)


@router.get("/proof/inclusion", responses=documented("invalid"))
def inclusion(response: Response, srv: ServiceOf, of: Of, position: Position, size: Size = None) -> Inclusion:
    """The proof that an entry is in the tree over the first `size` (RFC 6962). Its leaf index is position - 1."""
    with covering(srv, max(position, size or 0), of=of) as (connection, sealed):
        count = size or sealed.size
        _expect(count <= sealed.size, "/size", f"there are {sealed.size} {of.entries}")
        _expect(position <= count, "/position", f"a tree of {count} {of.entries} does not hold it")
        [row] = reading.leaves(connection, position - 1, position, of=of)
        found = Inclusion(
            position=str(position),
            size=str(count),
            root=_text(sealed.root if count == sealed.size else reading.root_at(connection, count, of)),
            leaf=_text(row[3]),
            proof=[_text(part) for part in reading.inclusion(connection, position, count, of, sealed=sealed.size)],
        )
    response.headers.update(FOREVER if size else SHORTLY)
    return found


@router.get("/proof/consistency", responses=documented("invalid"))
def consistency(
    response: Response,
    srv: ServiceOf,
    of: Of,
    from_: Annotated[int, Query(alias="from", ge=0, le=2**62, description="The older number of entries.")],
    to: Size = None,
) -> Consistency:
    """The proof that the tree over `to` entries starts with the tree over `from`: nothing was changed or removed."""
    with covering(srv, max(from_, to or 0), of=of) as (connection, sealed):
        size = to or sealed.size
        _expect(size <= sealed.size, "/to", f"there are {sealed.size} {of.entries}")
        _expect(from_ <= size, "/from", f"a tree of {size} {of.entries} holds no larger one")
        proof = [_text(part) for part in reading.consistency(connection, from_, size, of, sealed=sealed.size)]
    response.headers.update(FOREVER if to else SHORTLY)
    return Consistency.model_validate({"from": str(from_), "to": str(size), "proof": proof})


@witnessing.post("/witness", responses=documented("malformed", "cosignature-invalid", "witness-unknown", "too-large"),
             openapi_extra={"requestBody": {"required": True, "content": TEXT}})  # fmt: skip
async def witness(request: Request, srv: ServiceOf) -> dict[str, list[str]]:
    """Give a checkpoint of either series back with cosignatures under it (C2SP tlog-cosignature); those of known
    witnesses are kept, and served with the checkpoint and in bundles.
    """
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            raise refused("too-large", f"A cosigned checkpoint has at most {LARGEST} bytes.")
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise refused("malformed", "Send the checkpoint as text, with the cosignature lines under it.") from None
    return {"cosigned": await asyncio.to_thread(_take, srv, text)}


def _take(srv: Service, text: str) -> list[str]:
    with srv.log.journal.reading() as connection:
        return witnesses.take(connection, text)


def _named(tile: str) -> tuple[int, int]:
    try:
        return named(tile)
    except NoSuchTile:
        raise _no_tile() from None


def _no_tile() -> Exception:
    return refused("not-found", "No such tile: C2SP tlog-tiles says how they are named, the checkpoint how many are.")


def _expect(holds: bool, pointer: str, otherwise: str) -> None:
    if not holds:
        raise refused("invalid", f"Out of range: {otherwise}.", (pointer, otherwise))


def _text(found: bytes) -> str:
    return base64.b64encode(found).decode()
