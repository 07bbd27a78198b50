"""Bundles and receipts: made of what is sealed, once all that the log has now is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from fastapi.responses import Response

from api.answers.sealed import snapshot, wait_for_seal
from api.service import Service
from dossier.refusals import refused
from dossier.sealing.bundle import NotSealedYet, bundle
from dossier.sealing.bundle import receipt as receipt_of
from dossier.sealing.census import CensusBroken
from dossier.sealing.keys import LogKeys, Signer
from dossier.sealing.reading import Connection
from projections.generations import store


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
