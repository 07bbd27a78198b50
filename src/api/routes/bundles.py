"""`GET /v1/dossiers/{id}/bundle`: a dossier's history with its proofs, to be checked without this service."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from fastapi import APIRouter
from fastapi.responses import Response

from api.problems import documented
from api.reader import Reads
from api.routes.proofs import snapshot, wait_for_seal
from api.service import Service, ServiceOf, Who, allow, may_read
from dossier.ledger import Seen
from dossier.refusals import refused
from dossier.sealing.bundle import NotSealedYet, bundle
from dossier.sealing.keys import LogKeys
from projections import store

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


def made(srv: Service, dossier: UUID) -> dict[str, Any] | None:
    """The bundle, once all that the dossier has now is sealed. None when there is no such dossier."""
    if srv.sealing.refusal:
        raise refused("not-what-was-signed", srv.sealing.refusal)
    signers = LogKeys(srv.data).signers()
    for _ in range(3):
        head = srv.log.journal.head().position
        wait_for_seal(srv, lambda sealed, _, head=head: sealed >= head)  # type: ignore[misc]  # bound at once
        with snapshot(srv) as connection:
            generation = store.served(connection)
            digest = generation.digest if generation else ""
            try:
                return bundle(connection, dossier, signers, ruleset_digest=digest, at=datetime.now(UTC))
            except NotSealedYet:
                continue
    raise refused("unavailable", "Events of this dossier are not sealed yet.")
