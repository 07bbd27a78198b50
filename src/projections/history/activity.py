"""Activities: in which divisions of NACE a dossier is active, from when to when, by project and by enterprise.

The project has its activity until an enterprise of the dossier tells its own; an enterprise, until it tells another or
ceases. What is held by both, or by two enterprises, is one activity.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from dossier.catalogue.parts import Nace

Division = tuple[str, str]
"""The version of NACE-BEL, and the first two digits of a code of it."""
Told = tuple[str, Mapping[str, Nace | None]]
"""The day of a fact (ISO text), and whose activity it tells: a code with its version, or None from then on."""


class Spell(NamedTuple):
    """One time of activity, from a day to another (ISO text; None while it lasts).

    What is only told anew by another version of NACE is neither given up nor taken up: no code is converted here.
    """

    division: Division
    since: str
    until: str | None
    taken_up: bool
    given_up: bool


def spells(told: Iterable[Told]) -> list[Spell]:
    """The times of activity that facts tell, in the order in which these happened."""
    held: dict[str, Division] = {}
    running: dict[Division, Spell] = {}
    ended: list[Spell] = []
    for on, changes in told:
        before = set(held.values())
        held = {whose: one for whose, one in (held | _divisions(changes)).items() if one is not None}
        gone, come = before - set(held.values()), set(held.values()) - before
        ended += [running.pop(one)._replace(until=on, given_up=not _renamed(one, come)) for one in sorted(gone)]
        running |= {one: Spell(one, on, None, not _renamed(one, gone), False) for one in come}
    return [*ended, *running.values()]


def _renamed(one: Division, others: Iterable[Division]) -> bool:
    """Whether what comes as it goes, or goes as it comes, is told by another version."""
    return any(other[0] != one[0] for other in others)


def _divisions(changes: Mapping[str, Nace | None]) -> dict[str, Division | None]:
    return {
        whose: (nace["version"], nace["code"].replace(".", "")[:2]) if nace else None for whose, nace in changes.items()
    }
