"""Dates: the spellings a clerk may use -> an instant in Brussels and its precision. What has two readings is told."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import get_month_names

from api.imports.cells import Moment
from api.imports.problems import Unconvertible
from dossier.event import Precision

BRUSSELS = ZoneInfo("Europe/Brussels")
SERIAL = "excel-serial"
TIME = r"(?:[t ]\s*(?P<H>\d\d?):(?P<M>\d\d)(?::(?P<S>\d\d)(?:\.\d+)?)?\s*(?P<z>z|[+-]\d\d:?\d\d)?)?"
NAMED = r"(?P<name>[a-z]+)\.?"
FORMATS = {
    "yyyy-mm-dd": r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)" + TIME,
    "dd/mm/yyyy": r"(?P<d>\d\d?)/(?P<m>\d\d?)/(?P<y>\d{4})" + TIME,
    "dd-mm-yyyy": r"(?P<d>\d\d?)-(?P<m>\d\d?)-(?P<y>\d{4})" + TIME,
    "dd.mm.yyyy": r"(?P<d>\d\d?)\.(?P<m>\d\d?)\.(?P<y>\d{4})" + TIME,
    "mm/dd/yyyy": r"(?P<m>\d\d?)/(?P<d>\d\d?)/(?P<y>\d{4})" + TIME,
    "d month yyyy": rf"(?P<d>\d\d?)(?:er|e)?[ .\-/]+{NAMED}[ \-/]+(?P<y>\d{{4}})",
    "yyyymmdd": r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)",
    SERIAL: r"(?P<serial>[1-9]\d{4})(?:\.0+)?",
    "yyyy-mm": r"(?P<y>\d{4})-(?P<m>\d\d)",
    "mm/yyyy": r"(?P<m>\d\d?)/(?P<y>\d{4})",
    "month yyyy": rf"{NAMED}[ \-/]+(?P<y>\d{{4}})",
    "yyyy": r"(?P<y>\d{4})",
}
"""How a text is spelled in each form, once it is folded: small letters, no accents, single spaces."""
SHORT_YEAR = re.compile(r"\d\d?[ ./\-]+(?:\d\d?|[a-z]+\.?)[ ./\-]+\d\d", re.ASCII)
DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - spreadsheets know no time zone; the day before 1 is theirs
Reading = tuple[datetime, Precision]


def date(text: str, formats: Sequence[str] = ("yyyy-mm-dd",)) -> Reading:
    """A date in any of these forms -> its start in Brussels, and whether it is a day, month or year."""
    return _date(text, ("yyyy-mm-dd",) if isinstance(text, Moment) else tuple(formats))


@lru_cache(maxsize=4_096)
def _date(text: str, formats: tuple[str, ...]) -> Reading:
    """A file has the same days again and again: reading one costs more than remembering it."""
    folded = fold(text)
    found = {form: match for form in formats if (match := re.fullmatch(FORMATS[form], folded, re.ASCII))}
    if not found:
        if SHORT_YEAR.fullmatch(folded):
            raise Unconvertible("date-short-year")
        raise Unconvertible("date-unreadable", formats=" / ".join(formats))
    readings = {made: form for form, match in found.items() if (made := _read(match.groupdict())) is not None}
    if not readings:
        raise Unconvertible("date-impossible")
    if len(readings) > 1:
        raise Unconvertible("date-ambiguous", readings=" / ".join(readings.values()))
    return next(iter(readings))


def _read(parts: Mapping[str, str | None]) -> Reading | None:
    """The instant these parts tell; None where the calendar has no such day."""
    if serial := parts.get("serial"):
        return (DAY_ZERO + timedelta(days=int(serial))).replace(tzinfo=BRUSSELS), "day"
    month = _number_of(parts["name"]) if parts.get("name") else int(parts.get("m") or 1)
    hour, minute, second = (int(parts.get(unit) or 0) for unit in "HMS")
    precision: Precision = "day" if "d" in parts else "month" if "m" in parts or "name" in parts else "year"
    try:
        day = int(parts.get("d") or 1)
        made = datetime(int(parts["y"] or 0), month or 0, day, hour, minute, second, tzinfo=BRUSSELS)
        if zone := parts.get("z"):
            made = datetime.fromisoformat(f"{made:%Y-%m-%dT%H:%M:%S}{zone.upper()}").astimezone(BRUSSELS)
        made.astimezone(UTC)
    except (ValueError, OverflowError):  # no such day, or offset; or a first or last hour that has no instant
        return None
    if parts.get("H") and not zone and made.utcoffset() != made.replace(fold=1).utcoffset():
        raise Unconvertible("time-ambiguous")
    return made, precision


def rfc3339(moment: datetime) -> str:
    """An instant as events have it. The clock of Brussels was 17 minutes and 30 seconds from UTC until May 1892.

    An offset has no seconds (RFC 3339, 4.2): such an instant is told in UTC.
    """
    offset = moment.utcoffset()
    return (moment.astimezone(UTC) if offset and offset.seconds % 60 else moment).isoformat()


def fold(text: str) -> str:
    """`31 Décembre  2024` -> `31 decembre 2024`: small letters, no accents, any kind of space as one."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(plain.split()).lower()


def _number_of(name: str | None) -> int | None:
    return month_names().get(name or "")


@lru_cache(maxsize=1)
def month_names() -> Mapping[str, int]:
    """Names of months and what they are shortened to, folded, in the languages of the country and in English.

    Source: Unicode CLDR, by Babel; and `sept`, `mrt`, `fev` where it has another. No name is of two months.
    """
    names: dict[str, int] = {"mrt": 3, "fev": 2, "sept": 9, "sep": 9, "juil": 7, "aou": 8, "dec": 12, "avr": 4}
    for language in ("fr", "nl", "de", "en"):
        for width in ("wide", "abbreviated"):
            found = get_month_names(width, locale=language)
            names |= {fold(str(name)).rstrip("."): int(str(number)) for number, name in found.items()}
    return names
