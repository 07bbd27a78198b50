"""The phase of a dossier: the one last declared; without any, the one that follows from its facts."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from dossier.values import quantity
from projections.enterprises import held
from projections.reading import Reading
from projections.records import Enterprise
from projections.ruleset import Ruleset
from projections.undertaking.law import law

DERIVED = "phase.without-declaration"


@law("Support path of hub.brussels: a convention of this service, no law", holds_from="1990-01-01")
def phase(reading: Reading, rules: Ruleset, on: str) -> dict[str, Any]:
    """Where an entrepreneur stands by the rules of a day (ISO text), since when, and because of which facts.

    Derived: before an enterprise, while it is created, and once it reports a turnover, existed before it was linked, or
    has ceased. What passes with time alone moves nothing: a state that is kept would silently expire.
    Source: the three phases of the support path of hub.brussels.
    """
    if reading.phases:
        value, declared, position = reading.phases[-1]
        for earlier, day, at in reversed(reading.phases[:-1]):
            if earlier != value:
                break
            declared, position = day, at
        return {"value": value, "since": declared, "because": {"rule": "phase.declared", "positions": [str(position)]}}
    case, since, positions = _derived(reading)
    value = _said(rules.on(DERIVED, on), case)
    changed = _since(case, rules, on)
    since = max(since or changed, changed) if changed else since
    return {"value": value, "since": since, "because": {"rule": DERIVED, "positions": [str(p) for p in positions]}}


def _said(values: dict[str, str], case: str) -> str:
    return values.get(case) or values["with_enterprise"]


def _since(case: str, rules: Ruleset, on: str) -> str | None:
    """The day from which the rule has said what it says of a case on a day; None where it never said another thing."""
    told = [(dated["from"], _said(dated["value"], case)) for dated in rules.rules[DERIVED]["values"]]
    changes = [later[0] for earlier, later in pairwise(told) if later[1] != earlier[1] and later[0] <= on]
    return changes[-1] if changes else None


def _derived(reading: Reading) -> tuple[str, str | None, list[int]]:
    """Which case of the rule the facts are, since when, and by which positions."""
    enterprises = held(reading)
    if not enterprises:
        return "without_enterprise", reading.opened_on, []
    active = [enterprise for enterprise in enterprises if enterprise.ended_on is None]
    if not active:
        last = max(enterprises, key=lambda e: (e.ended_on or "", e.number))
        return "ceased", last.ended_on, last.because
    return min((_case(reading, enterprise) for enterprise in active), key=lambda c: (c[0] == "created", c[1] or ""))


def _case(reading: Reading, enterprise: Enterprise) -> tuple[str, str | None, list[int]]:
    """The case one active enterprise makes: of several the one that has come furthest tells the phase."""
    if enterprise.created_on is None:
        return "with_enterprise", enterprise.linked_on, enterprise.positions
    earning = [
        (figures["on"], figures["position"])
        for (_, number), figures in reading.figures.items()
        if number == enterprise.number and quantity(figures.get("turnover", "0")) > 0
    ]
    if earning:
        on, position = min(earning)
        return "with_turnover", on, [position]
    return "created", enterprise.created_on, enterprise.positions
