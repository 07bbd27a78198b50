"""What the tutorial says of two real enterprises is what the registers say."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.docs.console import DOCS, ROOT, steps

DATA = ROOT / "../shared/data"
TAM = DATA / "tam/tam_belgium_clean.csv"
CORDIS = DATA / "cordis/cordis_participations_be.csv"
AGENCIES = {"Brussel Economie en Werkgelegenheid": "bee"}
TUTORIAL = steps(DOCS / "tutorial.md")


class Award(NamedTuple):
    """An award as the tutorial prints it."""

    day: str
    agency: str
    amount: str


def awards(enterprise: str) -> list[Award]:
    """The awards of an enterprise in both registers, by day."""
    found = [
        Award(
            row["granted_on"],
            AGENCIES.get(row["granting_authority"], row["granting_authority"].lower()),
            row["nominal_amount"] or row["aid_element"],
        )
        for row in rows(TAM)
        if row["enterprise_number"] == enterprise
    ]
    found += [
        Award(row["startDate"], "european-commission", row["ecContribution"])
        for row in rows(CORDIS)
        if row["enterprise_number"] == enterprise
    ]
    return sorted(found)


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def printed(dossier: str, ending: str) -> str:
    """What the tutorial says that a command about a dossier prints."""
    [step] = [step for step in TUTORIAL if dossier in step.command and step.command.endswith(ending)]
    return step.expected


@pytest.mark.parametrize(
    ("enterprise", "dossier", "authorities"),
    [
        ("0407687238", "8eff1c3a-6586-5878-86be-5a15afa21641", 3),
        ("0419052173", "d507c9b3-4f46-5311-9319-1a042a02747b", 4),
    ],
)
def test_its_timeline_and_total_are_the_registers(enterprise: str, dossier: str, authorities: int) -> None:
    expected = awards(enterprise)
    assert sorted(Award(*line.split()) for line in printed(dossier, "| amounts").splitlines()) == expected
    total = sum(Decimal(award.amount) for award in expected)
    assert f'"{total:.2f}"' in printed(dossier, "'\"granted\":{[^}]*}'")
    assert len({award.agency for award in expected}) == authorities
