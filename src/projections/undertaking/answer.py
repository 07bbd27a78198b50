"""Answers about de minimis aid as documents: where an undertaking stands, what may be granted, and because of what."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from projections.undertaking.de_minimis import (
    PUBLIC_BODIES,
    RULES,
    Aid,
    Counted,
    Standing,
    Undertaking,
    first_fit,
)
from projections.undertaking.gross_grant_equivalent import EURO
from projections.undertaking.law import law_of
from projections.undertaking.single_undertaking import members
from projections.undertaking.window import WINDOWS

Document = dict[str, Any]


def money(cents: int) -> str:
    """Cents as a decimal string in EUR."""
    return f"{cents // 100}.{cents % 100:02d}"


def position(undertaking: Undertaking, on: date) -> Document:
    """How the undertaking of an enterprise stands on a day: ceiling, used, room, and each grant that counts.

    Raises NoRegulation.
    """
    path = undertaking.path(on)
    now = path[0]
    return {
        "enterprise": undertaking.enterprise,
        "members": _members(now),
        "regime": _regime(undertaking, now),
        "currency": EURO,
        "ceiling": money(now.ceiling),
        "used": money(now.used),
        "room": money(now.room),
        "as_of": on.isoformat(),
        "grants": [_grant(counted, path) for counted in now.counted],
        "frees": _frees(path),
        "because": because(undertaking, now),
    }


def admission(undertaking: Undertaking, on: date, cents: int | None) -> Document:
    """The position, and whether an aid of so many cents (its gross grant equivalent) may be granted on the day.

    All or nothing: Regulation (EU) No 1407/2013 and Regulation (EU) 2023/2831, art. 3(7). Raises NoRegulation.
    """
    told = position(undertaking, on)
    if cents is None:
        return told | {"amount": None, "allowed": None, "earliest": None}
    path = undertaking.path(on)
    earliest = first_fit(path, cents)
    return told | {
        "amount": money(cents),
        "allowed": path[0].fits(cents),
        "earliest": earliest.isoformat() if earliest else None,
    }


def _members(now: Standing) -> list[Document]:
    rule = law_of(members).source
    return [
        {"legal_identifier": number, "because": {"rule": rule, "link": link, "positions": [str(p) for p in positions]}}
        for number, (link, positions) in sorted(now.members.items(), key=lambda m: (m[1][0] != "asked", m[0]))
    ]


def _regime(undertaking: Undertaking, now: Standing) -> Document:
    window = undertaking.rules.on("de-minimis.window", now.on.isoformat())
    kind = WINDOWS[window["kind"]]
    return {"regulation": now.regulation, "window": window, "law": law_of(kind).source}


def _grant(counted: Counted, path: list[Standing]) -> Document:
    grant = counted.aid.grant
    told: Document = {
        "dossier": grant.dossier,
        "application_id": grant.application_id,
        "enterprise": grant.enterprise,
        "agency": grant.agency,
        "instrument": grant.instrument,
        "scheme": grant.scheme,
        "amount": grant.amount,
        "gross_grant_equivalent": money(counted.aid.cents),
        "counted": money(counted.cents),
        "conferred_on": grant.conferred_on,
        "counts_until": _counts_until(counted.aid, path),
        "position": str(grant.position),
    }
    return told | ({"doubt": counted.aid.worth.doubt} if counted.aid.worth.doubt else {})


def _counts_until(aid: Aid, path: list[Standing]) -> str | None:
    """The last day on which an aid counts, as far as is known; None when no later day is known on which it does not."""
    for standing in path[1:]:
        if all(counted.aid != aid for counted in standing.counted):
            return (standing.on - timedelta(days=1)).isoformat()
    return None


def _frees(path: list[Standing]) -> list[Document]:
    """The days on which more of the ceiling is left than the day before: how much more, and the room there is then.

    Where that is because the ceiling rises, `ceiling` says to what; else less aid counts.
    """
    return [_freed(before, later) for before, later in pairwise(path) if later.left > before.left]


def _freed(before: Standing, later: Standing) -> Document:
    told = {"on": later.on.isoformat(), "amount": money(later.left - before.left), "room": money(later.room)}
    return told | ({"ceiling": money(later.ceiling)} if later.ceiling > before.ceiling else {})


def because(undertaking: Undertaking, now: Standing) -> Document:
    """The rules a position was made by, and the positions of the log it was made of."""
    worth = {counted.aid.worth.rule for counted in now.counted if counted.aid.worth.rule}
    freight = ["de-minimis.ceiling.road-freight", "de-minimis.road-freight.nace"] if now.road_freight else []
    names = list(dict.fromkeys([*RULES, *sorted(worth), *freight]))
    public = undertaking.public_bodies(now.on.isoformat())
    names += [PUBLIC_BODIES] if not now.members.keys().isdisjoint(public) else []
    positions = {counted.aid.grant.position for counted in now.counted} | set(now.road_freight)
    positions |= {place for _, places in now.members.values() for place in places}
    positions |= {year.position for year in undertaking.said.years if year.enterprise == undertaking.enterprise}
    positions |= {
        change.position
        for change in undertaking.said.restructurings
        if change.on <= now.on.isoformat() and not set(change.enterprises).isdisjoint(now.members)
    }
    return {"rules": names, "positions": [str(place) for place in sorted(positions)]}
