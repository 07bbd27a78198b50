"""Folding: names and contacts reduced to what a search compares (no case, no accents, no punctuation)."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

_GAP = re.compile(r"(?:[^\w@.+]|_)+")
PARTICLES = "van der|van den|van de|van|ver|der|den|de|du|d|la|le|l|o|el|al|ben|mac|mc"
"""What is written together with a name, or apart from it: D'Hondt and Dhondt, Van der Meulen and Vandermeulen."""
_APART = re.compile(rf"\b({PARTICLES}) (?=[^\W\d_])")
_TOGETHER = re.compile(rf"\b({PARTICLES.replace(' ', '')})(?=[^\W\d_]{{3,}}(?: |$))")
_SPELLED_OUT = {particle.replace(" ", ""): particle for particle in PARTICLES.split("|")}
NAMED = ("given_name", "family_name", "email", "phone")


def fold(text: str) -> str:
    """`Élodie Van  den-Berghe` -> `elodie van den berghe`; letters of every script stay: they tell persons apart."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    plain = plain.replace("ø", "o").replace("ł", "l").replace("đ", "d").replace("æ", "ae").replace("œ", "oe")
    return _GAP.sub(" ", plain).strip()


def spellings(folded: str) -> list[str]:
    """Folded words, then with their particles apart and together where that differs: `dhondt` is `d hondt`."""
    apart = _TOGETHER.sub(lambda found: f"{_SPELLED_OUT[found[1]]} ", folded)
    together = _APART.sub(lambda found: found[1].replace(" ", ""), folded)
    return list(dict.fromkeys((folded, apart, together)))


def search_words(personal: dict[str, Any]) -> str | None:
    """What a search finds the personal part of an event by; None when it names nobody."""
    person = personal.get("person") or {}
    named = [person[field] for field in NAMED if field in person]
    if "legal_name" in personal:
        named.append(personal["legal_name"])
    if "data" in personal:
        return search_words(personal["data"])
    return fold(" ".join(named)) or None
