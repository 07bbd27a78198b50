"""Rulesets: released sets of dated, sourced rule values, each set with a digest."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

from dossier.canonical import canonical

RELEASED = ("2026.1",)
ACTIVE = RELEASED[-1]


class RulesetUnknown(LookupError):
    """This version of the program has no ruleset of this name."""


class Ruleset(NamedTuple):
    """One released set: rule name -> its label, unit and dated values, newest last."""

    id: str
    rules: dict[str, dict[str, Any]]
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

    def latest(self, rule: str) -> Any:
        """What a rule says from its newest day on."""
        return self.rules[rule]["values"][-1]["value"]


@lru_cache
def ruleset(name: str = ACTIVE) -> Ruleset:
    """The ruleset of a released name. The digest is SHA-256 over the canonical JSON of its rules.

    Raises RulesetUnknown.
    """
    if name not in RELEASED:
        raise RulesetUnknown(f"this version knows no ruleset {name}: it knows {', '.join(RELEASED)}")
    rules: dict[str, Any] = {}
    for file in sorted(files("projections").joinpath("rules", name).iterdir(), key=lambda f: f.name):
        if file.name.endswith(".yaml"):
            rules.update(yaml.safe_load(file.read_text(encoding="utf-8")))
    return Ruleset(name, rules, "sha256:" + hashlib.sha256(canonical(rules)).hexdigest())
