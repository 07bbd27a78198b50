"""The regional cohorts: how many of the enterprises newly registered for VAT in Brussels were still so, year by year.

Source: Statbel, survival of newly registered VAT payers, as published on 2025-10-16 (CC BY 4.0); the Brussels rows, by
section of NACE-BEL 2008. A newer publication is a new file beside this one.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import pyarrow as pa

PUBLISHED = "2025-10-16"
YEARS = (1, 2, 3, 4, 5)
YEAR = 365.25
"""Days."""


@cache
def regional_cohorts() -> pa.Table:
    """One row for those of a cohort and section that left after some years, or were watched no longer."""
    rows = list(_leaving())
    names = ("cohort", "section", "days", "ended", "weight")
    return pa.table(dict(zip(names, zip(*rows, strict=True), strict=True)))


def _leaving() -> Iterator[tuple[int, str, float, bool, int]]:
    file = files("projections.estimates") / f"vat_survival_brussels_{PUBLISHED}.csv"
    for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines()):
        cohort, section = int(row["registration_year"]), row["nace_section"]
        alive, last = int(row["first_registrations"]), 0
        for year in YEARS:
            told = row[f"survivors_year_{year}"]
            if not told:
                break
            survivors, last = int(float(told)), year
            if survivors < alive:
                yield cohort, section, year * YEAR, True, alive - survivors
            alive = survivors
        if alive:
            yield cohort, section, last * YEAR, False, alive
