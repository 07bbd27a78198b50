"""The columns of the exported table: name, type, meaning, and how each is read from an event."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import orjson
import pyarrow as pa

from dossier.event import day_of
from dossier.exporting.stored import Exported
from dossier.values import parse_instant, quantity

WORD = pa.dictionary(pa.int32(), pa.string())
MONEY = pa.decimal128(17, 2)
MEASURE = pa.decimal128(24, 8)
INSTANT = pa.timestamp("us", tz="UTC")
TEXT = pa.string()


class Column(NamedTuple):
    """A column of every event, read from the event."""

    name: str
    type: pa.DataType
    meaning: str
    read: Callable[[Exported], Any]


class Field(NamedTuple):
    """A column filled where the data of an event has a field of this name; a point leads into a nested record."""

    name: str
    type: pa.DataType
    meaning: str
    path: str = ""

    @property
    def keys(self) -> list[str]:
        """Where in the data the value stands."""
        return (self.path or self.name).split(".")


def _body(name: str) -> Callable[[Exported], Any]:
    return lambda event: event.body.get(name)


COLUMNS = (
    Column("position", pa.int64(), "place in the log, counted from 1 without gaps", lambda event: event.position),
    Column("dossier", TEXT, "the dossier it is about", _body("dossier")),
    Column("version", pa.int32(), "its number within the dossier", _body("version")),
    Column("type", WORD, "type of event, with its version", _body("type")),
    Column("agency", WORD, "who posted it", _body("agency")),
    Column("source", TEXT, "source of the event, as posted", _body("source")),
    Column("id", TEXT, "id within the source, as posted", _body("id")),
    Column("time", INSTANT, "when it happened", lambda event: parse_instant(event.body["time"])),
    Column(
        "day",
        pa.date32(),
        "the day it happened, in Brussels",
        lambda event: date.fromisoformat(day_of(parse_instant(event.body["time"]))),
    ),
    Column("timeprecision", WORD, "how exactly that is known: day, month or year", _body("timeprecision")),
    Column(
        "recordedtime",
        INSTANT,
        "when the log took it; never decreases with position",
        lambda event: datetime.fromisoformat(event.body["recordedtime"]),
    ),
    Column("correlationid", TEXT, "what it belongs together with, as posted", _body("correlationid")),
    Column("causationid", TEXT, "what caused it, as posted", _body("causationid")),
    Column("digest", TEXT, "SHA-256 of the stored bytes, in hexadecimal", lambda event: event.digest),
    Column("stored", pa.binary(), "the stored bytes, which digest and tree are taken over", lambda event: event.stored),
    Column("data", TEXT, "the whole data as stored, JSON", lambda event: orjson.dumps(event.body["data"]).decode()),
)

FIELDS = (
    Field("legal_identifier", TEXT, "enterprise number, ten digits"),
    Field("nace_version", WORD, "version of NACE-BEL the code belongs to", "nace.version"),
    Field("nace_code", WORD, "economic activity, as given", "nace.code"),
    Field("postcode", WORD, "postcode of the seat", "seat.postcode"),
    Field("nis", WORD, "commune of the seat, five digits", "seat.nis"),
    Field("phase", WORD, "phase declared"),
    Field("channel", WORD, "channel of a contact, or of the opening"),
    Field("minutes", pa.int64(), "length of a coaching session"),
    Field("objective_id", TEXT, "objective, unique within the dossier"),
    Field("programme", WORD, "programme an objective belongs to"),
    Field("due", pa.date32(), "day by which something is due"),
    Field("referral_id", TEXT, "referral, unique within the dossier"),
    Field("to_agency", WORD, "whom a referral is to"),
    Field("service", WORD, "service a referral asks for"),
    Field("reason_code", WORD, "coded reason of a referral or of declining it"),
    Field("application_id", TEXT, "application for aid, unique within the dossier"),
    Field("scheme", WORD, "scheme of aid"),
    Field("instrument", WORD, "grant, loan, guarantee, equity, voucher or tax-advantage"),
    Field("legal_basis", WORD, "de-minimis, gber, sgei or none"),
    Field("outcome", WORD, "outcome of a decision, or of a referral"),
    Field("amount", MONEY, "money applied for, granted, paid or repaid; gross"),
    Field("gross_grant_equivalent", MONEY, "gross grant equivalent of a decision"),
    Field("currency", WORD, "ISO 4217 code of every amount of the event"),
    Field("legal_right_conferred_on", pa.date32(), "day the legal right to the aid was conferred"),
    Field("site", TEXT, "premises entered or left"),
    Field("area_m2", MEASURE, "area of the premises, in square metres"),
    Field("rent", MONEY, "rent of the premises"),
    Field("kind", WORD, "kind of premises, plan, objective or restructuring"),
    Field("period", TEXT, "period that figures are of"),
    Field("headcount_fte", MEASURE, "staff in full-time equivalents"),
    Field("turnover", MONEY, "turnover of the period"),
    Field("balance_total", MONEY, "balance sheet total of the period"),
    Field("r_and_d_share", MEASURE, "share of research and development, of 1"),
    Field("corrects", pa.int64(), "position that a correction or retraction is about"),
    Field("corrected_type", WORD, "type whose data a correction replaces"),
)

CONVERSIONS: dict[pa.DataType, Callable[[Any], Any]] = {
    TEXT: str,
    WORD: str,
    MONEY: lambda value: quantity(value).quantize(Decimal("0.01")),
    MEASURE: lambda value: quantity(value).quantize(Decimal("0.00000001")),
    pa.date32(): date.fromisoformat,
    pa.int64(): int,
}


def field_value(field: Field, data: dict[str, Any]) -> Any:
    """What an event's data says in a column's own type; None where nothing, or something of another shape."""
    value: Any = data
    for key in field.keys:
        value = value.get(key) if isinstance(value, dict) else None
    if value is None or isinstance(value, dict | list):
        return None
    try:
        return CONVERSIONS[field.type](value)
    except (ValueError, TypeError, ArithmeticError):
        return None  # of a type this version does not know: `data` has it


BY_FIRST_KEY: dict[str, list[Field]] = {
    first: [field for field in FIELDS if field.keys[0] == first] for first in {field.keys[0] for field in FIELDS}
}
"""The columns that a field of the data may fill: an event has few fields, the table many columns."""


def fields_of(data: dict[str, Any]) -> dict[str, Any]:
    """The columns that an event's data fills, each with its value."""
    found = {}
    for key in data:
        for field in BY_FIRST_KEY.get(key, ()):
            value = field_value(field, data)
            if value is not None:
                found[field.name] = value
    return found
