"""What anyone may look up: event types and their schemas, organisations, limits, what a problem means."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from api.imports.office import WAITING
from api.protocol.problems import documented
from api.service import ServiceOf
from api.webhooks.ledger import KEPT_DAYS, MOST_WAITING
from api.webhooks.schedule import BACK_OFF
from api.webhooks.sending import SECONDS
from api.webhooks.store import MOST
from dossier.agencies import Agency, former_names
from dossier.catalogue import HOUSE_TYPES, JOURNEY, TYPES
from dossier.catalogue.fact import schema
from dossier.refusals import refused

router = APIRouter(tags=["reference"])


@router.get("/v1/event-types")
def event_types() -> dict[str, Any]:
    """The catalogue of events, with labels in three languages."""
    return {
        "event_types": [
            {"type": kind.TYPE, "name": kind.NAME, "label": kind.LABEL, "schema": f"/v1/event-types/{kind.TYPE}",
             "personal": sorted(kind.PERSONAL)}
            for kind in JOURNEY
        ]
    }  # fmt: skip


@router.get("/v1/event-types/{name}", responses=documented("not-found"))
def event_type(name: str) -> dict[str, Any]:
    """JSON Schema 2020-12 of the `data` of an event type; personal fields carry `x-personal`.

    Also of those the service alone records, about its rules.
    """
    kind = TYPES.get(name) or HOUSE_TYPES.get(name)
    if kind is None:
        raise refused("not-found", "GET /v1/event-types lists the catalogue.")
    return schema(kind)


@router.get("/v1/agencies")
def agencies(srv: ServiceOf) -> dict[str, Any]:
    """The registered organisations; one that became part of another names its successor."""
    srv.log.refresh()
    with srv.log.journal.reading() as connection:
        former = former_names(connection)
    return {"agencies": [described(agency, former.get(agency.id, [])) for agency in srv.log.agencies.values()]}


def described(agency: Agency, former: list[dict[str, str]]) -> dict[str, Any]:
    """An organisation as the API shows it, with the names it had."""
    names = {lang: agency.name(lang) for lang in ("fr", "nl", "en")}
    return {
        "id": agency.id,
        "name": names,
        "former_names": former,
        "source_prefix": agency.source_prefix,
        "successor": agency.successor,
        "succeeded_on": agency.succeeded_on.isoformat() if agency.succeeded_on else None,
        "vocabulary": agency.vocabulary.version if agency.vocabulary else 0,
    }


@router.get("/v1/limits")
def limits(srv: ServiceOf) -> dict[str, Any]:
    """How much a request may hold, in its address and headers, and unpacked in its body; how much one agency may send
    in a second; how many may follow, and when a webhook's delivery is tried again.
    """
    return {
        "header_bytes": srv.limits.header_bytes,
        "event_bytes": srv.limits.event_bytes,
        "batch_events": srv.limits.batch_events,
        "batch_bytes": srv.limits.batch_bytes,
        "stream_bytes": None,
        "feed_page_events": srv.limits.page_events,
        "requests_per_second": srv.rates.per_second["requests"],
        "events_per_second": srv.rates.per_second["events"],
        "followers": srv.limits.followers,
        "webhooks_per_agency": MOST,
        "webhook_answer_seconds": SECONDS,
        "webhook_retry_seconds": list(BACK_OFF),
        "webhook_deliveries_waiting": MOST_WAITING,
        "webhook_log_days": KEPT_DAYS,
        "import_bytes": srv.limits.import_bytes,
        "imports_waiting": WAITING,
    }
