"""Which enterprise of a dossier its aid room is of, after a merger: on the day, and by whomever it was told."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.projections.ruling import of_case
from tests.projections.telling import Told, history

from projections.dossiers.aid_room import with_room
from projections.history.gathering import read
from projections.rulesets.ruleset import Ruleset, ruleset
from projections.state.current import current
from projections.undertaking.de_minimis import PUBLIC_BODIES
from projections.undertaking.statement import Control, Restructuring, Said

GONE, OTHER, INTO = "0472909840", "0403170701", "0428759497"
FOUNDER: list[Told] = [
    {"enterprise-linked": {"legal_identifier": GONE, "role": "founder"}, "at": "2020-01-01"},
    {"enterprise-linked": {"legal_identifier": OTHER, "role": "founder"}, "at": "2022-01-01"},
]
MERGER = Restructuring("merger", (GONE,), (INTO,), (), "2024-03-01", "2024-03-01", 9)


def rooms(told: list[Told], said: Said, on: str, rules: Ruleset | None = None) -> list[str]:
    """The enterprises that a dossier's rooms are of, in their order: `aid.de_minimis` is that of the first."""
    document: dict[str, Any] = current(history(told), read(history(told)), ruleset())
    shown = with_room(document, said, rules or ruleset(), date.fromisoformat(on))["aid"]
    first = [shown["de_minimis"]] if shown["de_minimis"] else []
    assert shown["undertakings"][:1] == first
    return [one["enterprise"] for one in shown["undertakings"]]


def test_the_room_is_not_of_an_enterprise_that_went_into_another() -> None:
    merger: Told = {"enterprise-restructured": {"kind": "merger", "from": [GONE], "into": [INTO]}, "at": "2024-03-01"}
    assert rooms([*FOUNDER, merger], Said([MERGER]), "2024-03-01") == [OTHER]


def test_a_merger_told_on_another_dossier_leaves_the_first_place_from_its_day_on() -> None:
    assert rooms(FOUNDER, Said([MERGER]), "2024-02-29") == [GONE, OTHER]
    assert rooms(FOUNDER, Said([MERGER]), "2024-03-01") == [OTHER, GONE]


def test_an_enterprise_that_was_taken_over_keeps_its_place() -> None:
    assert rooms(FOUNDER, Said([MERGER._replace(kind="takeover")]), "2024-03-01") == [GONE, OTHER]


HELD = Said([Control(INTO, of, "votes", "2023-01-01", None, "2023", at) for at, of in enumerate((GONE, OTHER))])
WHOLE: list[Told] = [{"enterprise-linked": {"legal_identifier": INTO, "role": "owner"}, "at": "2019-01-01"}, *FOUNDER]


def test_enterprises_of_one_undertaking_have_one_room() -> None:
    assert rooms(WHOLE, HELD, "2024-01-01") == [INTO]


def test_the_holdings_of_a_public_body_have_a_room_each_for_none_belongs_to_another() -> None:
    public = of_case({"rules": {PUBLIC_BODIES: [INTO]}})
    assert rooms(WHOLE, HELD, "2024-01-01", public) == [INTO, GONE, OTHER]
