"""The entrepreneurs of the demonstration: who they are, what they found and when, before any event is told.

Everything follows from the seed and the dossier's number alone, so that one journey can speak of its
neighbour (a co-founder, a namesake, the same person twice) without that one being told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from random import Random
from typing import Literal
from uuid import UUID, uuid5

from api.demonstration.enterprise_numbers import enterprise_number
from api.demonstration.names import draw_company
from api.demonstration.person import Person, again, draw_person, namesake
from api.demonstration.places import Commune, draw_commune
from api.demonstration.sectors import Sector, draw_sector

Path = Literal["drops-out", "never-founds", "founds", "established"]
PATHS: tuple[Path, ...] = ("drops-out", "never-founds", "founds", "established")

FIRST_DAY = date(2016, 1, 4)
LAST_OPENING = date(2026, 9, 30)
NAMESPACE = UUID("6f2c1c0e-5d0b-5d9e-9a53-0d7f2a6b1819")
"""Under which dossier ids are made from seed and number (UUID of version 5)."""

CAST: dict[int, str] = {
    7: "co-founder",
    13: "same-person",
    17: "mistaken",
    23: "namesake",
    29: "merger",
    31: "holding",
    33: "takeover",
    35: "split",
    41: "heavily-aided",
}
"""Rare parts, by the number modulo fifty."""

OF_NEIGHBOUR = ("co-founder", "same-person", "mistaken", "namesake")
"""Parts that speak of the dossier numbered just before."""

ERASED = (250, 137)
"""One dossier in 250, from number 137, has its personal data erased."""

PATH_OF_PART: dict[str, Path] = dict.fromkeys(
    ("partnered", "co-founder", "merger", "holding", "takeover", "split", "heavily-aided"), "founds"
)


@dataclass(frozen=True)
class Entrepreneur:
    """One entrepreneur, and what a journey is about; `founded` and `ceased` are None if that never comes."""

    seed: int
    number: int
    person: Person
    language: str
    sector: Sector
    commune: Commune
    company: str
    opened: date
    path: Path
    part: str
    founded: date | None
    ceased: date | None
    growth: float
    enterprise: str

    @property
    def dossier(self) -> str:
        """The id of the dossier."""
        return dossier_id(self.seed, self.number)

    @property
    def second_enterprise(self) -> str:
        """The number of another enterprise of the same entrepreneur."""
        return enterprise_number(self.seed, self.number, 1)

    @property
    def neighbour(self) -> Entrepreneur:
        """Who the rare parts speak of: the entrepreneur numbered just before."""
        return meet(self.seed, self.number - 1)


def dossier_id(seed: int, number: int) -> str:
    """The id of a dossier of the demonstration."""
    return str(uuid5(NAMESPACE, f"{seed}/{number}"))


def part_of(number: int) -> str:
    """The rare part a number plays; empty for most."""
    every, first = ERASED
    if number % every == first:
        return "erased"
    return "partnered" if CAST.get((number + 1) % 50) == "co-founder" else CAST.get(number % 50, "")


@lru_cache(maxsize=1024)
def meet(seed: int, number: int) -> Entrepreneur:
    """The entrepreneur of this number in the population of a seed."""
    alone = _alone(seed, number)
    if alone.part not in OF_NEIGHBOUR:
        return alone
    other = alone.neighbour
    opened = other.opened + timedelta(days=30 + number % 200)
    if alone.part == "co-founder":
        return replace(
            alone,
            opened=opened,
            sector=other.sector,
            commune=other.commune,
            company=other.company,
            founded=other.founded,
            ceased=other.ceased,
            enterprise=other.enterprise,
        )
    change = opened - alone.opened
    if alone.part == "same-person":
        person = again(other.person, other.number)
    else:
        person = namesake(alone.person, other.person, number)
    return replace(
        alone,
        opened=opened,
        person=person,
        language=other.language,
        founded=alone.founded and alone.founded + change,
        ceased=alone.ceased and alone.ceased + change,
    )


def _alone(seed: int, number: int) -> Entrepreneur:
    rng = Random(f"{seed}/{number}/entrepreneur")  # noqa: S311 - a reproducible population, no secret
    part = part_of(number)
    person = draw_person(rng, number)
    path = PATH_OF_PART.get(part) or rng.choices(PATHS, (22, 10, 46, 22))[0]
    opened = _opening_day(rng, early=bool(part) or CAST.get((number + 1) % 50) in OF_NEIGHBOUR)
    founded = _founding_day(rng, path, opened)
    return Entrepreneur(
        seed=seed,
        number=number,
        person=person,
        language=person["language"],
        sector=draw_sector(rng),
        commune=draw_commune(rng),
        company=draw_company(rng, person["family_name"]),
        opened=opened,
        path=path,
        part=part,
        founded=founded,
        ceased=_last_day(rng, part, opened, founded),
        growth=rng.choices((0.93, 1.02, 1.16, 1.42), (22, 46, 24, 8))[0],
        enterprise=enterprise_number(seed, number),
    )


def _opening_day(rng: Random, *, early: bool) -> date:
    """Openings grow more frequent over the years; rare parts begin early, to be played to the end."""
    share = rng.random() * 0.5 if early else rng.random() ** 0.85
    return FIRST_DAY + timedelta(days=int((LAST_OPENING - FIRST_DAY).days * share))


def _founding_day(rng: Random, path: Path, opened: date) -> date | None:
    if path == "founds":
        return opened + timedelta(days=rng.randint(45, 380))
    if path == "established":
        return opened - timedelta(days=int(rng.expovariate(1 / 1300)) + 120)
    return None


def _last_day(rng: Random, part: str, opened: date, founded: date | None) -> date | None:
    """Nine in a hundred enterprises cease each year, seen from the day they are known."""
    if founded is None or part:
        return None
    day = max(opened, founded) + timedelta(days=200 + int(rng.expovariate(0.09 / 365)))
    return day if day.year < 2030 else None
