"""The question for aid room as it is put in words, by an address or a command."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from api.answers.clocks import as_of
from dossier import enterprise_number
from dossier.refusals import refused
from dossier.values import parse_day
from projections.dossiers.undertakings import Asked

AMOUNT = r"^[0-9]{1,15}(\.[0-9]{1,2})?$"


def question(enterprise: str, amount: str | None, on: str | None, known: str | None) -> Asked:
    """An enterprise number, an amount in EUR, a day and an RFC 3339 time -> the question. Raises Refused."""
    try:
        number = enterprise_number.normalise(enterprise)
    except enterprise_number.InvalidEnterpriseNumber as error:
        raise refused("invalid", str(error), ("/enterprise", str(error))) from None
    return Asked(number, _cents(amount), _day(on), as_of(None, known).known)


def _cents(amount: str | None) -> int | None:
    if amount is not None and not re.fullmatch(AMOUNT, amount):
        raise refused("invalid", "An amount like 25000.00.", ("/amount", "not an amount"))
    return int(Decimal(amount) * 100) if amount is not None else None


def _day(text: str | None) -> date | None:
    try:
        return parse_day(text) if text else None
    except ValueError:
        raise refused("invalid", "A date like 2026-03-09.", ("/on", "not a date")) from None
