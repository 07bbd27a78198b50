"""`/v1/indicators`: the impact statistics, each figure with its certificate; for the public, as published."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel

from api.problems import answers, documented
from api.service import Anyone, Service, ServiceOf, allow, named_ruleset, past, signed_in
from dossier.refusals import refused
from projections import store
from projections.disclosure.parameters import parameters
from projections.facts_reader import FactsReader, NoFacts
from projections.figures import Asked, UnknownDimension
from projections.indicator import IndicatorUnknown, catalogue, indicator
from projections.past import Past, TooFarBack, rules_of
from projections.press import NotPublished, Press
from projections.rulebook import under
from projections.store import Generation

router = APIRouter(prefix="/v1/indicators", tags=["indicators"])
INSIDERS = ("analyst", "auditor")
"""Roles whose figures are counted as the log stands; what anyone else gets is published thereby."""
OPEN: dict[str, Any] = {"security": [{}, {"HTTPBearer": []}]}
"""A token is not needed, and counts when there is one."""


class Moved(BaseModel):
    """A cell that is published otherwise since; a null value was, or is, hidden or absent."""

    cell: dict[str, str | None]
    published: float | str | None
    now: float | str | None


class Published(BaseModel):
    """One publication of an indicator: how many cells it shows and hides, and what has moved since, and why."""

    number: int
    published_at: str
    certificate: dict[str, Any]
    shown: int
    hidden: int
    moved: list[Moved]
    because: dict[str, Any]


class Publications(BaseModel):
    """The publications of an indicator, the oldest first."""

    indicator: str
    publications: list[Published]


@router.get("")
def indicators() -> list[dict[str, Any]]:
    """Every indicator: the question it answers, its unit, its dimensions."""
    return [found.described() for found in catalogue().values()]


@router.get("/{name}", openapi_extra=OPEN, responses={
    **documented("unauthenticated", "forbidden", "not-published", "not-found", "invalid"),
    **answers({"type": "string"}, "text/csv"),
})  # fmt: skip
def read(
    name: str,
    request: Request,
    srv: ServiceOf,
    who: Anyone,
    by: Annotated[str | None, Query(description="Dimensions, separated by commas; empty for the whole.")] = None,
    from_: Annotated[int | None, Query(alias="from", ge=1900, le=2200, description="First year.")] = None,
    to: Annotated[int | None, Query(ge=1900, le=2200, description="Last year.")] = None,
    position: Annotated[str | None, Query(pattern=r"^\d{1,18}$", description="As the log stood at a position.")] = None,
    ruleset: Annotated[str | None, Query(max_length=64, description="A ruleset; the active one when absent.")] = None,
    disclosure: Annotated[str, Query(pattern="^(controlled|none)$")] = "controlled",
) -> Response:
    """An indicator's rows and their certificate; CSV by Accept. What would say too much of an undertaking is hidden.

    Anyone gets the figure as published, which moves on when that gives nothing away. Analysts and auditors get it as
    it stands, controlled by itself; `disclosure=none` shows all of it, to analysts alone.

    With the `position` and the `ruleset` of a certificate: the figure as it was then, whatever is served now; anyone
    but analysts and auditors gets those that were published.
    """
    if disclosure == "none":
        allow(signed_in(who), "analyst")
    dimensions = None if by is None else [part.strip() for part in by.split(",") if part.strip()]
    asked = Asked(dimensions, from_, to, disclosure != "none")
    with refusing():
        chosen = indicator(name)
        if who is None or who.role not in INSIDERS:
            at = int(position) if position else None
            return told(request, press(request).figure(chosen, asked, position=at, ruleset=ruleset))
        generation, facts = _facts(request, srv, named_ruleset(srv, ruleset), past(srv, position))
        if chosen.ledger:
            facts = reader(request).beside_readings(generation, facts)
        with srv.log.journal.reading() as connection:
            rule = parameters(under(connection, generation.ruleset, generation.digest))
        return told(request, request.app.state.figures.figure(chosen, asked, generation, facts, rule))


@router.get("/{name}/publications", responses=documented("not-found"))
def published(name: str, request: Request) -> Publications:
    """Every publication of an indicator, the oldest first: as published, what has moved since, and by which cause."""
    with refusing():
        return Publications.model_validate(press(request).history(indicator(name)))


@contextmanager
def refusing() -> Iterator[None]:
    """What figures refuse, as problems."""
    try:
        yield
    except IndicatorUnknown as error:
        raise refused("not-found", str(error)) from None
    except UnknownDimension as error:
        raise refused("invalid", str(error), ("/by", "not a dimension of this indicator")) from None
    except NotPublished as error:
        raise refused("not-published", f"{error}.") from None
    except TooFarBack as error:
        raise refused("invalid", f"{error}: `dossier indicators run` has no limit.", ("/position", "too far")) from None
    except NoFacts as error:
        raise refused("unavailable", str(error)) from None


def told(request: Request, found: dict[str, Any]) -> Response:
    """A figure in the representation asked for."""
    if "text/csv" in request.headers.get("accept", ""):
        return Response(as_csv(found), media_type="text/csv; charset=utf-8")
    return Response(orjson.dumps(found), media_type="application/json")


def press(request: Request) -> Press:
    """The application's one press."""
    found: Press = request.app.state.press
    return found


def _facts(
    request: Request, srv: Service, ruleset: str | None, position: int | None
) -> tuple[Generation, dict[str, Any]]:
    """The facts served now; those of another position or ruleset where one is named."""
    if ruleset is None and position is None:
        return reader(request).facts()
    with srv.log.journal.reading() as connection:
        rules = rules_of(connection, ruleset)
        served = store.served(connection)
    at = position if position is not None else served.position if served else 0
    history: Past = request.app.state.past
    return history.facts(rules, at)


def reader(request: Request) -> FactsReader:
    """The application's one reader of facts."""
    found: FactsReader = request.app.state.facts
    return found


def as_csv(found: dict[str, Any]) -> str:
    """A figure as CSV; its certificate stands in comment lines before the header."""
    out = io.StringIO()
    for name, value in found["certificate"].items():
        out.write(f"# {name}: {orjson.dumps(value).decode() if isinstance(value, dict) else value}\r\n")
    writer = csv.DictWriter(out, [*found["by"], "value", "n", "suppressed"])
    writer.writeheader()
    writer.writerows(found["rows"])
    return out.getvalue()
