"""The first indicators, as the home page shows them: as published, asked for every few seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any, NamedTuple

from api.pages.contexts import Highlight, Table
from api.pages.telling import Teller
from api.pages.words import capital
from projections.facts_reader import NoFacts
from projections.figures import Asked
from projections.indicator import indicator
from projections.newsstand import NotPublishedYet
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
        self._press = press.at_once()
        self._lock = threading.Lock()
        self._kept: tuple[float, Counted | None] = (float("-inf"), None)

    def counted(self) -> Counted | None:
        """The figures of the last seconds, those that are published by then; None while there is none."""
        with self._lock:
            found = self._kept[1]
            if found is None or len(found.figures) < len(ASKED) or time.monotonic() - self._kept[0] > SECONDS:
                self._kept = (time.monotonic(), self._count())
            return self._kept[1]

    def _count(self) -> Counted | None:
        figures: dict[str, Found] = {}
        for name, by in ASKED.items():
            with suppress(NoFacts, NotPublishedYet):
                figures[name] = self._press.figure(indicator(name), Asked(by))
        if not figures:
            return None
        return Counted(figures, min((one["certificate"] for one in figures.values()), key=_position))


def _position(certificate: Found) -> int:
    return int(certificate["position"])


def tables(counted: Counted, teller: Teller) -> list[Table]:
    """The indicators that are tables."""
    made = {
        "entrepreneurs-by-phase": _phases,
        "aid-by-agency-instrument-sector-year": _aid,
        "referral-outcomes": _referrals,
    }
    shown = [make(counted.figures[name], teller) for name, make in made.items() if name in counted.figures]
    return [table for table in shown if table.rows]


def _phases(found: Found, teller: Teller) -> Table:
    words = teller.words
    rows = sorted(found["rows"], key=lambda row: PHASES.get(row["phase"], len(PHASES)))
    total = sum(row["value"] or 0 for row in rows) or 1
    head = (words("home.dossiers_unit"), words("home.share_of_dossiers"))
    told: Told = lambda v: (words.number(v), words.percent(round(v / total, 3)))  # noqa: E731
    return _table(found | {"rows": rows}, "phase", head, teller, told)


def _aid(found: Found, teller: Teller) -> Table:
    words = teller.words
    given = _table(found, "instrument", (words("home.aid_unit"),), teller, lambda v: (words.about(v),))
    return replace(given, title=words("home.aid_title"), question=words("home.aid_question"))


def _referrals(found: Found, teller: Teller) -> Table:
    words = teller.words
    return _table(found, "outcome", (words("home.referrals_unit"),), teller, lambda v: (words.number(v),))


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
        for row in counted.figures.get(name, {"rows": []})["rows"]:
            if not row["suppressed"] and row["value"] is not None:
                asked = indicator(name)
                found.append(Highlight(asked.title[words.lang], asked.question[words.lang], told(row["value"]), unit))
    return found
