"""A subscription: which events an agency wants delivered, and to which endpoint."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, NamedTuple
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.following.interest import Interest, interest_of
from api.identity.principal import Principal
from api.protocol.bodies import valid
from dossier.values import AgencyId


class Subscription(NamedTuple):
    """One webhook. `position` is up to where events were tried or passed over; secrets are sealed."""

    id: UUID
    agency: str
    url: str
    types: list[str] | None
    agencies: list[str] | None
    relation: str | None
    status: str
    reason: str | None
    position: int
    created_at: datetime
    succeeded_at: datetime | None
    secret: bytes
    previous_secret: bytes | None
    previous_until: datetime | None

    @property
    def interest(self) -> Interest:
        """Which events it is for."""
        types = tuple(self.types) if self.types else None
        agencies = tuple(self.agencies) if self.agencies else None
        return Interest(types, agencies, self.agency if self.relation else None)

    def secrets(self, now: datetime) -> list[bytes]:
        """The sealed secrets that sign at an instant, the newest first."""
        if self.previous_secret is not None and self.previous_until is not None and now < self.previous_until:
            return [self.secret, self.previous_secret]
        return [self.secret]

    def same_order(self, other: Subscription) -> bool:
        """Whether two readings of it ask for the same; how far it has come does not matter."""
        return self._replace(position=0, succeeded_at=None) == other._replace(position=0, succeeded_at=None)


class Wanted(BaseModel):
    """What an agency asks for."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(max_length=2_000, description="https://, on the open internet")
    types: Annotated[list[str], Field(min_length=1, max_length=100)] | None = Field(
        default=None, description="full event types; all when absent"
    )
    agencies: Annotated[list[AgencyId], Field(min_length=1, max_length=100)] | None = Field(
        default=None, description="whose events; everybody's when absent"
    )
    relation: Literal["own"] | None = Field(
        default=None, description="`own`: only on dossiers your organisation is related to"
    )
    after: Annotated[str, Field(pattern=r"^[0-9]{1,18}$")] | None = Field(
        default=None, description="the position to begin after; the end of the log when absent"
    )


class Webhook(BaseModel):
    """A webhook as the API shows it."""

    id: UUID
    agency: str
    url: str
    types: list[str] | None
    agencies: list[str] | None
    relation: str | None
    status: Literal["active", "disabled"]
    reason: str | None
    position: str
    created_at: datetime
    succeeded_at: datetime | None
    previous_secret_until: datetime | None


class WebhookWithSecret(Webhook):
    """The same with its secret, which is shown this once."""

    secret: str


def wanted(body: Any, who: Principal) -> Wanted:
    """What a request asks for, checked. Raises Refused with pointers."""
    asked = valid(Wanted, body, "webhook")
    interest_of(who, asked.types, asked.agencies, asked.relation, pointer="/types")
    return asked


def described(one: Subscription, now: datetime) -> Webhook:
    """A subscription as the API shows it."""
    return Webhook(
        id=one.id,
        agency=one.agency,
        url=one.url,
        types=one.types,
        agencies=one.agencies,
        relation=one.relation,
        status="active" if one.status == "active" else "disabled",
        reason=one.reason,
        position=str(one.position),
        created_at=one.created_at,
        succeeded_at=one.succeeded_at,
        previous_secret_until=one.previous_until if len(one.secrets(now)) > 1 else None,
    )
