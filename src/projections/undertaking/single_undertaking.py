"""The single undertaking: which enterprises count as one on a day."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from projections.undertaking.law import law
from projections.undertaking.statement import Control, Restructuring

Reason = tuple[str, tuple[int, ...]]
"""Why an enterprise belongs to an undertaking: a word for the link, and the positions that say so."""


class Tie(NamedTuple):
    """Two enterprises that belong together, and why."""

    one: str
    other: str
    reason: Reason


class Joined(NamedTuple):
    """A tie that a merger or takeover made: from `since` on, until the day before `until`."""

    tie: Tie
    since: str
    until: str | None


@law("Regulation (EU) No 1407/2013, art. 2(2); Regulation (EU) 2023/2831, art. 2(2)", holds_from="2014-01-01")
def members(
    enterprise: str,
    controls: Iterable[Control],
    restructurings: Iterable[Restructuring],
    on: str,
    public: Collection[str] = (),
) -> dict[str, Reason]:
    """The enterprises that form one undertaking with one, on a day, itself first; each with the link that led to it.

    All that are tied by a majority of votes, the right to appoint the board's majority, dominant influence by contract
    or statutes, or control by agreement; also through others; whoever reported the link. Enterprises taken over, and
    those that merged (whose links pass on), stay with what they went into: art. 3(8). One that is taken over again
    goes with its new owner. A `public` body that controls several does not link them by that alone (Regulation (EU) No
    1407/2013, recital 4): it is reached, and not passed through.
    """
    neighbours: dict[str, list[tuple[str, Reason]]] = {}
    for one, other, reason in (*_controlled(controls, on), *_joined(restructurings, on)):
        neighbours.setdefault(one, []).append((other, reason))
        neighbours.setdefault(other, []).append((one, reason))
    found: dict[str, Reason] = {enterprise: ("asked", ())}
    waiting = [enterprise]
    for number in waiting:
        if number in public and number != enterprise:
            continue
        for other, reason in sorted(neighbours.get(number, ())):
            if other not in found:
                found[other] = reason
                waiting.append(other)
    return found


def _controlled(controls: Iterable[Control], on: str) -> Iterable[Tie]:
    """Links that hold on a day: from `since`, included, to `until`, excluded."""
    for control in in_force(controls):
        if control.since <= on and (control.until is None or on < control.until):
            yield Tie(control.controller, control.controlled, (control.ground, (control.position,)))


def _joined(restructurings: Iterable[Restructuring], on: str) -> Iterable[Tie]:
    for joined in joins(restructurings):
        if joined.since <= on and (joined.until is None or on < joined.until):
            yield joined.tie


def joins(restructurings: Iterable[Restructuring]) -> list[Joined]:
    """What mergers and takeovers tie together: a merger for good, a takeover until its source is taken over again."""
    changes = [change for change in in_order(restructurings) if change.kind != "split"]
    found = []
    for change in changes:
        into = change.into if change.kind == "takeover" else change.into[:1]
        for source in change.sources:
            until = _taken_again(source, change, changes)
            reason = (change.kind, (change.position,))
            found += [Joined(Tie(source, other, reason), change.on, until) for other in into]
    return found


def merged(restructurings: Iterable[Restructuring]) -> dict[str, Restructuring]:
    """The enterprises that ceased by a merger into another, each with the first one; a takeover they outlive."""
    gone: dict[str, Restructuring] = {}
    for change in in_order(change for change in restructurings if change.kind == "merger"):
        for source in change.sources:
            if source not in change.into:
                gone.setdefault(source, change)
    return gone


def _taken_again(source: str, change: Restructuring, changes: Iterable[Restructuring]) -> str | None:
    """The first later day on which another took over what was taken over; two of one day both hold."""
    if change.kind != "takeover":
        return None
    later = [c.on for c in changes if c.kind == "takeover" and c.on > change.on and source in c.sources]
    return min(later, default=None)


def in_force(controls: Iterable[Control]) -> list[Control]:
    """Of statements about the same link from the same day, the one said last: a later one may tell its end."""
    last: dict[tuple[str, ...], Control] = {}
    for control in sorted(controls, key=lambda c: (c.said, c.until is not None, c.until or "", c.position)):
        last[control.controller, control.controlled, control.ground, control.since] = control
    return list(last.values())


def in_order(restructurings: Iterable[Restructuring]) -> list[Restructuring]:
    """Restructurings as they followed each other. What two dossiers tell is one: with shares where told.

    In whatever order they name the enterprises; of a merger alone the first one is what the others went into.
    """
    last: dict[tuple[str, ...], Restructuring] = {}
    for change in sorted(restructurings, key=lambda r: (bool(r.shares), r.said, r.shares, r.position)):
        into = change.into if change.kind == "merger" else sorted(change.into)
        last[change.kind, change.on, " ".join(sorted(change.sources)), " ".join(into)] = change
    return sorted(last.values(), key=lambda r: (r.on, r.said, r.kind, r.sources, r.into))
