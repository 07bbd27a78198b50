"""Facts about the project: what the entrepreneur wants to make, and the plans for it."""

from typing import Literal

from dossier.catalogue.fact import Fact, fact
from dossier.catalogue.parts import Assumption, Nace
from dossier.values import FreeText, Term


@fact("project-described", fr="Projet décrit", nl="Project beschreven", en="Project described")
class ProjectDescribed(Fact):
    title: FreeText | None = None
    summary: FreeText | None = None
    nace: Nace | None = None
    technologies: list[Term] | None = None
    stage: Term | None = None


@fact("plan-submitted", fr="Plan remis", nl="Plan ingediend", en="Plan submitted")
class PlanSubmitted(Fact):
    kind: Literal["business", "financial"]
    canvas_version: Term | None = None
    assumptions: list[Assumption] | None = None
