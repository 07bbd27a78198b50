"""Cases of de minimis aid in a few words, as the statements they stand for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from tests.projections.ruling import of_case

from projections.undertaking.de_minimis import Undertaking
from projections.undertaking.statement import Activity, Control, FiscalYear, Grant, Restructuring, Said, Statement

Case = dict[str, Any]


def number(letter: str) -> str:
    """The enterprise a case calls by a letter."""
    return f"{ord(letter):08d}{97 - ord(letter) % 97:02d}"


def undertaking(case: Case) -> Undertaking:
    """The undertaking a case asks about: of enterprise A, unless it says of which."""
    return Undertaking(number(case.get("of", "A")), Said(statements(case)), of_case(case | {"rules": _rules(case)}))


def _rules(case: Case) -> dict[str, Any]:
    """The rules of a case; `public` are the owners of its rule on public bodies."""
    named = {"de-minimis.public-bodies": [number(letter) for letter in case["public"]]} if "public" in case else {}
    said: dict[str, Any] = case.get("rules", {})
    return said | named


def statements(case: Case) -> Iterator[Statement]:
    """What dossiers say, each statement at a position of its own."""
    parts = ("grants", "controls", "changes", "years", "activities")
    made: dict[str, Callable[[Case, int, int], Statement]] = {
        "grants": _grant,
        "controls": _control,
        "changes": _change,
        "years": _year,
        "activities": _activity,
    }
    position = 0
    for part in parts:
        for turn, one in enumerate(case.get(part, []), 1):
            position += 1
            yield made[part](one, position, turn)


def money(amount: Any) -> str:
    """An amount of a case, to the cent."""
    return f"{Decimal(str(amount)):.2f}"


def _grant(one: Case, position: int, turn: int) -> Grant:
    repaid = tuple((str(back["day"]), money(back["amount"])) for back in one.get("repaid", []))
    decided = str(one.get("decided", one["day"]))
    stated = money(one["stated"]) if "stated" in one else None
    return Grant(
        "d", f"a{turn}", number(one.get("to", "A")), "hub", one.get("instrument", "grant"), None,
        one.get("basis", "de-minimis"), one.get("outcome", "granted"), money(one["amount"]), stated,
        one.get("terms"), one.get("currency", "EUR"),
        str(one["day"]), decided, repaid, False, position,
    )  # fmt: skip


def _control(one: Case, position: int, turn: int) -> Control:
    until = str(one["to"]) if "to" in one else None
    said = str(one.get("told", one["from"]))
    return Control(
        number(one["by"]), number(one["of"]), one.get("ground", "votes"), str(one["from"]), until, said, position
    )


def _change(one: Case, position: int, turn: int) -> Restructuring:
    sources, into = (tuple(number(letter) for letter in one[part]) for part in ("from", "into"))
    shares = tuple((number(letter), share) for letter, share in one.get("shares", {}).items())
    return Restructuring(one["kind"], sources, into, shares, str(one["day"]), str(one["day"]), position)


def _year(one: Case, position: int, turn: int) -> FiscalYear:
    return FiscalYear(number("A"), str(one["from"]), str(one["to"]), str(one.get("told", "2020-01-01")), position)


def _activity(one: Case, position: int, turn: int) -> Activity:
    return Activity(number(one.get("of", "A")), one["version"], one["code"], "2020-01-01", position)
