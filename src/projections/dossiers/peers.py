"""Peers: one dossier beside others of the same sector, cohort and phase, as distributions that show nobody else.

An undertaking stands behind each value, as everywhere in the figures: founders of one enterprise are one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from statistics import fmean
from typing import Any, NamedTuple

import duckdb

from dossier.database.queries import queries
from projections.counting.engine import fresh
from projections.counting.tables import Facts, tables_for

SQL = {name: text.decode() for name, text in queries(files("projections.dossiers") / "peers.sql").items()}
FEWEST = 5
"""Undertakings whose values make a distribution: stricter than the threshold of figures, since quartiles are values.
Their number is told in steps of as many, so that one who joins or leaves does not show."""
NARROWEST: tuple[tuple[bool, bool], ...] = ((True, True), (True, False), (False, False))
"""By cohort and phase; by cohort; by neither: the first group that is large enough is taken, and no other told."""


class Measure(NamedTuple):
    """What is compared, in which unit, and to how much it is rounded: no peer's own value shows."""

    name: str
    unit: str
    rounded_to: int
    label: dict[str, str]


MEASURES = (
    Measure("days_to_enterprise", "days", 5, {"fr": "De l’ouverture à l’entreprise",
                                              "nl": "Van opening tot onderneming",
                                              "en": "From opening to enterprise"}),
    Measure("days_to_first_aid", "days", 5, {"fr": "De l’ouverture à la première aide",
                                             "nl": "Van opening tot eerste steun", "en": "From opening to first aid"}),
    Measure("days_to_decision", "days", 5, {"fr": "De la demande d’aide à la décision",
                                            "nl": "Van steunaanvraag tot beslissing",
                                            "en": "From application for aid to decision"}),
    Measure("aids_granted", "aids", 1, {"fr": "Aides octroyées", "nl": "Toegekende steun", "en": "Aids granted"}),
    Measure("aid_granted", "EUR", 1_000, {"fr": "Montant des aides octroyées", "nl": "Bedrag van de toegekende steun",
                                          "en": "Amount of aid granted"}),
    Measure("agencies", "agencies", 1, {"fr": "Organismes", "nl": "Instellingen", "en": "Agencies"}),
    Measure("referrals", "referrals", 1, {"fr": "Orientations", "nl": "Doorverwijzingen", "en": "Referrals"}),
    Measure("objectives_reached", "objectives", 1, {"fr": "Objectifs atteints", "nl": "Bereikte doelstellingen",
                                                    "en": "Objectives reached"}),
)  # fmt: skip
CAVEAT = {
    "fr": "Une comparaison, pas un jugement : les pairs partagent un secteur, et au plus une cohorte et une phase ; "
    "rien d’autre.",
    "nl": "Een vergelijking, geen oordeel: gelijken delen een sector, hooguit een cohorte en een fase; verder niets.",
    "en": "A comparison, not a judgement: peers share a sector, and at the most a cohort and a phase; nothing else.",
}


def beside_peers(dossier: str, facts: Facts) -> dict[str, Any] | None:
    """A dossier's own values and the quartiles of its peers; None when the facts do not know it.

    `peers` is None, and so is every distribution, where too few undertakings share even the sector.
    """
    with fresh() as database:
        tables_for(database, facts, " ".join(SQL.values()))
        own = database.execute("SELECT sector, cohort, phase FROM stand WHERE dossier = $dossier", {"dossier": dossier})
        stands = own.fetchone()
        if stands is None:
            return None
        described = dict(zip(("sector", "cohort", "phase"), stands, strict=True))
        narrow, others = _group(database, dossier)
        values = _measured(database, [dossier, *others])
        mine = values.pop(dossier)
    counted = _by_undertaking(others, values)
    shared = {"sector": True, "cohort": narrow[0], "phase": narrow[1]}
    told = {name: described[name] for name in described if shared[name]}
    return {
        "peers": told | {"n": _stepped(len(counted))} if others else None,
        "measures": [_compared(measure, mine, counted) for measure in MEASURES],
        "caveats": [CAVEAT],
    }


def _group(database: duckdb.DuckDBPyConnection, dossier: str) -> tuple[tuple[bool, bool], dict[str, str]]:
    """What narrows the group, and its dossiers, each with its undertaking."""
    for by_cohort, by_phase in NARROWEST:
        asked = {"dossier": dossier, "by_cohort": by_cohort, "by_phase": by_phase}
        found = dict(database.execute(SQL["group"], asked).fetchall())
        if len(set(found.values())) >= FEWEST:
            return (by_cohort, by_phase), found
    return NARROWEST[-1], {}


def _measured(database: duckdb.DuckDBPyConnection, dossiers: Sequence[str]) -> dict[str, dict[str, Any]]:
    query = f"SELECT * FROM ({SQL['measured']}) WHERE list_contains($dossiers, dossier)"  # noqa: S608 - our own text
    found = database.execute(query, {"dossiers": list(dossiers)})
    names = [column[0] for column in found.description or ()]
    return {row[0]: dict(zip(names, row, strict=True)) for row in found.fetchall()}


def _by_undertaking(others: Mapping[str, str], values: Mapping[str, dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """What was measured of each undertaking: a member a dossier."""
    found: dict[str, list[dict[str, Any]]] = {}
    for dossier, undertaking in others.items():
        found.setdefault(undertaking, []).append(values[dossier])
    return list(found.values())


def _compared(measure: Measure, mine: dict[str, Any], others: Sequence[list[dict[str, Any]]]) -> dict[str, Any]:
    """Own value and quartiles; an undertaking of several dossiers has one value, their mean."""
    each = ([float(one[measure.name]) for one in own if one[measure.name] is not None] for own in others)
    known = sorted(fmean(values) for values in each if values)
    told = {"measure": measure.name, "label": measure.label, "unit": measure.unit, "own": _number(mine[measure.name])}
    if len(known) < FEWEST:
        return told | {"n": None, "low": None, "median": None, "high": None}
    low, median, high = (_rounded(_quantile(known, share), measure.rounded_to) for share in (0.25, 0.5, 0.75))
    return told | {"n": _stepped(len(known)), "low": low, "median": median, "high": high}


def _stepped(count: int) -> int:
    return count // FEWEST * FEWEST


def _quantile(values: Sequence[float], share: float) -> float:
    """Between the two nearest values, in proportion."""
    place = share * (len(values) - 1)
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (place - below) * (values[above] - values[below])


def _rounded(value: float, to: int) -> int | float:
    return _number(round(value / to) * to) or 0


def _number(value: Any) -> int | float | None:
    if value is None:
        return None
    number = round(float(value), 2)
    return int(number) if number.is_integer() else number
