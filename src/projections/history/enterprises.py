"""The enterprises of a dossier: which it holds, in which order, and which one comes first."""

from __future__ import annotations

from projections.history.reading import Reading
from projections.history.records import Enterprise


def held(reading: Reading) -> list[Enterprise]:
    """The dossier's enterprises: active ones first, then by age."""
    if not reading.enterprises:
        return []  # most dossiers, before there is one; asked for several times a dossier
    own = (e for e in reading.enterprises.values() if e.roles or (e.created_on and not e.unlinked))
    return sorted(own, key=lambda e: (e.ended_on is not None, e.created_on or e.linked_on or "", e.number))


def main(reading: Reading) -> Enterprise | None:
    """The dossier's first active enterprise; the first of all when none is active."""
    enterprises = held(reading)
    return enterprises[0] if enterprises else None
