"""The phase of a dossier: the one last declared; without any, the one that follows from its facts."""

from __future__ import annotations

from typing import Any

from dossier.values import quantity
from projections.history.reading import Reading
from projections.history.records import Enterprise
from projections.rulesets.ruleset import Ruleset
from projections.undertaking.law import law

DERIVED = "phase.without-declaration"


@law("Support path of hub.brussels: a convention of this service, no law", holds_from="1990-01-01")
def phase(reading: Reading, rules: Ruleset, on: str) -> dict[str, Any]:
    """Where an entrepreneur stands by the rules of a day (ISO text), since when, and because of which facts.

    Derived: before an enterprise, while it is created, and once it reports a turnover, existed before it was linked or
    before the dossier was opened, or has ceased. What passes with time alone moves nothing: a state that is kept would
    silently expire.
    Source: the three phases of the support path of hub.brussels.
    """
    if reading.phases:
        value, declared, position = reading.phases[-1]
        for earlier, day, at in reversed(reading.phases[:-1]):
            if earlier != value:
                break
            declared, position = day, at
        return {"value": value, "since": declared, "because": {"rule": "phase.declared", "positions": [str(position)]}}
    return _derived(reading, rules, on)


Place = tuple[str, list[int]]
"""A case of the rule, and the positions of the facts that make it."""
LAST, NEVER = "9999-12-31", "9999-12-32"
"""A day after all facts, and one after that."""


def _derived(reading: Reading, rules: Ruleset, on: str) -> dict[str, Any]:
    """The phase that all facts make by the rule of a day, and the first day from which it has been no other.

    Of each day on which it may have changed it is asked what the facts up to it made by the rule it had then.
    """
    places = [(day, _place(reading, day), rules.on(DERIVED, day)) for day in _turns(reading, rules, on)]
    case, positions = _place(reading, LAST)
    value, since = _said(rules.on(DERIVED, on), case), None
    for day, (then, because), said in reversed(places):
        if _said(said, then) != value:
            break
        since, positions = day, because
    return {"value": value, "since": since, "because": {"rule": DERIVED, "positions": [str(p) for p in positions]}}


def _said(values: dict[str, str], case: str) -> str:
    return values.get(case) or values["with_enterprise"]


def _turns(reading: Reading, rules: Ruleset, on: str) -> list[str]:
    """The days on which the phase may have changed: of the facts, and those of the rule after the first of them."""
    days = {reading.opened_on}
    for enterprise in reading.enterprises.values():
        created = max(enterprise.created_on, reading.opened_on or "") if enterprise.created_on else None
        left = enterprise.unlinked[0] if enterprise.unlinked else None
        days |= {created, enterprise.linked_on, enterprise.ended_on, left, _earned(reading, enterprise.number)[0]}
    known = sorted(day for day in days if day)
    ruled = [dated["from"] for dated in rules.rules[DERIVED]["values"] if known and known[0] < dated["from"] <= on]
    return sorted({*known, *ruled})


def _place(reading: Reading, day: str) -> Place:
    """The case that the facts up to a day make: of several enterprises the one that has come furthest tells it."""
    there = [enterprise for enterprise in reading.enterprises.values() if _since(enterprise) <= day]
    held = [enterprise for enterprise in there if not (enterprise.unlinked and enterprise.unlinked[0] <= day)]
    if not held:
        gone = max((enterprise.unlinked for enterprise in there if enterprise.unlinked), default=None)
        position = gone[1] if gone else reading.opening
        return "without_enterprise", [position] if position else []
    active = [enterprise for enterprise in held if enterprise.ended_on is None or enterprise.ended_on > day]
    if not active:
        return "ceased", max(held, key=lambda e: (e.ended_on or "", e.number)).because
    cases = [(_since(enterprise), _case(reading, enterprise, day)) for enterprise in active]
    return min(cases, key=lambda c: (c[1][0] == "created", c[0]))[1]


def _since(enterprise: Enterprise) -> str:
    return min((day for day in (enterprise.created_on, enterprise.linked_on) if day), default=NEVER)


def _case(reading: Reading, enterprise: Enterprise, day: str) -> Place:
    """The case one active enterprise makes: one created before the dossier was opened was there already."""
    created = enterprise.created_on
    if created is None or created > day or created < (reading.opened_on or ""):
        return "with_enterprise", enterprise.positions
    earned, position = _earned(reading, enterprise.number)
    if earned is not None and earned <= day:
        return "with_turnover", [position]
    return "created", enterprise.positions


def _earned(reading: Reading, number: str) -> tuple[str | None, int]:
    """The first day on which an enterprise reported a turnover, and the position."""
    found = [
        (figures["on"], figures["position"])
        for (_, whose), figures in reading.figures.items()
        if whose == number and quantity(figures.get("turnover", "0")) > 0
    ]
    return min(found, default=(None, 0))
