"""The two clocks of a question: as true on a day, as known at an instant."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from dossier.event import BRUSSELS
from dossier.refusals import refused
from dossier.values import parse_day, parse_instant
from projections.history.history import AsOf


def as_of(effective: str | None, known: str | None) -> AsOf:
    """The two clocks of a request. Raises Refused."""
    try:
        day = parse_day(effective) if effective else None
    except ValueError:
        raise refused("invalid", "A date like 2026-03-09.", ("/effective", "not a date")) from None
    try:
        instant = parse_instant(known.replace(" ", "+")).astimezone(UTC) if known else None
    except (ValueError, OverflowError):
        raise refused("invalid", "An RFC 3339 time with an offset.", ("/known", "not a time")) from None
    return AsOf(day, instant)


def instant_of(text: str, *, end: bool = False) -> datetime:
    """A date as the instant it begins in Brussels (or, as an `end`, is over), an instant as it is; else ValueError."""
    try:
        if len(text) == len("2026-03-09"):
            day = parse_day(text) + timedelta(days=end)
            return datetime.combine(day, time.min, BRUSSELS).astimezone(UTC)
        return parse_instant(text.replace(" ", "+")).astimezone(UTC)
    except OverflowError as error:
        raise ValueError from error
