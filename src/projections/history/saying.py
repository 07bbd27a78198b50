"""What a dossier says of enterprises: statements gathered from its facts, whatever ruleset they will be read under."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Any, cast

from dossier import catalogue as c
from dossier.commitment import as_json
from dossier.event import Event
from projections.history.history import History
from projections.history.reading import Reading
from projections.history.records import Aid, Enterprise
from projections.undertaking.statement import (
    Activity,
    Control,
    FiscalYear,
    Grant,
    Restructuring,
    by_enterprise,
)

NAMING = ("legal_identifier", "controller", "controlled", "from", "into", "shares")
"""Where the data of a fact names enterprises."""
NEVER = "9999-12-31"


def controlled(r: Reading, f: c.EnterpriseControlled, on: str, e: Event) -> None:
    """A control link, as one fact tells it."""
    r.statements.append(Control(f.controller, f.controlled, f.ground, f.since, f.to, said(e), e.position))


def restructured(r: Reading, f: c.EnterpriseRestructured, on: str, e: Event) -> None:
    """A merger, takeover or split, on the day it happened."""
    shares = tuple(sorted(f.shares.items())) if f.shares else ()
    change = Restructuring(f.kind, tuple(f.from_), tuple(f.into), shares, on, said(e), e.position)
    r.statements.append(change)


def years_told(r: Reading, f: c.EnterpriseCreated | c.FiguresReported, e: Event) -> None:
    """The fiscal years a fact tells."""
    for year in f.fiscal_years or ():
        r.statements.append(FiscalYear(f.legal_identifier, year["from"], year["to"], said(e), e.position))


def activity_told(r: Reading, f: c.EnterpriseCreated, e: Event) -> None:
    """The activity of an enterprise, as told with its creation."""
    if f.nace:
        r.statements.append(Activity(f.legal_identifier, f.nace["version"], f.nace["code"], said(e), e.position))


def said(event: Event) -> str:
    """When a fact happened, in UTC, as text that sorts as the instants do."""
    return event.happened.astimezone(UTC).isoformat(timespec="microseconds")


def statements(history: History, reading: Reading) -> dict[str, str]:
    """What a dossier says, as text by enterprise; with an empty one where nothing said of it is in force.

    An enterprise that a fact taken back once named keeps its place, for what was known before is asked for too.
    """
    named = {*reading.enterprises, *(number for _, number in reading.figures)}
    if history.corrected_by or len(history.facts) < len(history.events):
        named.update(number for event in history.events for number in numbers_in(event))
    return by_enterprise([*reading.statements, *_grants(str(history.dossier), reading)], named)


def numbers_in(event: Event) -> Iterator[str]:
    """Every enterprise number an event names, also as what a correction puts in its place."""
    data = as_json(event.data)
    yield from _numbers(data)
    if isinstance(event.data, c.EventCorrected):
        yield from _numbers(event.data.data)


def _numbers(data: dict[str, Any]) -> Iterable[str]:
    for name in NAMING:
        found = data.get(name)
        if isinstance(found, str):
            if name != "from":  # of a link it is a day
                yield found
        elif found:
            yield from found


def _grants(dossier: str, reading: Reading) -> Iterator[Grant]:
    for key in sorted(reading.aids):
        aid = reading.aids[key]
        decision = aid.decision
        if decision is None or decision.amount is None or aid.conferred_on is None or aid.decided_on is None:
            continue
        number, assumed = enterprise_of(aid, reading)
        if number is not None:
            yield _grant(dossier, aid, number, assumed=assumed)


def _grant(dossier: str, aid: Aid, enterprise: str, *, assumed: bool) -> Grant:
    decision = aid.decision
    assert decision is not None
    repaid = tuple(aid.repayments.told.get(aid.currency, ()))
    return Grant(
        dossier, aid.application_id, enterprise, aid.agency, aid.instrument, aid.scheme, aid.legal_basis,
        decision.outcome, decision.amount, decision.gross_grant_equivalent, cast(Any, decision.terms), aid.currency,
        aid.conferred_on or "", aid.decided_on or "", repaid, assumed, aid.position,
    )  # fmt: skip


def enterprise_of(aid: Aid, reading: Reading) -> tuple[str | None, bool]:
    """The enterprise an aid is for, and whether it had to be chosen: named, else the one the dossier had by then.

    Among several, the eldest of those that had not ceased: too much is counted rather than nothing, and it is flagged.
    An aid not decided yet is for the one there was when it was applied for.
    """
    if aid.enterprise:
        return aid.enterprise, False
    on = aid.conferred_on or aid.applied_on or NEVER
    known = sorted(reading.enterprises.values(), key=lambda e: (_known_from(e), e.number))
    by_then = [e for e in known if _known_from(e) <= on] or known
    active = [e for e in by_then if _had_until(e) > on] or by_then
    return (active[0].number, len(active) > 1) if active else (None, False)


def _known_from(enterprise: Enterprise) -> str:
    return min((day for day in (enterprise.created_on, enterprise.linked_on) if day), default=NEVER)


def _had_until(enterprise: Enterprise) -> str:
    """The day it ceased, or was no longer of the dossier."""
    left = enterprise.unlinked[0] if enterprise.unlinked else None
    return min((day for day in (enterprise.ended_on, left) if day), default=NEVER)
