"""Where a dossier stands: by the rules, by whom it is followed, through which phases it came."""

from __future__ import annotations

from typing import Any

from projections.facts.columns import Row
from projections.history.enterprises import main
from projections.history.history import History
from projections.history.reading import Reading
from projections.rulesets.ruleset import Ruleset
from projections.state.phase import phase
from projections.state.sector import is_ict
from projections.state.size import size_class


def dossier_facts(reading: Reading, rules: Ruleset, history: History) -> list[Row]:
    """One row a dossier: where it stands by the rules of the day that its history speaks of."""
    own = main(reading)
    nace, ict = activity_on(reading, rules, history.day)
    size = size_class(reading, rules)
    stands = phase(reading, rules, history.day)
    opened = reading.opened_on or min((seen[0] for seen in reading.agencies.values()), default=None)
    return [
        (
            opened,
            stands["value"],
            stands["since"],
            nace["version"] if nace else None,
            nace["code"] if nace else None,
            ict,
            own.number if own else None,
            own.created_on if own else None,
            own.ended_on if own else None,
            (own.seat or {}).get("nis") if own else None,
            size["value"] if size else None,
            min(
                (a.conferred_on for a in reading.aids.values() if a.outcome == "granted" and a.conferred_on),
                default=None,
            ),
            len(reading.agencies),
            history.recorded_on,
        )
    ]


def presence_facts(reading: Reading) -> list[Row]:
    """One row for each organisation that recorded anything on the dossier."""
    return [(agency, first, last, count) for agency, (first, last, count, _) in sorted(reading.agencies.items())]


def phase_facts(reading: Reading) -> list[Row]:
    """One row a declared phase, from its day to the next one's."""
    spells: list[Row] = []
    for index, (value, since, _) in enumerate(reading.phases):
        following = reading.phases[index + 1][1] if index + 1 < len(reading.phases) else None
        spells.append((index + 1, value, since, following))
    return spells


def activity_on(reading: Reading, rules: Ruleset, on: str) -> tuple[dict[str, Any] | None, bool | None]:
    """What a dossier does, and whether that is ICT by the rules of a day (ISO text)."""
    if reading.nace is None:
        return None, None
    nace = reading.nace[0]
    return nace, is_ict(nace["version"], nace["code"], rules, on)
