"""Aid: applied for, decided, paid in tranches, at times paid back."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from api.demonstration.enterprise import spelled
from api.demonstration.schemes import HEAVY, Scheme, open_to
from api.demonstration.story import Story
from api.demonstration.words import RECOVERED, REFUSED

SAFE_HARBOUR = {5: 1_000_000, 10: 500_000}
"""The largest loan per years of the stricter of the two regulations (1407/2013, art. 4(3))."""


def seek_aid(story: Story, first: date, times: int) -> list[int]:
    """Applications from a day on, while the enterprise lives; the indexes of the decisions."""
    decided, day = [], first
    for _ in range(times):
        if story.who.ceased is not None and day >= story.who.ceased:
            break
        schemes = open_to(story.who, day)
        scheme = story.rng.choices(schemes, [scheme.share for scheme in schemes])[0]
        decided += apply(story, scheme, day)
        day = story.after(day, 60, 420)
    return decided


def seek_much(story: Story, first: date) -> list[int]:
    """De minimis aid again and again: what nears the ceiling, and passes it under one regulation or both."""
    decided, day = [], first
    for turn in range(6):
        decided += apply(story, HEAVY[turn % len(HEAVY)], day)
        day = story.after(day, 90, 240)
    return decided


def apply(story: Story, scheme: Scheme, day: date) -> list[int]:
    """One application and what became of it; the index of its decision, unless nobody decided yet."""
    rng = story.rng
    asked = rng.randrange(scheme.amounts[0], scheme.amounts[1] + 1, 250)
    application = story.name("application")
    named = {"application_id": application, "legal_identifier": spelled(rng, story.who.enterprise)}
    story.tell(
        scheme.agency,
        "aid-applied",
        day,
        **named,
        scheme=scheme.scheme,
        instrument=scheme.instrument,
        amount=f"{asked}.00",
        legal_basis=scheme.legal_basis,
        local_term=scheme.local_term,
    )
    outcome = rng.choices(("granted", "refused", "withdrawn", None), (66, 20, 6, 8))[0]
    if outcome is None:
        return []
    decided = story.after(day, *scheme.days)
    if outcome != "granted":
        reason = rng.choice(REFUSED[story.who.language]) if outcome == "refused" else None
        return [story.tell(scheme.agency, "aid-decided", decided, **named, outcome=outcome, reason=reason)]
    amount = Decimal(rng.randint(60, 100) * asked) / 100
    index = _grant(story, scheme, decided, named, amount)
    _pay(story, scheme, decided, application, amount)
    return [index]


def _grant(story: Story, scheme: Scheme, day: date, named: dict[str, str], amount: Decimal) -> int:
    conferred = day + timedelta(days=story.rng.randint(5, 40) if scheme.instrument in ("loan", "guarantee") else 0)
    return story.tell(
        scheme.agency,
        "aid-decided",
        day,
        **named,
        outcome="granted",
        amount=f"{amount:.2f}",
        legal_basis=scheme.legal_basis,
        legal_right_conferred_on=str(conferred),
        published_on=str(day + timedelta(days=15)) if day.year >= 2020 else None,
        **_equivalent(story, scheme, amount),
    )


def _equivalent(story: Story, scheme: Scheme, amount: Decimal) -> dict[str, Any]:
    """The gross grant equivalent, or the terms it follows from."""
    rng = story.rng
    if scheme.instrument == "loan":
        return {"terms": _loan(story, amount)}
    if scheme.instrument == "guarantee":
        terms = {
            "kind": "guarantee",
            "method": "safe-harbour",
            "guaranteed": f"{amount:.2f}",
            "years": rng.randint(3, 5),
        }
        return {"terms": {**terms, "guaranteed_percent": rng.choice(("50", "65", "80"))}}
    if scheme.instrument == "equity":
        return {}
    return {"gross_grant_equivalent": f"{amount:.2f}"}


def _loan(story: Story, amount: Decimal) -> dict[str, Any]:
    """Most loans fit the safe harbour; others are reckoned against the reference rate."""
    rng = story.rng
    years = rng.choice((3, 4, 5, 5, 7, 10))
    ceiling = SAFE_HARBOUR[5 if years <= 5 else 10]
    terms = {"kind": "loan", "principal": f"{amount:.2f}", "years": years}
    if amount <= ceiling and story.chance(0.8):
        return {**terms, "method": "safe-harbour", "collateral_percent": rng.choice(("50", "60", "75"))}
    rates = {"loan_rate_percent": "2.00", "reference_rate_percent": "6.00", "discount_rate_percent": "4.00"}
    return {**terms, "method": "reference-rate", **rates}


def _pay(story: Story, scheme: Scheme, decided: date, application: str, amount: Decimal) -> None:
    """In one to three tranches that add up to the amount; a few are recovered. A guarantee pays nothing."""
    if scheme.instrument == "guarantee":
        return
    rng = story.rng
    count = 1 if amount < 10_000 else rng.randint(1, 3)
    each = (amount / count).quantize(Decimal("0.01"))
    day, left = decided, amount
    for turn in range(1, count + 1):
        day = story.after(day, 10, 120)
        paid = left if turn == count else each
        left -= paid
        if turn > 1 and story.chance(0.12):
            return
        story.tell(
            scheme.agency,
            "aid-paid",
            day,
            application_id=application,
            amount=f"{paid:.2f}",
            tranche=f"{turn}/{count}",
        )
    if scheme.instrument in ("grant", "voucher") and story.chance(0.07):
        back = (amount * rng.choice((25, 50, 100)) / 100).quantize(Decimal("0.01"))
        story.tell(
            scheme.agency,
            "aid-repaid",
            story.after(day, 200, 900),
            application_id=application,
            amount=f"{back:.2f}",
            reason=rng.choice(RECOVERED[story.who.language]),
        )
