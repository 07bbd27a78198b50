"""The parameters of disclosure control, as a ruleset says them."""

from __future__ import annotations

from typing import Any, NamedTuple

from projections.rulesets.ruleset import Ruleset


class Parameters(NamedTuple):
    """A cell needs `threshold` undertakings; none may be estimated within `percent` %; the `largest` hold `share` %."""

    threshold: int = 3
    percent: float = 10
    largest: int = 1
    share: float = 100
    sheltering: bool = False
    """Whether a cell is unsafe too where an unsafe part of it could be estimated from it."""

    def told(self) -> dict[str, Any]:
        """The parameters as a certificate has them."""
        dominance = {"largest": self.largest, "percent": self.share} if self.share < 100 else None
        return {"method": "suppression", "n": self.threshold, "p": self.percent, "dominance": dominance}


def parameters(rules: Ruleset, on: str | None) -> Parameters:
    """What a ruleset says on the day a figure speaks of (ISO text; None where it speaks of nothing yet).

    A ruleset older than disclosure control says what is usual.
    """
    usual = Parameters()
    if "disclosure.threshold" not in rules.rules:
        return usual
    day = on or ""
    dominance = rules.on("disclosure.dominance", day)
    return Parameters(
        rules.on("disclosure.threshold", day),
        rules.on("disclosure.p-percent", day),
        dominance["largest"],
        dominance["percent"],
    )
