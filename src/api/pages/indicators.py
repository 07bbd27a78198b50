"""The first indicators, as the home page shows them: as published, asked for every few seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any, NamedTuple

from api.pages.contexts import Highlight, Table
from api.words.telling import Teller
from api.words.words import capital
from projections.counting.indicator import indicator
from projections.figures.facts_reader import NoFacts
from projections.figures.figures import Asked
from projections.publications.press import BeingPublished, Press

SECONDS = 10.0
PATIENCE = 4.0
"""How many seconds the page waits for figures that were never published."""
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
        """The figures of the last seconds, but for those never published yet; None where there are none.

        One visitor asks; who comes meanwhile is shown what is there: each who waited would hold a thread that answers.
        """
        if time.monotonic() > self._kept[0] and self._lock.acquire(blocking=False):
            try:
                found = self._count()
                whole = found is not None and len(found.figures) == len(ASKED)
                self._kept = (time.monotonic() + (SECONDS if whole else 1.0), found)
            finally:
                self._lock.release()
        return self._kept[1]

    def _count(self) -> Counted | None:
        figures: dict[str, Found] = {}
        until = time.monotonic() + PATIENCE
        for name, by in ASKED.items():
            with suppress(NoFacts, BeingPublished):
                patience = max(0.0, until - time.monotonic())
                figures[name] = self._press.figure(indicator(name), Asked(by), patience=patience)
        if not figures:
            return None
        return Counted(figures, min((one["certificate"] for one in figures.values()), key=_position))


def _position(certificate: Found) -> int:
    return int(certificate["position"])


def tables(counted: Counted, teller: Teller) -> list[Table]:
    """The indicators that are tables, of those published."""
    words, figures, shown = teller.words, counted.figures, []
    if "entrepreneurs-by-phase" in figures:
        phases = dict(figures["entrepreneurs-by-phase"])
        phases["rows"] = sorted(phases["rows"], key=lambda row: PHASES.get(row["phase"], len(PHASES)))
        total = sum(row["value"] or 0 for row in phases["rows"]) or 1
        head = (words("home.dossiers_unit"), words("home.share_of_dossiers"))
        shown.append(
            _table(phases, "phase", head, teller, lambda v: (words.number(v), words.percent(round(v / total, 3))))
        )
    if "aid-by-agency-instrument-sector-year" in figures:
        aid = figures["aid-by-agency-instrument-sector-year"]
        given = _table(aid, "instrument", (words("home.aid_unit"),), teller, lambda v: (words.about(v),))
        shown.append(replace(given, title=words("home.aid_title"), question=words("home.aid_question")))
    if "referral-outcomes" in figures:
        outcomes, unit = figures["referral-outcomes"], (words("home.referrals_unit"),)
        shown.append(_table(outcomes, "outcome", unit, teller, lambda v: (words.number(v),)))
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
        for row in counted.figures[name]["rows"] if name in counted.figures else ():
            if not row["suppressed"] and row["value"] is not None:
                asked = indicator(name)
                found.append(Highlight(asked.title[words.lang], asked.question[words.lang], told(row["value"]), unit))
    return found
