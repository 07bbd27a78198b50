"""Figures as an indicator answers with, invented: what charts and formats are tested with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from api.charts.telling import Told, tell
from api.words.languages import Lang
from api.words.telling import Teller
from api.words.words import words
from projections.counting.indicator import Indicator, Picture

POISON = 987654.321
"""A number that stands where a hidden value was: it must be found nowhere."""
POISONED = ("987", "654", "321")
VALUES: Mapping[str, list[Any]] = {
    "agency": ["hub", "innoviris", "finance"],
    "from_agency": ["hub", "innoviris"],
    "to_agency": ["finance", "citydev", "hub"],
    "instrument": ["grant", "loan", None],
    "sector": ["ict", "other", None],
    "commune": ["21001", "21015", "99999"],
    "phase": ["pre-creation", "creation", "post-creation"],
    "size_class": ["micro", "small", "large"],
    "cohort": [2021, 2022, 2024],
    "year": [2023, 2024, 2025],
    "horizon": [1, 3, 5],
    "outcome": ["completed", "declined", "unanswered"],
    "measure": ["opened", "created", "active"],
    "scheme": ["web-grant", "starter-loan", "seed-equity", "export-support"],
    "nace": ["62.01", "62.02"],
    "anything_new": ["this", "that"],
}
"""Values of every dimension that figures have, and of one that nobody has thought of yet."""


def invented(by: list[str], unit: str = "dossiers", **more: Any) -> Indicator:
    """An indicator for a figure by these dimensions."""
    texts: Any = {"fr": "Titre", "nl": "Titel", "en": "Title"}
    given: dict[str, Any] = {
        "name": "invented", "title": texts, "question": {lang: f"{text} ?" for lang, text in texts.items()},
        "unit": unit, "dimensions": by, "default": by, "measures": ["opened", "created", "active"],
        "evidence_level": 1, "value": "count", "method": texts, "caveats": [texts], "rules": [], "sql": "SELECT 1",
        "chart": Picture(),
    }  # fmt: skip
    return Indicator.model_validate(given | more)


def answer(indicator: Indicator, by: list[str], rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The answer document of an indicator."""
    certificate = {"ruleset": "2026.1", "ruleset_digest": "sha256:ab", "position": "8288", "root": "cm9vdA==",
                   "result_digest": "sha256:0123456789abcdef",
                   "disclosure": {"method": "suppression", "n": 3, "p": 10}}  # fmt: skip
    return {
        "indicator": indicator.name, "title": indicator.title, "unit": indicator.unit, "by": by, "rows": rows,
        "certificate": certificate, "caveats": indicator.caveats, "evidence_level": indicator.evidence_level,
        "quality": {"missing": 0.12, "late": None},
    }  # fmt: skip


def hidden(**keys: Any) -> dict[str, Any]:
    """A suppressed row as a careless counter would hand it on: its number is still beside it."""
    return keys | {"value": POISON, "n": POISON, "low": POISON, "high": POISON, "suppressed": True}


def shown(value: float | str | None, n: int = 5, **keys: Any) -> dict[str, Any]:
    """A row that may be shown."""
    return keys | {"value": value, "n": n, "suppressed": False}


def in_words(indicator: Indicator, found: dict[str, Any], lang: Lang = "en") -> Told:
    """A figure in a language; organisations by their ids."""
    return tell(found, indicator, Teller(words(lang), {}))


@st.composite
def figures(draw: st.DrawFn) -> tuple[Indicator, dict[str, Any]]:
    """Any figure: up to three dimensions, values of any size, intervals, hidden and missing ones."""
    by = draw(st.lists(st.sampled_from(sorted(VALUES)), unique=True, max_size=3))
    unit = draw(st.sampled_from(["dossiers", "share", "EUR", "days", "parsecs"]))
    keys: list[tuple[Any, ...]] = [()]
    for name in by:
        chosen = draw(st.lists(st.sampled_from(VALUES[name]), unique=True, min_size=1))
        keys = [(*key, value) for key in keys for value in chosen]
    indicator = invented(by, unit)
    return indicator, answer(indicator, by, [draw(_rows(dict(zip(by, key, strict=True)), unit)) for key in keys])


@st.composite
def _rows(draw: st.DrawFn, keys: dict[str, Any], unit: str) -> dict[str, Any]:
    kind = draw(st.sampled_from(["shown", "shown", "shown", "hidden", "nothing", "interval"]))
    if kind == "hidden":
        return hidden(**keys)
    if kind == "nothing":
        return shown(None, 0, **keys)
    most = 1.0 if unit == "share" else 1e9
    value = round(draw(st.floats(0 if unit == "share" else -1e4, most)), 2)
    row = shown(f"{value:.2f}" if unit == "EUR" else value, **keys)
    return row | {"low": value - 0.1, "high": value + 0.1} if kind == "interval" else row
