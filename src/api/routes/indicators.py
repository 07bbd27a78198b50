"""`/v1/indicators`: the impact statistics, each figure with its certificate."""

from __future__ import annotations

import csv
import io
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.problems import answers, documented
from api.service import Who, allow
from dossier.refusals import refused
from projections.facts_reader import FactsReader, NoFacts
from projections.figures import Asked, UnknownDimension, figure
from projections.indicator import IndicatorUnknown, catalogue, indicator

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
    who: Who,
    by: Annotated[str | None, Query(description="Dimensions, separated by commas; empty for the whole.")] = None,
    from_: Annotated[int | None, Query(alias="from", ge=1900, le=2200, description="First year.")] = None,
    to: Annotated[int | None, Query(ge=1900, le=2200, description="Last year.")] = None,
    disclosure: Annotated[str, Query(pattern="^(controlled|none)$")] = "controlled",
) -> Response:
    """An indicator's rows and their certificate; CSV by Accept. Cells of fewer than three contributors are hidden.

    `disclosure=none` shows them, to analysts alone.
    """
    allow(who, "analyst", "auditor", "operator")
    if disclosure == "none":
        allow(who, "analyst")
    dimensions = None if by is None else [part.strip() for part in by.split(",") if part.strip()]
    try:
        asked_for = indicator(name)
        generation, facts = reader(request).facts(ledger=asked_for.ledger)
        found = figure(asked_for, Asked(dimensions, from_, to, disclosure != "none"), generation, facts)
    except IndicatorUnknown as error:
        raise refused("not-found", str(error)) from None
    except UnknownDimension as error:
        raise refused("invalid", str(error), ("/by", "not a dimension of this indicator")) from None
    except NoFacts as error:
        raise refused("unavailable", str(error)) from None
    if "text/csv" in request.headers.get("accept", ""):
        return Response(as_csv(found), media_type="text/csv; charset=utf-8")
    return Response(orjson.dumps(found), media_type="application/json")


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
