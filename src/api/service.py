"""The service behind the routes: the log, the keys and the limits; made once, by the composition root."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, cast

from fastapi import Depends, Query, Request
from fastapi.security import HTTPBearer

from api.following.tail import Tail
from api.identity.oidc import Issuer
from api.identity.principal import Principal
from api.identity.tokens import TokenKey
from api.reception.outcomes import Outcomes
from api.reception.rates import Rates
from api.reception.registration import Turns
from api.webhooks.store import Subscriptions
from api.webhooks.target import Targets
from dossier.agencies import BRUSSELS, Agency, ancestors
from dossier.decisions import OPERATOR
from dossier.ledger import ReaderKey
from dossier.log import Log
from dossier.refusals import refused
from dossier.sealing.series import EVENTS
from projections.rulesets.rulebook import lookup
from projections.rulesets.ruleset import RulesetUnknown


@dataclass(frozen=True)
class Limits:
    """How much a request may hold; published at `/v1/limits`."""

    header_bytes: int = 1 << 16
    event_bytes: int = 1 << 20
    batch_events: int = 10_000
    batch_bytes: int = 16 << 20
    stream_chunk_events: int = 1_000
    page_events: int = 500
    followers: int = 10_000
    import_bytes: int = 256 << 20


@dataclass
class Sealing:
    """Whether each series is being sealed; `refusals` says why not, by its name."""

    refusals: dict[str, str] = field(default_factory=dict)

    @property
    def refusal(self) -> str | None:
        """Why the log's events are not sealed; None while they are."""
        return self.refusals.get(EVENTS.name)


@dataclass
class Service:
    """What every route works with."""

    log: Log
    keys: TokenKey
    limits: Limits
    rates: Rates
    tail: Tail
    targets: Targets
    subscriptions: Subscriptions
    issuer: Issuer | None = None
    turns: Turns = field(default_factory=Turns)
    outcomes: Outcomes = field(default_factory=Outcomes)
    sealing: Sealing = field(default_factory=Sealing)
    data: Path = Path("var")
    readers: ReaderKey = field(kw_only=True)

    def principal(self, authorization: str | None) -> Principal:
        """Whom an Authorization header speaks for. Raises Refused, also when its agency asks too much at once."""
        who = self._bearer(authorization)
        if who.role == "agency" and who.agency:
            self.rates.check(who.agency, "requests")
        return who

    def _bearer(self, authorization: str | None) -> Principal:
        if not authorization:
            raise refused("unauthenticated", "Send `Authorization: Bearer TOKEN`; `dossier token` prints one.")
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise refused("unauthenticated", "Send `Authorization: Bearer TOKEN`.")
        if self.issuer is not None and self.issuer.issued(token):
            return self.issuer.check(token)
        return self.keys.check(token)

    def speaking(self, agency: str | None, *, by_successor: bool) -> list[str] | None:
        """The organisations a filter by agency means: that one, or all that it speaks for today. None for any."""
        if agency is None:
            return None
        today = datetime.now(BRUSSELS).date()
        return ancestors(self.log.agencies, agency, today) if by_successor else [agency]

    def poster(self, principal: Principal) -> Agency:
        """The organisation a principal posts for. Only agencies post; the operator posts one type alone."""
        if principal.role == "operator":
            return Agency(OPERATOR, "Opérateur", "Operator", "Operator", "")
        if principal.role != "agency":
            raise refused("forbidden", "Only tokens of the role `agency` may post events.")
        agency = self.log.agencies.get(principal.agency or "")
        if agency is None:
            self.log.refresh()  # `dossier agency add` may have run beside this server
            agency = self.log.agencies.get(principal.agency or "")
        if agency is None:
            raise refused("forbidden", f"`{principal.agency}` is not registered: `dossier agency add` registers it.")
        return agency


def service(request: Request) -> Service:
    """The service of the application a request came to."""
    return cast(Service, request.app.state.service)


async def _service(request: Request) -> Service:
    return service(request)


bearer = HTTPBearer(
    auto_error=False, description="A token printed by `dossier token`, or of the configured OIDC issuer"
)


async def principal(request: Request, _: Annotated[Any, Depends(bearer)]) -> Principal:
    """Who is asking; refused with 401 when nobody says.

    In a thread only where an OIDC issuer may have to be asked for its keys: a thread costs more than the check.
    """
    srv, header = service(request), request.headers.get("authorization")
    return srv.principal(header) if srv.issuer is None else await asyncio.to_thread(srv.principal, header)


async def anyone(request: Request) -> Principal | None:
    """Who is asking; None when nobody says. A token that is none is refused all the same."""
    return await principal(request, None) if request.headers.get("authorization") else None


def signed_in(who: Principal | None) -> Principal:
    """Who is asking, where somebody must. Refused with 401 when nobody says."""
    if who is None:
        raise refused("unauthenticated", "Send `Authorization: Bearer TOKEN`; `dossier token` prints one.")
    return who


def agencies_known(srv: Service, ids: set[str]) -> dict[str, Agency]:
    """The register of organisations, read again if it lacks one of these."""
    if not ids <= srv.log.agencies.keys():
        srv.log.refresh()  # one may have been registered beside this server
    return srv.log.agencies


def past(srv: Service, position: str | None, pointer: str = "/position") -> int | None:
    """A position that was asked for; refused when the log has not come so far."""
    if position is None:
        return None
    head = srv.log.journal.head().position
    if int(position) > head:
        raise refused("invalid", f"The log stands at {head}.", (pointer, "the log has not come so far"))
    return int(position)


def named_ruleset(srv: Service, name: str | None) -> str | None:
    """A ruleset that was asked for; refused when there is none of this name."""
    if name is not None:
        with srv.log.journal.reading() as connection:
            try:
                lookup(connection, name)
            except RulesetUnknown:
                raise refused("invalid", "GET /v1/rulesets lists them.", ("/ruleset", "no such ruleset")) from None
    return name


AGENCY = "^[a-z0-9-]{1,64}$"
AgencyFilter = Annotated[str | None, Query(pattern=AGENCY, description="An organisation by its id.")]
BySuccessor = Annotated[
    bool, Query(description="With `agency`: also what the organisations that became part of it have recorded.")
]
ServiceOf = Annotated[Service, Depends(_service)]
Who = Annotated[Principal, Depends(principal)]
Anyone = Annotated[Principal | None, Depends(anyone)]
