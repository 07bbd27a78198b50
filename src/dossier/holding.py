"""Holding: which facts make a dossier hold an enterprise, and in which roles. By when they happened, as it is shown.

Read in the order they happened, whatever the order they were recorded in: of a link and its end the later one counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from dossier.catalogue import RANK, EnterpriseCreated, EnterpriseLinked, EnterpriseUnlinked
from dossier.event import Event

HOLDER = "holder"
"""The role of a dossier whose enterprise was linked without saying which, or created without being linked."""
TELLING = EnterpriseCreated | EnterpriseLinked | EnterpriseUnlinked


class Telling(NamedTuple):
    """One such fact, as it sorts among the others of its enterprise; None where it says no role."""

    happened: datetime
    rank: int
    kind: type[TELLING]
    role: str | None


def telling(event: Event) -> Telling:
    """What an event of a type that tells of holding says of it."""
    kind = type(event.data)
    assert issubclass(kind, TELLING)
    return Telling(event.happened, RANK[kind], kind, getattr(event.data, "role", None))


def roles(tellings: Iterable[Telling]) -> frozenset[str]:
    """The roles in which a dossier holds an enterprise after all that was told of that; none where it does not.

    Created or linked it is held until it is unlinked in its last role; then only another link makes it held again.
    """
    held: set[str] = set()
    created = unlinked = False
    for told in sorted(tellings, key=lambda told: told[:2]):
        if told.kind is EnterpriseCreated:
            created = True
        elif told.kind is EnterpriseLinked:
            held.add(told.role or HOLDER)
            unlinked = False
        else:
            held -= {told.role if told.role in held else HOLDER} if told.role else held
            unlinked = not held
    return frozenset(held or {HOLDER} if held or (created and not unlinked) else ())
