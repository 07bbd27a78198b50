"""Facts about the rules themselves: a ruleset published, activated, retired. Recorded by the service, never posted."""

from typing import Any
from uuid import UUID, uuid5

from dossier.catalogue.fact import Fact, fact


@fact("ruleset-published", fr="Règles publiées", nl="Regels gepubliceerd", en="Ruleset published")
class RulesetPublished(Fact):
    """A ruleset was released, whole: the log alone says what it holds. `digest` is of the canonical JSON of `rules`."""

    ruleset: str
    based_on: str
    digest: str
    rules: dict[str, Any]
    by: str
    reason: str | None = None


@fact("ruleset-activated", fr="Règles activées", nl="Regels geactiveerd", en="Ruleset activated")
class RulesetActivated(Fact):
    """From this position on what is served follows the ruleset. `rehearsal` and `difference` are what was approved."""

    ruleset: str
    digest: str
    by: str
    rehearsal: str | None = None
    difference: str | None = None
    reason: str | None = None


@fact("ruleset-retired", fr="Règles retirées", nl="Regels ingetrokken", en="Ruleset retired")
class RulesetRetired(Fact):
    """The ruleset is no longer in force; `successor` is the one activated in its place, if one was."""

    ruleset: str
    by: str
    successor: str | None = None
    reason: str | None = None


RULEBOOK = uuid5(UUID("6f0c1b2e-58f2-5d0c-9a51-3d8f2b7c4e10"), "rulesets")
"""Stands in these events where others have their dossier. It is nobody's dossier: nothing is projected from it."""
HOUSE: tuple[type[Fact], ...] = (RulesetPublished, RulesetActivated, RulesetRetired)
HOUSE_TYPES: dict[str, type[Fact]] = {kind.TYPE: kind for kind in HOUSE}
