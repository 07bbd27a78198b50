"""Activities: what a NACE-BEL code is called, in the version it was given in.

Divisions and classes of NACE-BEL 2008 and 2025, from the tables of Statbel (CC BY 4.0) in `activities.csv`.
"""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files

from api.pages.languages import Lang

Names = dict[tuple[str, str], dict[str, str]]


def activity(version: str, code: str, lang: Lang) -> str | None:
    """The name of the class a code lies in, else of its division; None in a version without a table."""
    digits = code.replace(".", "")
    named = names()
    found = named.get((version, digits[:4])) or named.get((version, digits[:2]))
    return found[lang] if found else None


@lru_cache(maxsize=1)
def names() -> Names:
    """(version, code without points) -> names by language."""
    with files("api.pages").joinpath("activities.csv").open(encoding="utf-8") as lines:
        return {(row["version"], row["code"]): row for row in csv.DictReader(lines)}
