"""`/v1/webhooks`: an agency has the log delivered to its own endpoint, and sees what became of each delivery."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from api.identity.principal import Principal
from api.identity.rights import allow
from api.protocol import cloudevents
from api.protocol.paging import next_page
from api.protocol.problems import documented
from api.routes.feed import there
from api.service import ServiceOf, Who
from api.webhooks import subscription
from api.webhooks.delivery import DeliveryPage
from api.webhooks.dispatcher import utc_now
from api.webhooks.subscription import Wanted, Webhook, WebhookWithSecret, described
from api.webhooks.target import TargetRefused
from dossier.refusals import refused

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])
WANTED = {"$ref": "#/components/schemas/Wanted"}
WRONG = ("unauthenticated", "forbidden", "not-found", "invalid")
Position = Annotated[str, Query(pattern=r"^[0-9]{1,18}$")]


class WebhookList(BaseModel):
    """The webhooks of an organisation, or for the operator all of them."""

    webhooks: list[Webhook]


def owner(srv: ServiceOf, who: Who) -> str:
    """The organisation whose webhooks a request may change."""
    allow(who, "agency")
    return srv.poster(who).id


async def looker(who: Who) -> str | None:
    """The organisation whose webhooks a request may see; None for the operator, who may see all."""
    allow(who, "agency", "operator")
    return None if who.role == "operator" else who.agency


Owner = Annotated[str, Depends(owner)]


async def wanted(request: Request, srv: ServiceOf, agency: Owner) -> Wanted:
    """The webhook in the body: read once it is known who asks."""
    body = await cloudevents.json_body(request, srv.limits.event_bytes)
    return subscription.wanted(body, Principal("agency", agency))


Looker = Annotated[str | None, Depends(looker)]


@router.post("", status_code=201, responses=documented(
    "malformed", "unauthenticated", "forbidden", "invalid", "unknown-type", "webhook-target-refused",
    "too-many-webhooks", "too-large", "unsupported-media-type",
), openapi_extra={"requestBody": {"required": True, "content": {"application/json": {"schema": WANTED}}}},
)  # fmt: skip
async def subscribe(
    asked: Annotated[Wanted, Depends(wanted)], response: Response, srv: ServiceOf, agency: Owner
) -> WebhookWithSecret:
    """Have events delivered, from the end of the log on or after a position. The secret is shown this once."""
    try:
        await srv.targets.check(asked.url)
    except TargetRefused as refusal:
        detail = f"Nothing can be delivered to this address: {refusal}."
        raise refused("webhook-target-refused", detail, ("/url", str(refusal))) from None
    if asked.after is not None:
        await asyncio.to_thread(there, srv, asked.after)
    one, secret = await asyncio.to_thread(srv.subscriptions.add, uuid4(), agency, asked)
    response.headers["Location"] = f"/v1/webhooks/{one.id}"
    return WebhookWithSecret(**described(one, utc_now()).model_dump(), secret=secret)


@router.get("", responses=documented("unauthenticated", "forbidden"))
def listed(srv: ServiceOf, agency: Looker) -> WebhookList:
    """The webhooks of the organisation; for the operator, of all."""
    return WebhookList(webhooks=[described(one, utc_now()) for one in srv.subscriptions.listed(agency)])


@router.get("/{webhook}", responses=documented(*WRONG))
def read(webhook: UUID, srv: ServiceOf, agency: Looker) -> Webhook:
    """One webhook: what it is for, how far it has come, and why it is disabled if it is."""
    return described(srv.subscriptions.one(webhook, agency), utc_now())


@router.delete("/{webhook}", status_code=204, response_class=Response, responses=documented(*WRONG))
def unsubscribe(webhook: UUID, srv: ServiceOf, agency: Owner) -> Response:
    """Have nothing delivered any more; its delivery log goes too."""
    srv.subscriptions.remove(webhook, agency)
    return Response(status_code=204)


@router.post("/{webhook}/rotation", status_code=201, responses=documented(*WRONG))
def rotate(webhook: UUID, srv: ServiceOf, agency: Owner) -> WebhookWithSecret:
    """A new secret, shown this once. For a day each delivery carries two signatures: by it and by the one before."""
    one, secret = srv.subscriptions.rotate(webhook, agency, utc_now())
    return WebhookWithSecret(**described(one, utc_now()).model_dump(), secret=secret)


@router.post("/{webhook}/activation", responses=documented(*WRONG))
def activate(webhook: UUID, srv: ServiceOf, agency: Owner) -> Webhook:
    """Deliver again after it was disabled, from where it stopped: nothing is left out."""
    return described(srv.subscriptions.activate(webhook, agency), utc_now())


@router.get("/{webhook}/deliveries", responses=documented(*WRONG))
def deliveries(
    webhook: UUID,
    request: Request,
    response: Response,
    srv: ServiceOf,
    agency: Looker,
    status: Literal["waiting", "delivered", "failed"] | None = None,
    before: Position | None = None,
) -> DeliveryPage:
    """The delivery log, the newest event first: every attempt, and when the next will be."""
    found, more = srv.subscriptions.deliveries(webhook, agency, int(before) if before else None, status)
    if more:
        response.headers.update(next_page(request, before=found[-1].position))
    return DeliveryPage(deliveries=found)


@router.post("/{webhook}/deliveries/{delivery}/redelivery", status_code=202,
             responses=documented(*WRONG, "webhook-disabled"))  # fmt: skip
def redeliver(webhook: UUID, delivery: str, srv: ServiceOf, agency: Owner) -> Webhook:
    """Deliver an event again, at once, under the same `webhook-id`."""
    if not (delivery.isascii() and delivery.isdigit() and len(delivery) < 19):
        raise refused("not-found", "A delivery is named by its position.")
    srv.subscriptions.redeliver(webhook, agency, int(delivery))
    return described(srv.subscriptions.one(webhook, agency), utc_now())
