"""The entrepreneurs of the demonstration: who they are, what they found and when; known before any event is told.

Everything follows from the seed and the dossier's number alone, so that one journey can speak of its neighbour
(a co-founder, a namesake, the same person twice) without generating it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from random import Random
from typing import Literal
from uuid import UUID, uuid5

from api.demonstration.agencies import DESKS, coaching_on, export_on, retail_on
from api.demonstration.enterprise_numbers import enterprise_number
from api.demonstration.names import draw_company, draw_name
from api.demonstration.places import Commune, draw_commune
from api.demonstration.sectors import Sector, draw_sector
from dossier.folding import fold

Path = Literal["drops-out", "never-founds", "founds", "established"]
PATHS: tuple[Path, ...] = ("drops-out", "never-founds", "founds", "established")

FIRST_DAY = date(2016, 1, 4)
LAST_OPENING = date(2026, 9, 30)
NAMESPACE = UUID("6f2c1c0e-5d0b-5d9e-9a53-0d7f2a6b1819")
"""Under which dossier ids are made from seed and number (UUID of version 5)."""

CAST: dict[int, str] = {
    7: "co-founder", 13: "same-person", 17: "mistaken", 23: "namesake", 29: "merger", 31: "holding", 33: "takeover",
    35: "split", 41: "heavily-aided",
}  # fmt: skip
"""Rare parts, by the number's remainder of fifty: the first four speak of the dossier numbered just before."""

ERASED = (250, 137)
"""One dossier in 250, from number 137, has its personal data erased."""

PATH_OF_PART: dict[str, Path] = dict.fromkeys(
    ("partnered", "co-founder", "merger", "holding", "takeover", "split", "heavily-aided"), "founds"
)


@dataclass(frozen=True)
class Entrepreneur:
    """One entrepreneur and what a journey is about. `founded` and `ceased` are None when it never comes to that."""

    seed: int
    number: int
    person: dict[str, str]
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
    if alone.part not in ("co-founder", "same-person", "mistaken", "namesake"):
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
    return replace(
        alone,
        opened=opened,
        person=_resembling(alone, other),
        language=other.language,
        founded=alone.founded and alone.founded + change,
        ceased=alone.ceased and alone.ceased + change,
    )


def _alone(seed: int, number: int) -> Entrepreneur:
    rng = Random(f"{seed}/{number}/entrepreneur")  # noqa: S311 - a reproducible population, no secret
    part = part_of(number)
    given, family, language = draw_name(rng)
    path = PATH_OF_PART.get(part) or rng.choices(PATHS, (22, 10, 46, 22))[0]
    opened = _opening_day(rng, early=bool(part))
    founded = _founding_day(rng, path, opened)
    return Entrepreneur(
        seed=seed,
        number=number,
        person=_person(rng, given, family, language, number),
        language=language,
        sector=draw_sector(rng),
        commune=draw_commune(rng),
        company=draw_company(rng, family),
        opened=opened,
        path=path,
        part=part,
        founded=founded,
        ceased=_last_day(rng, part, opened, founded),
        growth=rng.choices((0.93, 1.02, 1.16, 1.42), (22, 46, 24, 8))[0],
        enterprise=enterprise_number(seed, number),
    )


def _opening_day(rng: Random, *, early: bool) -> date:
    """Openings grow more frequent over the years; rare parts begin early, so that they can be played to the end."""
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


def _person(rng: Random, given: str, family: str, language: str, number: int) -> dict[str, str]:
    person = {"given_name": given, "family_name": family, "language": language}
    if rng.random() < 0.6:
        person["birth_date"] = str(date(1960, 1, 1) + timedelta(days=rng.randrange(16_000)))
    if rng.random() < 0.85:
        person["email"] = _email(given, family, number)
    if rng.random() < 0.5:
        person["phone"] = (
            f"+32 2 0{rng.randrange(10)}{rng.randrange(10)} {rng.randrange(100):02d} {rng.randrange(100):02d}"
        )
    return person


def _email(given: str, family: str, number: int) -> str:
    """An address in a domain where nobody has one."""
    local = ".".join(fold(name).replace(" ", "") for name in (given, family))
    return f"{local}.{number}@example.{'brussels' if number % 3 else 'org'}"


def _resembling(alone: Entrepreneur, other: Entrepreneur) -> dict[str, str]:
    """The neighbour again: misspelled but with the same birth date, or somebody else of the same name."""
    given, family = other.person["given_name"], other.person["family_name"]
    if alone.part == "same-person":
        born = {
            "birth_date": other.person.get("birth_date", "1984-05-17"),
            "email": _email(given, family, other.number),
        }
        return {**other.person, **born, "family_name": family + family[-1]}
    person = {**alone.person, "given_name": given, "family_name": family, "birth_date": "1991-02-03"}
    return {**person, "language": other.language, "email": _email(given, family, alone.number)}


def door(rng: Random, who: Entrepreneur) -> str:
    """The organisation that opens the dossier: the first one the entrepreneur came to."""
    day = who.opened
    doors = {"1819": 34.0, coaching_on(day): 20.0, "bee": 6.0, "finance": 5.0, "citydev": 3.0}
    doors[DESKS.get(who.commune.nis, "1819")] = 22.0
    if who.sector.kind in ("ict", "life-science"):
        doors["innoviris"] = 10.0
    if who.sector.kind in ("shop", "food"):
        doors[retail_on(day)] = 16.0
    if who.path == "established":
        doors[export_on(day)] = 20.0
    return rng.choices(list(doors), list(doors.values()))[0]
