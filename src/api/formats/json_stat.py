"""JSON-stat 2.0: a figure as a cube, as Eurostat and the statistical offices of Europe answer (json-stat.org/full)."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

from api.formats.rows import NUMBERS, rows
from api.formats.units import decimals

STATISTIC = "statistic"
"""The dimension of what was counted: the value itself, by how many contributors, between which bounds."""
UNKNOWN = "_U"
"""The category of what is not known. Source: SDMX Content-Oriented Guidelines, generic codes."""
CONFIDENTIAL, ABSENT = "c", "m"
"""Observation status. Source: SDMX code list CL_OBS_STATUS as Eurostat uses it: confidential; missing."""
TIMES, PLACES = {"year", "cohort"}, {"commune"}
Lang = str
LABELS: Mapping[str, Mapping[Lang, str]] = {
    "value": {"fr": "valeur", "nl": "waarde", "en": "value"},
    "n": {"fr": "contributeurs", "nl": "bijdragen", "en": "contributors"},
    "low": {"fr": "borne inférieure", "nl": "ondergrens", "en": "lower bound"},
    "high": {"fr": "borne supérieure", "nl": "bovengrens", "en": "upper bound"},
}
STATUS = {
    CONFIDENTIAL: {"fr": "caché", "nl": "verborgen", "en": "hidden"},
    ABSENT: {"fr": "absent", "nl": "ontbreekt", "en": "missing"},
}


def as_json_stat(
    found: Mapping[str, Any], labels: Mapping[str, tuple[str, Mapping[Any, str]]], lang: Lang
) -> dict[str, Any]:
    """A figure as a JSON-stat dataset.

    `labels` gives each dimension's name and the names of its values. Cells without a row are missing; hidden ones are
    confidential; both are null.
    """
    told = rows(found)
    counted = [name for name in NUMBERS if name in ("value", "n") or any(row[name] is not None for row in told)]
    keys = {name: list(dict.fromkeys(row[name] for row in told)) for name in found["by"]}
    cells = {tuple(row[name] for name in found["by"]): row for row in told}
    value: list[int | float | None] = []
    status: dict[str, str] = {}
    for key, name in product(product(*keys.values()), counted):
        row = cells.get(key)
        one = None if row is None else row[name]
        if one is None:
            status[str(len(value))] = CONFIDENTIAL if row is not None and row["suppressed"] else ABSENT
        value.append(float(one) if isinstance(one, str) else one)
    dimensions = {name: _dimension(labels[name][0], keys[name], labels[name][1]) for name in found["by"]}
    return {
        "version": "2.0",
        "class": "dataset",
        "label": found["title"][lang],
        "source": "dossier",
        "note": [caveat[lang] for caveat in found["caveats"]],
        "id": [*found["by"], STATISTIC],
        "size": [*(len(values) for values in keys.values()), len(counted)],
        "role": _roles(found["by"]),
        "dimension": dimensions | {STATISTIC: _statistic(counted, found["unit"], lang)},
        "value": value,
        "status": status,
        "extension": {
            "status": {"label": {code: texts[lang] for code, texts in STATUS.items()}},
            "indicator": found["indicator"],
            "unit": found["unit"],
            "evidence_level": found["evidence_level"],
            "quality": found["quality"],
            "certificate": found["certificate"],
        },
    }


def _roles(by: list[str]) -> dict[str, list[str]]:
    roles = {"metric": [STATISTIC]}
    for role, names in (("time", TIMES), ("geo", PLACES)):
        if named := [name for name in by if name in names]:
            roles[role] = named
    return roles


def _dimension(label: str, keys: list[Any], labels: Mapping[Any, str]) -> dict[str, Any]:
    return {
        "label": label,
        "category": {
            "index": [code(key) for key in keys],
            "label": {code(key): labels[key] for key in keys},
        },
    }


def _statistic(counted: list[str], unit: str, lang: Lang) -> dict[str, Any]:
    units = {name: {"label": unit, "decimals": decimals(unit)} if name != "n" else {"decimals": 0} for name in counted}
    labels = {name: LABELS[name][lang] for name in counted}
    return {"label": STATISTIC, "category": {"index": counted, "label": labels, "unit": units}}


def code(key: Any) -> str:
    """The category of a value."""
    return UNKNOWN if key is None else str(key)
