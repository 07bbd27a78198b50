"""Folding: names and contacts reduced to what a search compares (no case, no accents, no punctuation)."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

_GAP = re.compile(r"(?:[^\w@.+]|_)+")
NAMED = ("given_name", "family_name", "email", "phone")


def fold(text: str) -> str:
    """`Élodie Van  den-Berghe` -> `elodie van den berghe`; letters of every script stay: they tell persons apart."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    plain = plain.replace("ø", "o").replace("ł", "l").replace("đ", "d").replace("æ", "ae").replace("œ", "oe")
    return _GAP.sub(" ", plain).strip()


def search_words(personal: dict[str, Any]) -> str | None:
    """What a search finds the personal part of an event by; None when it names nobody."""
    person = personal.get("person") or {}
    named = [person[field] for field in NAMED if field in person]
    if "legal_name" in personal:
        named.append(personal["legal_name"])
    if "data" in personal:
        return search_words(personal["data"])
    return fold(" ".join(named)) or None
