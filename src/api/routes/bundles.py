"""`GET /v1/dossiers/{id}/bundle` and `/receipt`: proofs to take away, to be checked without this service."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from fastapi import APIRouter
from fastapi.responses import Response

from api.protocol.problems import documented
from api.reader import Reads
from api.routes.proofs import snapshot, wait_for_seal
from api.service import Service, ServiceOf, Who, allow, may_read
from dossier.ledger import Seen
from dossier.refusals import refused
from dossier.sealing.bundle import NotSealedYet, bundle
from dossier.sealing.bundle import receipt as receipt_of
from dossier.sealing.census import CensusBroken
from dossier.sealing.keys import LogKeys, Signer
from dossier.sealing.reading import Connection
from projections.generations import store

router = APIRouter(prefix="/v1/dossiers", tags=["proofs"])


@router.get("/{dossier}/bundle", responses=documented("unauthenticated", "forbidden", "not-found", "invalid"))
def read(dossier: UUID, srv: ServiceOf, who: Who, reads: Reads) -> dict[str, Any]:
    """The bundle of a dossier (`dossier-bundle/1`): `dossier audit verify` checks it offline by the log's vkey."""
    allow(who, "auditor", "entrepreneur")
    may_read(who, dossier)
    found = made(srv, dossier)
    if found is None:
        raise refused("not-found", "No dossier has this id.")
    events = found["events"]
    reads.records("bundle", Seen(dossier, len(events), int(events[-1]["position"])))
    return Response(  # type: ignore[return-value]  # the annotation is what OpenAPI says of it
        orjson.dumps(found), media_type="application/json", headers={"Cache-Control": "no-store"}
    )


@router.get("/{dossier}/receipt", responses=documented("unauthenticated", "forbidden", "not-found", "invalid"))
def receipt(dossier: UUID, srv: ServiceOf, who: Who) -> dict[str, Any]:
    """The receipt of an erasure (`dossier-erasure-receipt/1`): that it is on record, and nothing of the dossier beside.

    `dossier audit verify` checks it offline by the log's vkey. It shows no person, and is no reading.
    """
    allow(who, "auditor", "entrepreneur")
    may_read(who, dossier)
    return answered_receipt(srv, dossier)  # type: ignore[return-value]  # the annotation is what OpenAPI says of it


def answered_receipt(srv: Service, dossier: UUID) -> Response:
    """The receipt as a file to keep. Raises Refused, also when nothing was erased."""
    found = made_receipt(srv, dossier)
    if found is None:
        raise refused("not-found", "Nothing was erased from a dossier of this id.")
    disposition = f'attachment; filename="receipt-{dossier}.json"'
    headers = {"Cache-Control": "no-store", "Content-Disposition": disposition}
    return Response(orjson.dumps(found), media_type="application/json", headers=headers)


def made(srv: Service, dossier: UUID) -> dict[str, Any] | None:
    """The bundle, once all that the dossier has now is sealed. None when there is no such dossier."""

    def of(connection: Connection, signers: list[Signer]) -> dict[str, Any] | None:
        generation = store.served(connection)
        digest = generation.digest if generation else ""
        return bundle(connection, dossier, signers, ruleset_digest=digest, at=datetime.now(UTC))

    return _once_sealed(srv, of)


def made_receipt(srv: Service, dossier: UUID) -> dict[str, Any] | None:
    """The receipt, once the erasure is sealed. None when nothing was erased."""
    return _once_sealed(srv, lambda connection, signers: receipt_of(connection, dossier, signers, at=datetime.now(UTC)))


def _once_sealed(
    srv: Service, make: Callable[[Connection, list[Signer]], dict[str, Any] | None]
) -> dict[str, Any] | None:
    """What is made in a snapshot in which all that the log has now is sealed. Raises Refused."""
    if srv.sealing.refusal:
        raise refused("not-what-was-signed", srv.sealing.refusal)
    signers = LogKeys(srv.data).signers()
    for _ in range(3):
        head = srv.log.journal.head().position
        wait_for_seal(srv, lambda sealed, _, head=head: sealed >= head)  # type: ignore[misc]  # bound at once
        with snapshot(srv) as connection:
            try:
                return make(connection, signers)
            except NotSealedYet:
                continue
            except CensusBroken as broken:
                raise refused("not-what-was-signed", f"{broken}: see `dossier audit log`.") from None
    raise refused("unavailable", "Events of this dossier are not sealed yet.")
