"""Rulesets: released sets of dated, sourced rule values, each set with a digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

from dossier.canonical import canonical

RELEASED = ("2026.1",)
"""The rulesets that come with the program. Those published later stand in the log (see `rulebook`)."""
ACTIVE = RELEASED[-1]
Rules = dict[str, dict[str, Any]]
"""Rule name -> its label, unit and dated values, newest last."""


class RulesetUnknown(LookupError):
    """Neither this version of the program nor the log has a ruleset of this name."""


class RulesetChanged(RulesetUnknown):
    """There is a ruleset of this name, and it says other than it did when something was made under it."""


class Ruleset(NamedTuple):
    """One released set of rules."""

    id: str
    rules: Rules
    digest: str

    def value(self, rule: str, on: str) -> Any:
        """What a rule says on a day (YYYY-MM-DD): the value with the latest `from` up to it.

        Raises LookupError before the rule's first day.
        """
        for dated in reversed(self.rules[rule]["values"]):
            if dated["from"] <= on:
                return dated["value"]
        raise LookupError(f"{rule} says nothing yet on {on}")

    def on(self, rule: str, on: str) -> Any:
        """What a rule says on a day; before its first day, what it says first: aid is older than the rule at times."""
        values = self.rules[rule]["values"]
        return self.value(rule, on) if values[0]["from"] <= on else values[0]["value"]


@lru_cache
def ruleset(name: str = ACTIVE) -> Ruleset:
    """The ruleset of a name that comes with the program. Raises RulesetUnknown."""
    if name not in RELEASED:
        raise RulesetUnknown(f"this version knows no ruleset {name}: it knows {', '.join(RELEASED)}")
    rules: Rules = {}
    for file in sorted(files("projections").joinpath("rules", name).iterdir(), key=lambda f: f.name):
        if file.name.endswith(".yaml"):
            rules.update(yaml.safe_load(file.read_text(encoding="utf-8")))
    return Ruleset(name, rules, digest_of(rules))


def completed(own: Ruleset) -> Ruleset:
    """A ruleset as it is read: what it lacks was no rule yet when it was published, and holds as the program has it.

    Whoever publishes may replace rules, and leave none out. The digest stays that of what was published.
    """
    return own._replace(rules=ruleset().rules | own.rules)


def digest_of(rules: Rules) -> str:
    """SHA-256 over the canonical JSON of rules."""
    return "sha256:" + hashlib.sha256(canonical(rules)).hexdigest()


def latest_change(before: Ruleset, after: Ruleset) -> str | None:
    """The last day (YYYY-MM-DD) from which a value holds that only one of two rulesets has; None if they are alike."""
    days = [
        dated["from"]
        for name in changed(before, after)
        for dated, theirs in _each_beside(before, after, name)
        if dated not in theirs
    ]
    return max(days, default=None)


def _each_beside(before: Ruleset, after: Ruleset, name: str) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """The dated values of a rule in two rulesets, each with those of the other."""
    old, new = (rules.rules.get(name, {}).get("values", []) for rules in (before, after))
    yield from ((dated, new) for dated in old)
    yield from ((dated, old) for dated in new)


def changed(before: Ruleset, after: Ruleset) -> list[str]:
    """The rules that two rulesets say differently, or that one of them lacks."""
    names = sorted(before.rules.keys() | after.rules.keys())
    return [name for name in names if before.rules.get(name) != after.rules.get(name)]
