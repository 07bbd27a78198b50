"""Flags on aid: what a dossier's state says is amiss with a grant, or was assumed of it, and because of what."""

from __future__ import annotations

from datetime import date
from typing import Any

from projections.undertaking.answer import because, money
from projections.undertaking.breach import breaches
from projections.undertaking.de_minimis import Aid, Undertaking

Document = dict[str, Any]
COUNTS = "de-minimis.counts"
"""By it an aid counts at all: of one that does not, nothing need be assumed."""


def exceeded(undertaking: Undertaking, dossier: str, known: date) -> list[Document]:
    """A flag for each grant of a dossier to the enterprise that went beyond the ceiling on its day.

    `known` is the day as of which it is judged: a regulation in force by then may have healed it.
    """
    return [
        {
            "flag": "de-minimis-ceiling-exceeded",
            "application_id": aid.grant.application_id,
            "on": aid.day.isoformat(),
            "ceiling": money(then.ceiling),
            "used": money(then.used),
            "because": because(undertaking, then),
        }
        for aid, then in breaches(undertaking, known)
        if aid.grant.dossier == dossier
    ]


def doubts(undertaking: Undertaking, dossier: str) -> list[Document]:
    """A flag for each grant of a dossier to the enterprise whose worth, or whose enterprise, had to be assumed."""
    own = [aid for aid in undertaking.aids if _is_of(aid, undertaking.enterprise, dossier)]
    worth = [
        _assumed("gross-grant-equivalent", aid, aid.worth.rule) | {"reason": aid.worth.doubt}
        for aid in own
        if aid.worth.doubt
    ]
    named = [
        _assumed("enterprise", aid) | {"enterprise": aid.grant.enterprise}
        for aid in own
        if aid.grant.enterprise_assumed
    ]
    return worth + named


def _assumed(what: str, aid: Aid, rule: str | None = None) -> Document:
    return {
        "flag": f"{what}-assumed",
        "application_id": aid.grant.application_id,
        "because": {"rules": [COUNTS, rule] if rule else [COUNTS], "positions": [str(aid.grant.position)]},
    }


def _is_of(aid: Aid, enterprise: str, dossier: str) -> bool:
    return aid.grant.enterprise == enterprise and aid.grant.dossier == dossier
