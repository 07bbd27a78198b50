"""Persons of the demonstration, all invented: who they are, who resembles whom, and addresses nobody has."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from api.demonstration.names import draw_name
from dossier.folding import fold

Person = dict[str, str]


def draw_person(rng: Random, number: int) -> Person:
    """A person as told when the dossier opens; birth date, e-mail and phone are not always asked."""
    given, family, language = draw_name(rng)
    person = {"given_name": given, "family_name": family, "language": language}
    if rng.random() < 0.6:
        person["birth_date"] = str(date(1960, 1, 1) + timedelta(days=rng.randrange(16_000)))
    if rng.random() < 0.85:
        person["email"] = email(given, family, number)
    if rng.random() < 0.5:
        digits = f"{rng.randrange(1_000_000):06d}"
        person["phone"] = f"+32 2 0{digits[:2]} {digits[2:4]} {digits[4:]}"
    return person


def again(person: Person, number: int) -> Person:
    """The same person as another organisation wrote it down: one letter too many, the birth date right."""
    given, family = person["given_name"], person["family_name"]
    certain = {"birth_date": person.get("birth_date", "1984-05-17"), "email": email(given, family, number)}
    return {**person, **certain, "family_name": family + family[-1]}


def namesake(person: Person, other: Person, number: int) -> Person:
    """Another person by the name of the first."""
    given, family = other["given_name"], other["family_name"]
    named = {"given_name": given, "family_name": family, "language": other["language"]}
    return {**person, **named, "birth_date": "1991-02-03", "email": email(given, family, number)}


def email(given: str, family: str, number: int) -> str:
    """An address in a domain where nobody has one."""
    local = ".".join(fold(name).replace(" ", "") for name in (given, family))
    return f"{local}.{number}@example.{'brussels' if number % 3 else 'org'}"
