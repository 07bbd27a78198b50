"""`GET /v1/dossiers/{id}/bundle` and `/receipt`: proofs to take away, to be checked without this service."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson
from fastapi import APIRouter
from fastapi.responses import Response

from api.answers.bundles import answered_receipt, made
from api.identity.rights import allow, may_read
from api.protocol.problems import documented
from api.reader import Reads
from api.service import ServiceOf, Who
from dossier.ledger import Seen
from dossier.refusals import refused

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
