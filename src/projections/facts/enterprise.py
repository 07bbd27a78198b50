"""The enterprises of a dossier: how long each lived by itself, what it reported, how fast it grew, whose it is."""

from __future__ import annotations

from projections.facts.columns import Row, as_number
from projections.history.enterprises import held
from projections.history.reading import Reading
from projections.history.reported import euros
from projections.rulesets.ruleset import Ruleset
from projections.state.growth import spans
from projections.state.sector import is_ict
from projections.undertaking.single_undertaking import in_force, in_order, joins
from projections.undertaking.statement import Control, Restructuring


def enterprise_facts(reading: Reading, rules: Ruleset, on: str) -> list[Row]:
    """One row an enterprise that the dossier holds, with what it does and until when it lived by itself.

    Sectors by the rules of a day (ISO text).
    """
    if not reading.enterprises:
        return []
    absorbed = _absorbed(reading)
    return [
        (
            number,
            own.number,
            own.created_on,
            own.linked_on,
            own.ended_on,
            absorbed.get(own.number),
            own.nace["version"] if own.nace else None,
            own.nace["code"] if own.nace else None,
            is_ict(own.nace["version"], own.nace["code"], rules, on) if own.nace else None,
            (own.seat or {}).get("nis"),
        )
        for number, own in enumerate(held(reading), 1)
    ]


def figure_facts(reading: Reading) -> list[Row]:
    """One row for each year an enterprise reported: full-time equivalents and EUR, never heads or another currency."""
    found = sorted(item for item in reading.figures.items() if len(item[0][0]) == 4 and item[0][0].isdecimal())
    return [
        (
            number,
            enterprise,
            int(period),
            as_number(told.get("headcount_fte")),
            euros(told, "turnover"),
            told["recorded_on"],
        )
        for number, ((period, enterprise), told) in enumerate(found, 1)
    ]


def growth_facts(reading: Reading, rules: Ruleset) -> list[Row]:
    """One row for each span of years over which the growth of the dossier's enterprise can be judged."""
    return [
        (number, span.enterprise, span.first, span.last, span.start, span.end, span.high)
        for number, span in enumerate(spans(reading, rules), 1)
    ]


def tie_facts(reading: Reading) -> list[Row]:
    """One row for each link by which two enterprises are one undertaking, while it lasts: a merger does for good."""
    if not reading.statements:
        return []
    controls = [said for said in reading.statements if isinstance(said, Control)]
    changes = [said for said in reading.statements if isinstance(said, Restructuring)]
    ties = {(link.controller, link.controlled, link.since, link.until) for link in in_force(controls)}
    ties |= {(tie.one, tie.other, since, until) for tie, since, until in joins(changes)}
    return [(number, *tie) for number, tie in enumerate(sorted(ties, key=lambda t: (*t[:3], t[3] or "9999")), 1)]


def _absorbed(reading: Reading) -> dict[str, str]:
    """Enterprise -> the day on which it went into another by a merger or a takeover: no death, by Eurostat's rule."""
    changes = [said for said in reading.statements if isinstance(said, Restructuring) and said.kind != "split"]
    gone: dict[str, str] = {}
    for change in in_order(changes):
        gone |= {number: change.on for number in change.sources if number not in {*gone, *change.into}}
    return gone
