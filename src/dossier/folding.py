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
_TELEPHONE = re.compile(r"[+0][0-9 .]{8,}")
_BELGIUM = re.compile(r"^(?:\+|00)32")
_LARGE_ZONES = "2349"
"""Brussels, Antwerp, Liège and Ghent: one digit after the 0, and three more than others have in the next group."""
WHOLE_NUMBER = 8
"""Digits from which on a telephone number is told, and not a part of one."""
NAMED = ("given_name", "family_name", "email", "phone")


def fold(text: str) -> str:
    """`Élodie Van  den-Berghe` -> `elodie van den berghe`; letters of every script stay: they tell persons apart."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    plain = plain.replace("ø", "o").replace("ł", "l").replace("đ", "d").replace("æ", "ae").replace("œ", "oe")
    return _GAP.sub(" ", plain).strip()


def spellings(folded: str) -> list[str]:
    """Folded words, then with their particles apart and together where that differs: `dhondt` is `d hondt`.

    A telephone number of Belgium alone is spelled with and without gaps and prefix.
    """
    if _TELEPHONE.fullmatch(folded):
        return list(dict.fromkeys((folded, *_dialled(re.sub("[ .]", "", folded)))))
    apart = _TOGETHER.sub(lambda found: f"{_SPELLED_OUT[found[1]]} ", folded)
    together = _APART.sub(lambda found: found[1].replace(" ", ""), folded)
    return list(dict.fromkeys((folded, apart, together)))


def whole(folded: str) -> str:
    """Folded words without those that tell but a part of a telephone number: by parts it could be spelled out."""
    if sum(map(str.isdigit, folded)) >= WHOLE_NUMBER:
        return folded
    return " ".join(word for word in folded.split() if "@" in word or not any(map(str.isdigit, word)))


def _dialled(number: str) -> tuple[str, ...]:
    """`+32477123456` -> 0477123456, 0477 12 34 56 and 32477123456; nothing where the number is no Belgian one."""
    national = "0" + _BELGIUM.sub("", number).removeprefix("0")
    if not national.isdecimal() or len(national) not in (9, 10):
        return ()
    zone = 4 if len(national) == 10 else 2 if national[1] in _LARGE_ZONES else 3
    first = zone + 2 + (len(national) - zone) % 2
    pairs = [national[at : at + 2] for at in range(first, len(national), 2)]
    return national, " ".join([national[:zone], national[zone:first], *pairs]), f"32{national[1:]}"


def search_words(personal: dict[str, Any]) -> str | None:
    """What a search finds the personal part of an event by; None when it names nobody."""
    person = personal.get("person") or {}
    named = [person[field] for field in NAMED if field in person]
    if "legal_name" in personal:
        named.append(personal["legal_name"])
    if "data" in personal:
        return search_words(personal["data"])
    return fold(" ".join(named)) or None
