"""Converters: the text of one cell -> a value of an event, or the reason why not. They never guess."""

from __future__ import annotations

import re
from collections.abc import Mapping

from api.imports.cells import Number
from api.imports.problems import Unconvertible
from dossier import enterprise_number
from dossier.vocabulary.declaration import folded

SPACES = "\\u00a0\\u202f\\u2009"
MARKS = {".": rf"[,'’ {SPACES}]", ",": rf"[.'’ {SPACES}]"}
"""What may part the thousands, by the mark of the decimals."""
EXAMPLES = {".": "1234.56", ",": "1234,56", "either": "1234.56 / 1234,56"}

BELGIAN = re.compile(r"(?:BCE|KBO|TVA|BTW|VAT|N°|NR\.?)[\s:]*", re.IGNORECASE)
ONE_NUMBER = re.compile(r"(?<!\d)[01]?\d{3}[.\s-]?\d{3}[.\s-]?\d{3}(?!\d)")
FOREIGN = re.compile(r"(?!BE\b|BE[\s.]*\d)([A-Z][A-Za-z]{0,4})[\s.:-]*\d", re.IGNORECASE)


def amount(text: str, decimal: str = ".") -> str:
    """`1.234.567,50`, with `,` for decimals -> `1234567.50`. At most two decimals, thousands by threes."""
    if re.match(r"\s*(?:[<>≤≥~]|ca\.|max|min)", text, re.IGNORECASE):
        raise Unconvertible("amount-bound")
    plain = _plain(text, decimal)
    if plain is None or plain.startswith("-"):
        raise Unconvertible("amount-unreadable", example=EXAMPLES[decimal])
    if len(plain.partition(".")[2]) > 2:
        raise Unconvertible("amount-decimals")
    return plain


def number(text: str, decimal: str = ".") -> int | str:
    """A count as an integer, a measure as a decimal string."""
    plain = _plain(text, decimal)
    if plain is None:
        raise Unconvertible("number-unreadable", example=EXAMPLES[decimal])
    whole, _, decimals = plain.partition(".")
    return plain if decimals.strip("0") else int(whole)


def _plain(text: str, decimal: str) -> str | None:
    """Digits with a decimal point; None where the text is no number. A number that a workbook typed has one already."""
    if isinstance(text, Number):
        return _spelled(text, ".")
    if decimal != "either":
        return _spelled(text, decimal)
    readings = {reading for mark in MARKS if (reading := _spelled(text, mark)) is not None}
    if len(readings) > 1:
        raise Unconvertible("amount-ambiguous")
    return next(iter(readings), None)


def _spelled(text: str, decimal: str) -> str | None:
    mark = MARKS[decimal]
    thousands = rf"\d{{1,3}}({mark})\d{{3}}(?:\2\d{{3}})*"
    found = re.fullmatch(rf"(-?(?:\d+|{thousands}))(?:{re.escape(decimal)}(\d+))?", text.strip(), re.ASCII)
    if found is None:
        return None
    whole = re.sub(mark, "", found[1])
    return f"{whole}.{found[3]}" if found[3] else whole


def enterprise(text: str) -> str:
    """An enterprise number in any usual spelling, also after BCE, KBO, TVA or BTW -> ten digits."""
    if len(ONE_NUMBER.findall(text)) > 1:
        raise Unconvertible("number-several")
    bare = without_word(text)
    if not re.search(r"\d", bare):
        raise Unconvertible("number-absent")
    if FOREIGN.match(bare):
        raise Unconvertible("number-foreign")
    try:
        return enterprise_number.normalise(bare)
    except enterprise_number.InvalidEnterpriseNumber as error:
        raise Unconvertible("number-wrong", detail=error) from None


def without_word(text: str) -> str:
    """`BCE 0409.537.923` -> `0409.537.923`: an enterprise number as spelled, without the word before it."""
    return BELGIAN.sub("", text.strip(), count=1) if BELGIAN.match(text.strip()) else text.strip()


def lookup(text: str, table: Mapping[str, str | None], name: str) -> str | None:
    """The common term for a register's own (tables are folded); None where the table says there is none."""
    term = folded(text)
    if term not in table:
        raise Unconvertible("term-unknown", term=text, table=name)
    return table[term]
