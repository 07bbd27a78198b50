"""A pair: whether two dossiers are of one person, as far as the facts about them were read."""

from __future__ import annotations

from typing import NamedTuple

from dossier.catalogue.link import DossiersDistinct, DossiersLinked, DossiersUnlinked

Comparison = DossiersLinked | DossiersUnlinked | DossiersDistinct


class Pair(NamedTuple):
    """Two dossiers: linked or not, and whether a human told them `apart`."""

    linked: bool = False
    apart: bool = False

    def after(self, fact: Comparison) -> Pair:
        """The pair after one more fact about it. What a human told apart no rule links."""
        if isinstance(fact, DossiersLinked):
            return self if self.apart and fact.by == "rule" else Pair(linked=True)
        return Pair(apart=self.apart or (isinstance(fact, DossiersDistinct) and fact.by == "human"))
