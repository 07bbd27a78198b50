"""`/v1/indicators`: the impact statistics, each figure with its certificate."""

from __future__ import annotations

import csv
import io
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.problems import answers, documented
from api.service import Service, ServiceOf, Who, allow, named_ruleset, past
from dossier.refusals import refused
from projections import store
from projections.facts_reader import FactsReader, NoFacts
from projections.figures import Asked, UnknownDimension, figure
from projections.indicator import IndicatorUnknown, catalogue, indicator
from projections.past import Past, TooFarBack, rules_of
from projections.store import Generation

router = APIRouter(prefix="/v1/indicators", tags=["indicators"])


@router.get("")
def indicators() -> list[dict[str, Any]]:
    """Every indicator: the question it answers, its unit, its dimensions."""
    return [found.described() for found in catalogue().values()]


@router.get("/{name}", responses={
    **documented("unauthenticated", "forbidden", "not-found", "invalid"), **answers({"type": "string"}, "text/csv"),
})  # fmt: skip
def read(
    name: str,
    request: Request,
    srv: ServiceOf,
    who: Who,
    by: Annotated[str | None, Query(description="Dimensions, separated by commas; empty for the whole.")] = None,
    from_: Annotated[int | None, Query(alias="from", ge=1900, le=2200, description="First year.")] = None,
    to: Annotated[int | None, Query(ge=1900, le=2200, description="Last year.")] = None,
    position: Annotated[str | None, Query(pattern=r"^\d{1,18}$", description="As the log stood at a position.")] = None,
    ruleset: Annotated[str | None, Query(max_length=64, description="A ruleset; the active one when absent.")] = None,
    disclosure: Annotated[str, Query(pattern="^(controlled|none)$")] = "controlled",
) -> Response:
    """An indicator's rows and their certificate; CSV by Accept. Cells of fewer than three contributors are hidden.

    With `position` and `ruleset` of a certificate: the figure as it was then, to the byte, whatever is served now.

    `disclosure=none` shows them, to analysts alone.
    """
    allow(who, "analyst", "auditor", "operator")
    if disclosure == "none":
        allow(who, "analyst")
    dimensions = None if by is None else [part.strip() for part in by.split(",") if part.strip()]
    try:
        asked_for = indicator(name)
        generation, facts = _facts(request, srv, named_ruleset(srv, ruleset), past(srv, position))
        if asked_for.ledger:
            facts = reader(request).beside_readings(generation, facts)
        found = figure(asked_for, Asked(dimensions, from_, to, disclosure != "none"), generation, facts)
    except IndicatorUnknown as error:
        raise refused("not-found", str(error)) from None
    except UnknownDimension as error:
        raise refused("invalid", str(error), ("/by", "not a dimension of this indicator")) from None
    except TooFarBack as error:
        raise refused("invalid", f"{error}: `dossier indicators run` has no limit.", ("/position", "too far")) from None
    except NoFacts as error:
        raise refused("unavailable", str(error)) from None
    if "text/csv" in request.headers.get("accept", ""):
        return Response(as_csv(found), media_type="text/csv; charset=utf-8")
    return Response(orjson.dumps(found), media_type="application/json")


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
