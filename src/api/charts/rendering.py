"""Rendering: a chart's specification as SVG and PNG, in this process, without network and with fonts of its own."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from html import escape
from typing import Any

import orjson
import vl_convert

from api.charts.page import PAGES, Size
from api.charts.planning import planned
from api.charts.sheets import Sheet, sheets
from api.charts.telling import Told

VEGA_LITE = "application/vnd.vegalite.v6+json"
DENSITY = 2.0
"""Pixels of a PNG for each of the drawing's: sharp on screens of today and on paper."""
MOST = 128


class Renderer:
    """Renders charts, and keeps the last ones: the same figure in the same words is the same picture."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, str] = OrderedDict()

    def svg(self, told: Told, size: Size = "wide") -> str:
        """A figure's chart as SVG, with its title and what it shows as text for whoever does not see it."""
        return self._svg(told, specified(told, size))

    def sheets(self, told: Told) -> list[str]:
        """A figure's chart as an SVG for each printed page that it takes, with the same for whoever does not see it."""
        return [self._svg(told, specified(told, sheet=sheet)) for sheet in sheets(planned(told), PAGES["wide"])]

    def _svg(self, told: Told, specification: dict[str, Any]) -> str:
        key = hashlib.sha256(orjson.dumps([specification, told.name, told.words.lang])).hexdigest()
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = accessible(_rendered(specification), told, key[:8], specification["description"])
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return made

    def png(self, told: Told, size: Size = "wide") -> bytes:
        """A figure's chart as PNG."""
        found: bytes = vl_convert.svg_to_png(self.svg(told, size), scale=DENSITY)
        return found


def specified(told: Told, size: Size = "wide", sheet: Sheet | None = None) -> dict[str, Any]:
    """A figure's chart, or one sheet of it, as a Vega-Lite specification."""
    from api.charts.drawing import drawn  # noqa: PLC0415 - a second of imports, which a server's start need not wait for

    return drawn(told, size, sheet)


def _rendered(specification: dict[str, Any]) -> str:
    release = ".".join(specification["$schema"].rpartition("/v")[2].split(".")[:2])
    found: str = vl_convert.vegalite_to_svg(specification, vl_version=release, allowed_base_urls=[])
    return found


def accessible(svg: str, told: Told, key: str, shown: str) -> str:
    """An SVG that says what it is (`title`) and what is `shown` (`desc`) to who hears it."""
    opening, _, rest = svg.partition(">")
    names = f'role="img" lang="{told.words.lang}" aria-labelledby="t{key} d{key}"'
    title = f'<title id="t{key}">{escape(told.title)}</title>'
    return f'{opening} {names}>{title}<desc id="d{key}">{escape(shown)}</desc>{rest}'
