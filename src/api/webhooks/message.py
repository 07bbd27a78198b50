"""A message: an event as it is sent to an endpoint, signed as Standard Webhooks has it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import orjson
from standardwebhooks import Webhook

from api.following.retelling import Retold
from api.following.sight import shown
from api.webhooks.delivery import message_id
from dossier.journal import Entry


class Message(NamedTuple):
    """Headers and body of a request."""

    headers: dict[str, str]
    body: bytes


def message(
    subscription: UUID, entry: Entry, secrets: Sequence[str], at: datetime, retold: Retold | None = None
) -> Message:
    """The CloudEvent of an entry, never with its person, signed by each secret at an instant in UTC.

    `retold` adds what it means to the receiver: who speaks for its author today, the receiver's own words.
    """
    event = shown(entry)
    identity = message_id(subscription, entry.position)
    body = orjson.dumps(retold.event(event) if retold else event)
    return Message(
        {
            "content-type": "application/cloudevents+json",
            "user-agent": "dossier-webhooks/1",
            "webhook-id": identity,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": signatures(identity, at, body, secrets),
        },
        body,
    )


def signatures(identity: str, at: datetime, body: bytes, secrets: Sequence[str]) -> str:
    """One signature by each secret, with a space between."""
    return " ".join(Webhook(secret).sign(identity, at, body.decode()) for secret in secrets)
