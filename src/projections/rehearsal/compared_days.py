"""The days on which two rulesets are compared in what changes with the day: aid room, and what is hidden."""

from __future__ import annotations

from datetime import date
from typing import Any

from projections.rulesets.reach import DISCLOSURE, ROOM, reaches_disclosure, reaches_room, reads
from projections.rulesets.ruleset import Ruleset, changed


def needed(before: Ruleset, after: Ruleset, today: date) -> list[date]:
    """Today, and each day to come from which either has another value of what then decides; none where no day does.

    A value that both have counts, too: what differs may first tell on the day from which it holds.
    """
    names = changed(before, after)
    declared = [*(ROOM if reaches_room(names) else ()), *(DISCLOSURE if reaches_disclosure(names) else ())]
    if not declared:
        return []
    begun = {_first(dated) for rules in (before, after) for dated in _values(rules, declared)}
    return sorted({today, *(day for day in begun if day > today)})


def _values(rules: Ruleset, declared: list[str]) -> list[dict[str, Any]]:
    return [dated for name, rule in rules.rules.items() if reads(declared, name) for dated in rule["values"]]


def _first(dated: dict[str, Any]) -> date:
    return date.fromisoformat(dated["from"])
