"""What is done and with what: divisions of NACE and technologies, from when to when."""

from __future__ import annotations

from functools import cache

from dossier.catalogue.terms import UNMAPPED, controlled
from projections.facts.columns import Row
from projections.history import activity
from projections.history.reading import Reading


def activity_facts(reading: Reading) -> list[Row]:
    """One row for each time the dossier is active in a division of NACE."""
    ordered = sorted(activity.spells(reading.activities), key=lambda s: (s.since, s.division, s.until or "9999"))
    return [
        (number, *spell.division, spell.since, spell.until, spell.taken_up, spell.given_up)
        for number, spell in enumerate(ordered, 1)
    ]


def technology_facts(reading: Reading) -> list[Row]:
    """One row for each time a technology is part of the project: from the description that names it to one without."""
    spells: list[tuple[str, str, str | None]] = []
    since: dict[str, str] = {}
    for on, named in reading.technologies:
        now = {known_technology(word) for word in named}
        spells += [(word, since.pop(word), on) for word in sorted(since.keys() - now)]
        since |= dict.fromkeys(now - since.keys(), on)
    spells += [(word, on, None) for word, on in since.items()]
    return [(number, *spell) for number, spell in enumerate(sorted(spells, key=lambda s: (s[1], s[0])), 1)]


@cache
def known_technology(word: str) -> str:
    """A technology by its common term; `unmapped` for a word that is not in the vocabulary."""
    return word if word in controlled()["project-described"]["technologies"].terms else UNMAPPED
