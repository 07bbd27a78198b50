"""The kinds of value a fact is made of.

Every value is kept as JSON has it (text, number, list), so that a stored event reads back without conversion;
the annotations check it once, when it enters.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, Strict, StringConstraints

from dossier import enterprise_number


class Personal:
    """Marks a field that identifies or describes a person: the journal moves it to the vault."""

    def __repr__(self) -> str:
        return "Personal()"


PERSONAL = Personal()
_MARKED = Field(json_schema_extra={"x-personal": True})


def parse_day(text: str) -> date:
    """YYYY-MM-DD -> date, in no other spelling of ISO 8601 (20240301, 2024-W10-1); ValueError else."""
    if not _DAY.fullmatch(text):
        raise ValueError("a date like 2026-03-09")
    return date.fromisoformat(text)


def _day(text: str) -> str:
    parse_day(text)
    return text


def _instant(text: str) -> str:
    parse_instant(text)
    return text.upper()  # RFC 3339 allows `t` and `z`; what is stored has one spelling, for every reader


@lru_cache(maxsize=4_096)
def parse_instant(text: str) -> datetime:
    """RFC 3339 text with an offset -> aware datetime; ValueError says what is missing. Days come again and again."""
    if not _RFC3339.fullmatch(text):
        raise ValueError(INSTANT_WANTED)
    instant = datetime.fromisoformat(text.upper())
    try:
        instant.astimezone(UTC)
    except OverflowError:
        raise ValueError("a time within the years 1 to 9999, in UTC too") from None
    return instant


INSTANT_WANTED = (
    "an RFC 3339 time with an offset, like 2026-03-09T14:30:00+01:00; at most nine decimals, and no leap second"
)
_RFC3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
EXACT = 2**53 - 1
"""The largest whole number that every reader of JSON keeps exact (RFC 8785)."""


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _name(text: str) -> str:
    if not _SEEN.search(text):
        raise ValueError("a name: more than spaces, and characters that show nothing")
    return text


def _language(tag: str) -> str:
    language, *rest = tag.split("-")
    return "-".join([language.lower(), *rest])


def _quantity(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("a number, not true or false")
    if isinstance(value, int | float) and not abs(value) <= EXACT:  # nor NaN
        raise ValueError("a finite number below 2^53")
    if isinstance(value, float):
        if value.is_integer():
            return int(value)
        if round(value, 4) != value:
            raise ValueError("at most four decimals")
    return value


WORD = r"^[^\s\x00-\x1f\x7f](?:[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?$"
TEXT = r"^[^\x00]*$"

UNSEEN = (
    r"\x00-\x20\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f"
    r"\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
)
"""Characters that show nothing: spaces, controls, and those that join, direct or fill; as ECMA-262 has a class."""
NAME = rf"^[^\x00]*[^{UNSEEN}][^\x00]*$"
_SEEN = re.compile(f"[^{UNSEEN}]")

Identifier = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=WORD)]
"""A name an agency gives to a thing of its own (an application, a referral), unique within the dossier."""

Term = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=WORD)]
"""A word of a vocabulary; never free text."""

AgencyId = Annotated[str, StringConstraints(max_length=64, pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$")]

ProgrammeId = Annotated[str, StringConstraints(max_length=80, pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$")]
"""A programme several agencies run together; it stands in addresses."""

Amount = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,15}(?:\.[0-9]{1,2})?$")]
"""Money, gross, as a decimal string with a point; its currency stands beside it."""

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
"""ISO 4217."""

DecimalText = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,12}(?:\.[0-9]{1,8})?$")]

Quantity = Annotated[Annotated[int, Strict()] | Annotated[float, Strict()] | DecimalText, BeforeValidator(_quantity)]
"""A count or measure, not money: a JSON number of at most four decimals, or a decimal string."""

Day = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
    AfterValidator(_day),
    Field(json_schema_extra={"format": "date"}),
]
Instant = Annotated[str, AfterValidator(_instant), Field(json_schema_extra={"format": "date-time"})]
Count = Annotated[int, Strict(), Field(ge=0, le=EXACT), BeforeValidator(_whole)]
"""A whole number, however it is written: JSON knows no difference between 60 and 60.0."""
Flag = Annotated[bool, Strict()]
Language = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$"), AfterValidator(_language)
]
"""BCP 47, in any case; kept with the language itself in small letters."""

LegalIdentifier = Annotated[
    str,
    AfterValidator(enterprise_number.normalise),
    Field(json_schema_extra={"format": "be-enterprise-number"}),
]
"""An enterprise number in any usual spelling; kept as ten digits."""

FreeText = Annotated[str, StringConstraints(min_length=1, max_length=10_000, pattern=TEXT), PERSONAL, _MARKED]
"""Words written by a person: they may name anybody, so they are personal."""

PersonalName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, pattern=TEXT),
    AfterValidator(_name),
    PERSONAL,
    Field(json_schema_extra={"x-personal": True, "pattern": NAME}),
]
"""The name of a person, or of an enterprise that may be called after one: something of it can be seen."""


@lru_cache(maxsize=4_096, typed=True)
def quantity(value: int | float | str) -> Decimal:
    """A stored quantity or amount as an exact number. Each is asked for several times, and amounts come again."""
    return Decimal(str(value))
