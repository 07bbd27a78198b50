"""A figure in the forms it is given out in: as data by its media type, and as a picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from fastapi import Request

from api.answers.figures import named
from api.charts.page import Size
from api.charts.rendering import VEGA_LITE, Renderer, specified
from api.charts.telling import Told, dimension, label, tell
from api.formats.json_stat import as_json_stat
from api.formats.parquet import as_parquet
from api.formats.separated import as_csv
from api.service import service
from api.words.languages import Lang
from api.words.telling import Teller
from api.words.words import words

Found = dict[str, Any]
JSON, CSV = "application/json", "text/csv"
PARQUET = "application/vnd.apache.parquet"
"""Source: the IANA registry of media types."""
JSON_STAT = "application/vnd.json-stat+json"
"""JSON-stat has no media type in the IANA registry; this one is in its form for a vendor's JSON (RFC 6838, 3.2; RFC
6839, 3.1)."""
PROFILED = "application/json;profile=json-stat"
SVG, PNG = "image/svg+xml", "image/png"


def in_words(request: Request, found: Found, lang: Lang) -> Told:
    """A figure in a language."""
    return tell(found, named(found["indicator"]), Teller(words(lang), service(request).log.agencies))


def pictures(request: Request, told: Told, size: Size) -> dict[str, Callable[[], bytes]]:
    """How each kind of picture of a figure is made."""
    renderer: Renderer = request.app.state.charts
    return {
        SVG: lambda: renderer.svg(told, size).encode(),
        PNG: lambda: renderer.png(told, size),
        VEGA_LITE: lambda: orjson.dumps(specified(told, size)),
    }


def json_stat(found: Found, teller: Teller) -> bytes:
    """A figure as a JSON-stat dataset, its labels in the teller's language."""
    indicator = named(found["indicator"])
    labels = {
        name: (
            dimension(teller.words, name, indicator),
            {row[name]: label(row[name], name, teller) for row in found["rows"]},
        )
        for name in found["by"]
    }
    return orjson.dumps(as_json_stat(found, labels, teller.words.lang))


FORMATS: dict[str, Callable[[Found, Teller], bytes]] = {
    JSON: lambda found, _: orjson.dumps(found),
    CSV: lambda found, _: as_csv(found).encode(),
    PARQUET: lambda found, _: as_parquet(found),
    JSON_STAT: json_stat,
    PROFILED: json_stat,
}
