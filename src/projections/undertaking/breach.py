"""Breaches: aid beyond the ceiling on the day it was granted, unless a younger regulation has healed it since."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from projections.rulesets.ruleset import Ruleset
from projections.undertaking.de_minimis import PUBLIC_BODIES, Aid, NoRegulation, Standing, Undertaking
from projections.undertaking.law import law

REGULATION = "de-minimis.regulation"
FIRST = "0001-01-01"


@law(
    "Regulation (EU) No 1407/2013, art. 3(2), (7) and 7(1); Regulation (EU) 2023/2831, art. 3(2), (7) and 7(1)",
    holds_from="2014-01-01",
)
def breaches(undertaking: Undertaking, known: date) -> list[tuple[Aid, Standing]]:
    """Aid granted to the enterprise itself that went beyond the ceiling on its day, as it is judged on a day `known`.

    What a merger brings together later is no breach: art. 3(8), last sentence. All aid of one day is one, of which what
    is worth nothing takes nothing. A regulation applies to aid granted before it that meets its conditions, art. 7(1):
    such aid is judged again by each that came by `known`, and is a breach under all of them or not at all.
    """
    found = []
    for aid in undertaking.aids:
        if aid.grant.enterprise == undertaking.enterprise:
            then = _beyond(undertaking, aid)
            if then is not None and all(_beyond(other, aid) for other in _under_younger(undertaking, aid.day, known)):
                found.append((aid, then))
    return found


def _beyond(undertaking: Undertaking, aid: Aid) -> Standing | None:
    """How the undertaking stood on the day of an aid that adds to what is beyond the ceiling; None where none is."""
    try:
        then = undertaking.standing(aid.day)
    except NoRegulation:
        return None
    adds = any(counted.aid.grant == aid.grant and counted.cents for counted in then.counted)
    return then if adds and then.used > then.ceiling else None


def _under_younger(undertaking: Undertaking, granted: date, known: date) -> list[Undertaking]:
    """The undertaking under each regulation that came after a day and by another, as if it had held before."""
    told = undertaking.rules.rules[REGULATION]["values"]
    came = [later["from"] for earlier, later in pairwise(told) if later["value"] not in ("none", earlier["value"])]
    days = [day for day in came if granted.isoformat() < day <= known.isoformat()]
    return [Undertaking(undertaking.enterprise, undertaking.said, held(undertaking.rules, day)) for day in days]


def held(rules: Ruleset, day: str) -> Ruleset:
    """The rules on de minimis aid with what they say on one day for every day: ceiling, window, worth and what counts.

    Who was a public body on a day is no condition of a regulation, and stays dated.
    """
    names = [name for name in rules.rules if name.startswith("de-minimis.")]
    said = {
        name: {"values": [{"from": FIRST, "value": rules.on(name, day)}]} for name in names if name != PUBLIC_BODIES
    }
    return rules._replace(rules={name: rules.rules[name] for name in names} | said)
