"""The first indicators, as the home page shows them: as published, asked for every few seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from api.pages.contexts import Highlight, Table
from api.pages.telling import Teller
from api.pages.words import capital
from projections.facts_reader import NoFacts
from projections.figures import Asked
from projections.indicator import indicator
from projections.press import Press

SECONDS = 10.0
ASKED: dict[str, list[str]] = {
    "entrepreneurs-by-phase": ["phase"],
    "aid-by-agency-instrument-sector-year": ["instrument"],
    "referral-outcomes": ["outcome"],
    "time-to-first-aid": [],
    "ict-share": [],
}
PHASES = {"pre-creation": 0, "creation": 1, "post-creation": 2}
Found = dict[str, Any]
Told = Callable[[Any], tuple[str, ...]]


class Counted(NamedTuple):
    """Figures by indicator, and the certificate of the one that was published first."""

    figures: dict[str, Found]
    certificate: Found


class PublicFigures:
    """Asks the press for the figures of the home page again when those it has are some seconds old."""

    def __init__(self, press: Press) -> None:
        self._press = press
        self._lock = threading.Lock()
        self._kept: tuple[float, Counted | None] = (float("-inf"), None)

    def counted(self) -> Counted | None:
        """The figures of the last seconds; None while nothing is projected."""
        with self._lock:
            if time.monotonic() - self._kept[0] > SECONDS:
                self._kept = (time.monotonic(), self._count())
            return self._kept[1]

    def _count(self) -> Counted | None:
        try:
            figures = {name: self._press.figure(indicator(name), Asked(by)) for name, by in ASKED.items()}
        except NoFacts:
            return None
        return Counted(figures, min((one["certificate"] for one in figures.values()), key=_position))


def _position(certificate: Found) -> int:
    return int(certificate["position"])


def tables(counted: Counted, teller: Teller) -> list[Table]:
    """The indicators that are tables."""
    words = teller.words
    phases = dict(counted.figures["entrepreneurs-by-phase"])
    phases["rows"] = sorted(phases["rows"], key=lambda row: PHASES.get(row["phase"], len(PHASES)))
    total = sum(row["value"] or 0 for row in phases["rows"]) or 1
    head = (words("home.dossiers_unit"), words("home.share_of_dossiers"))
    shown = [_table(phases, "phase", head, teller, lambda v: (words.number(v), words.percent(round(v / total, 3))))]
    aid = counted.figures["aid-by-agency-instrument-sector-year"]
    given = _table(aid, "instrument", (words("home.aid_unit"),), teller, lambda v: (words.about(v),))
    shown.append(replace(given, title=words("home.aid_title"), question=words("home.aid_question")))
    referrals = counted.figures["referral-outcomes"]
    shown.append(_table(referrals, "outcome", (words("home.referrals_unit"),), teller, lambda v: (words.number(v),)))
    return [table for table in shown if table.rows]


def _table(found: Found, by: str, head: tuple[str, ...], teller: Teller, told: Told) -> Table:
    lang, words = teller.words.lang, teller.words
    hidden = (words("home.hidden"),) * len(head)
    rows = tuple(
        (capital(words.term(row[by] or "unknown", by)), *(hidden if row["suppressed"] else told(row["value"])))
        for row in found["rows"]
    )
    asked = indicator(found["indicator"])
    first = capital(words.field(by))
    return Table(asked.title[lang], asked.question[lang], (first, *head), rows, tuple(c[lang] for c in asked.caveats))


def highlights(counted: Counted, teller: Teller) -> list[Highlight]:
    """The indicators that are one figure."""
    words = teller.words
    shown: tuple[tuple[str, str, Callable[[float], str]], ...] = (
        ("time-to-first-aid", words("home.median"), lambda v: words.count("home.days", round(v))),
        ("ict-share", words("home.known_sector"), lambda v: words.percent(round(v, 3))),
    )
    found = []
    for name, unit, told in shown:
        for row in counted.figures[name]["rows"]:
            if not row["suppressed"] and row["value"] is not None:
                asked = indicator(name)
                found.append(Highlight(asked.title[words.lang], asked.question[words.lang], told(row["value"]), unit))
    return found
