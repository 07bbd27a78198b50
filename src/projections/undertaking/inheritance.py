"""Inheritance of aid: to which enterprises a granted aid belongs after mergers and splits. In whole cents."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from dossier.values import quantity
from projections.undertaking.gross_grant_equivalent import EXACT
from projections.undertaking.law import law
from projections.undertaking.statement import Restructuring

Held = dict[str, int]
"""Enterprise -> cents."""


@law(
    "Regulation (EU) No 1407/2013, art. 3(8) and (9); Regulation (EU) 2023/2831, art. 3(8) and (9)",
    holds_from="2014-01-01",
)
def holders(enterprise: str, cents: int, conferred_on: str, changes: Iterable[Restructuring], on: str) -> Held:
    """Who holds an aid on a day, after the restructurings up to it, in order.

    A merger carries it to the enterprise merged into; a takeover moves nothing, for both live on in one undertaking. A
    split parts aid granted before it by the shares told; without shares it stays with the enterprise that lives on,
    and where none does, each new one is held to the whole until shares are told.
    """
    held = {enterprise: cents}
    for change in changes:
        if change.on > on:
            break
        moved = [(source, held.pop(source)) for source in dict.fromkeys(change.sources) if source in held]
        for source, amount in moved:
            for number, part in _carried(source, amount, change, before=conferred_on < change.on).items():
                held[number] = held.get(number, 0) + part
    return held


def _carried(source: str, cents: int, change: Restructuring, *, before: bool) -> Held:
    """Where what an enterprise holds goes."""
    lives_on = source in change.into
    if change.kind == "merger":
        return {change.into[0]: cents}
    if change.kind == "takeover" or (lives_on and not (before and change.shares)):
        return {source: cents}
    return by_shares(cents, change.shares) if change.shares else dict.fromkeys(change.into, cents)


def by_shares(cents: int, shares: Iterable[tuple[str, str]]) -> Held:
    """Cents parted by shares that sum to one: rounded half up running sums, so that the parts sum to the whole."""
    parts: Held = {}
    upto, given = Decimal(0), 0
    for number, share in sorted(shares):
        upto += quantity(share)
        reached = int(EXACT.multiply(Decimal(cents), upto).quantize(Decimal(1), ROUND_HALF_UP, EXACT))
        parts[number] = reached - given
        given = reached
    return parts
