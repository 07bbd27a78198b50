"""A delivery: one event for one subscription, what was tried, and what comes next."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

from pydantic import BaseModel

REMEMBERED = 20
"""Attempts that a delivery keeps, the last ones."""


class Attempt(BaseModel):
    """One request and what it met: the status of the answer, or why there was none."""

    at: datetime
    status: int | None
    error: str | None
    milliseconds: int


class Delivery(BaseModel):
    """A line of the delivery log."""

    id: str
    webhook_id: str
    position: str
    type: str
    status: Literal["waiting", "delivered", "failed"]
    attempts: list[Attempt]
    next_attempt: datetime | None


class DeliveryPage(BaseModel):
    """Some lines, the newest first."""

    deliveries: list[Delivery]


class Waiting(NamedTuple):
    """What is to be tried again: where it stands, how often it failed and when it is due."""

    position: int
    failures: int
    attempts: list[dict[str, Any]]
    first_at: datetime
    due_at: datetime


def message_id(subscription: UUID, position: int) -> str:
    """The `webhook-id` of an event for a subscription: the same at every attempt, and no other's."""
    return f"msg_{subscription.hex}_{position}"


def line(subscription: UUID, row: tuple[Any, ...]) -> Delivery:
    """A row of the delivery log as the API shows it."""
    position, type_, status, attempts, _, _, due_at = row
    return Delivery(
        id=str(position),
        webhook_id=message_id(subscription, position),
        position=str(position),
        type=type_,
        status=status,
        attempts=[Attempt(**attempt) for attempt in attempts],
        next_attempt=due_at,
    )
