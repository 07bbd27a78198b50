"""Rulesets for tests: one that notes what is asked of it, and ones that say something else."""

from __future__ import annotations

import copy
from typing import Any

from projections.rulesets.rulecheck import check
from projections.rulesets.ruleset import Rules, Ruleset, digest_of, ruleset
from projections.rulesets.shapes import SHAPES


class Noting(dict[str, dict[str, Any]]):
    """Rules that note which of them are looked at, in whatever way."""

    def __init__(self, rules: Rules) -> None:
        super().__init__(rules)
        self.noted: set[str] = set()

    def __getitem__(self, name: str) -> dict[str, Any]:
        self.noted.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self.noted.add(name)
        return super().get(name, default)

    def items(self) -> Any:
        self.noted.update(self)
        return super().items()

    values = items  # nobody asks for them; if somebody did, all would be noted


def noting() -> tuple[Ruleset, set[str]]:
    """The ruleset of the program, and what is read of it, filled while it is read."""
    rules = Noting(ruleset().rules)
    return Ruleset("noting", rules, ruleset().digest), rules.noted


def other(*names: str, based_on: Ruleset | None = None, name: str = "other") -> Ruleset:
    """A ruleset in which each rule named says something else, on every day."""
    base = based_on or ruleset()
    rules = copy.deepcopy(base.rules)
    for rule in names:
        for dated in rules[rule]["values"]:
            dated["value"] = OTHERWISE[rule.partition(".")[0]](dated["value"])
    return Ruleset(name, rules, digest_of(rules))


def of_case(case: dict[str, Any]) -> Ruleset:
    """The ruleset a case is judged by: what `rules` names holds on every day, what `later` names from a day on.

    Both must be rules that an analyst could publish.
    """
    said = copy.deepcopy(ruleset().rules)
    for name, value in case.get("rules", {}).items():
        known = said.setdefault(name, _rule(name))
        known["values"] = [_dated(known["values"][0]["from"], value)]
    for since, named in sorted(case.get("later", {}).items()):
        for name, value in named.items():
            said.setdefault(name, _rule(name) | {"values": []})["values"].append(_dated(str(since), value))
    assert check(said, ruleset().rules) == []
    return Ruleset("case", said, digest_of(said))


def _rule(name: str) -> dict[str, Any]:
    """One that the program's ruleset leaves out."""
    return {"label": NAMED, "unit": SHAPES[name].unit, "values": [_dated("1990-01-01", None)]}


NAMED = {"fr": "Règle", "nl": "Regel", "en": "Rule"}


def _dated(since: str, value: Any) -> dict[str, Any]:
    return {"from": since, "value": value, "source": "A case"}


OTHERWISE: dict[str, Any] = {
    "phase": lambda value: {case: "creation" if p == "post-creation" else "post-creation" for case, p in value.items()},
    "sector": lambda value: ["01", "56"],
    "referral": lambda value: value + 7,
    "size": lambda value: (
        value + 1
        if isinstance(value, int)
        else [dict(one, headcount_below=one["headcount_below"] * 3) for one in value]
    ),
    "eligibility": lambda value: {**value, "phases": ["pre-creation"]},
    "growth": lambda value: dict(value, headcount_from=1, percent_a_year=0),
    "de-minimis": lambda value: value // 2 if isinstance(value, int) else value,
    "disclosure": lambda value: dict(value, percent=value["percent"] - 1) if isinstance(value, dict) else 10,
}
