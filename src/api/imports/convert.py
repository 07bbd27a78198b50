"""Converters: the text of one cell -> a value of an event, or the reason why not. They never guess."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from api.imports.mapping import folded
from api.imports.problems import Unconvertible
from dossier import enterprise_number
from dossier.event import Precision

BRUSSELS = ZoneInfo("Europe/Brussels")
FORMATS = {
    "yyyy-mm-dd": r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)",
    "dd/mm/yyyy": r"(?P<d>\d\d?)/(?P<m>\d\d?)/(?P<y>\d{4})",
    "dd-mm-yyyy": r"(?P<d>\d\d?)-(?P<m>\d\d?)-(?P<y>\d{4})",
    "dd.mm.yyyy": r"(?P<d>\d\d?)\.(?P<m>\d\d?)\.(?P<y>\d{4})",
    "yyyymmdd": r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)",
    "yyyy-mm": r"(?P<y>\d{4})-(?P<m>\d\d)",
    "mm/yyyy": r"(?P<m>\d\d?)/(?P<y>\d{4})",
    "yyyy": r"(?P<y>\d{4})",
}
MARKS = {".": r"[,'’ \u00a0\u202f]", ",": r"[.'’ \u00a0\u202f]"}
"""What may part the thousands, by the mark of the decimals."""

BELGIAN = re.compile(r"(?:BCE|KBO|TVA|BTW|VAT|N°|NR\.?)[\s:]*", re.IGNORECASE)
ONE_NUMBER = re.compile(r"(?<!\d)[01]?\d{3}[.\s-]?\d{3}[.\s-]?\d{3}(?!\d)")
FOREIGN = re.compile(r"(?!BE\b|BE[\s.]*\d)([A-Z][A-Za-z]{0,4})[\s.:-]*\d", re.IGNORECASE)


def amount(text: str, decimal: str = ".") -> str:
    """`1.234.567,50`, with `,` for decimals -> `1234567.50`. At most two decimals, thousands by threes."""
    if re.match(r"\s*(?:[<>≤≥~]|ca\.|max|min)", text, re.IGNORECASE):
        raise Unconvertible("amount-bound", "a bound, not an amount: the exact amount is needed")
    plain = _plain(text, decimal)
    if plain is None or plain.startswith("-"):
        raise Unconvertible("amount-unreadable", f"not an amount written like 1234{decimal}56")
    if len(plain.partition(".")[2]) > 2:
        raise Unconvertible("amount-decimals", "more than two decimals: an amount is never rounded here")
    return plain


def number(text: str, decimal: str = ".") -> int | str:
    """A count as an integer, a measure as a decimal string."""
    plain = _plain(text, decimal)
    if plain is None:
        raise Unconvertible("number-unreadable", f"not a number written like 1234{decimal}5")
    whole, _, decimals = plain.partition(".")
    return plain if decimals.strip("0") else int(whole)


def _plain(text: str, decimal: str) -> str | None:
    mark = MARKS[decimal]
    shape = rf"(-?(?:\d+|\d{{1,3}}(?:{mark}\d{{3}})+))(?:{re.escape(decimal)}(\d+))?"
    found = re.fullmatch(shape, text.strip(), re.ASCII)
    if found is None:
        return None
    whole = re.sub(mark, "", found[1])
    return f"{whole}.{found[2]}" if found[2] else whole


def date(text: str, formats: Sequence[str] = ("yyyy-mm-dd",)) -> tuple[datetime, Precision]:
    """A date in the first format it fits -> its start in Brussels, and whether it is a day, month or year."""
    for form in formats:
        found = re.fullmatch(FORMATS[form], text.strip(), re.ASCII)
        if found:
            parts = found.groupdict()
            precision: Precision = "day" if "d" in parts else "month" if "m" in parts else "year"
            try:
                year, month, day = int(parts["y"]), int(parts.get("m", 1)), int(parts.get("d", 1))
                return datetime(year, month, day, tzinfo=BRUSSELS), precision
            except ValueError:
                raise Unconvertible("date-unreadable", "no such day in the calendar") from None
    raise Unconvertible("date-unreadable", "not a date written " + " or ".join(formats))


def enterprise(text: str) -> str:
    """An enterprise number in any usual spelling, also after BCE, KBO, TVA or BTW -> ten digits."""
    if len(ONE_NUMBER.findall(text)) > 1:
        raise Unconvertible(
            "number-several",
            "several enterprise numbers in one cell (a consortium): send a line for each partner",
        )
    bare = without_word(text)
    if not re.search(r"\d", bare):
        raise Unconvertible("number-absent", "no enterprise number in this cell")
    if FOREIGN.match(bare):
        raise Unconvertible("number-foreign", "a foreign number: only Belgian enterprise numbers open a dossier")
    try:
        return enterprise_number.normalise(bare)
    except enterprise_number.InvalidEnterpriseNumber as error:
        raise Unconvertible("number-wrong", str(error)) from None


def without_word(text: str) -> str:
    """`BCE 0409.537.923` -> `0409.537.923`: an enterprise number as spelled, without the word before it."""
    return BELGIAN.sub("", text.strip(), count=1) if BELGIAN.match(text.strip()) else text.strip()


def lookup(text: str, table: Mapping[str, str | None], name: str) -> str | None:
    """The common term for a register's own (tables are folded); None where the table says there is none."""
    term = folded(text)
    if term not in table:
        raise Unconvertible("term-unknown", f"no common term for “{text}” in table {name}")
    return table[term]
