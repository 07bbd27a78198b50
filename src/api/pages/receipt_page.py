"""`/dossiers/{id}/receipt`: the receipt of an erasure as a file, for the person it is of and for auditors."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.answers.bundles import answered_receipt
from api.pages.dossier_page import identity_of
from api.pages.refusals import PageRoute
from api.pages.visitor import sees_readings, visitor
from api.service import ServiceOf
from dossier.refusals import refused

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/dossiers/{dossier}/receipt")
def page(dossier: str, request: Request, srv: ServiceOf) -> Response:
    """The file that `GET /v1/dossiers/{id}/receipt` gives, to whoever signed in here."""
    found, identity = visitor(request), identity_of(dossier)
    if not sees_readings(found, identity):
        slug = "forbidden" if found.who else "unauthenticated"
        raise refused(slug, "The receipt of an erasure is the entrepreneur's own, and auditors'.")
    return answered_receipt(srv, identity)
