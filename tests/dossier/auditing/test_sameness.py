"""Numbers for values that are not told: what they can be, and in which order."""

from __future__ import annotations

from typing import Any

import pytest

from dossier.auditing.sameness import FIELDS, Ordinals, check_fields
from dossier.verification.wrong import Wrong

OPENED = "brussels.dossier.dossier-opened.v1"


@pytest.mark.parametrize("numbers", [[1], [1, 1, 2, 1, 3], [1, 2, None, 3, 3], [1, 2, None, None, 3], [None, 1]])
def test_each_number_is_the_next_or_one_since_the_last_erasure(numbers: list[int | None]) -> None:
    take(numbers)


@pytest.mark.parametrize(
    "numbers", [[2], [1, 3], [1, 2, None, 2], [1, None, 1], [1, 2, None, 4], [1, None, 2, None, 2]]
)
def test_a_number_that_passes_one_over_or_was_erased_is_found(numbers: list[int | None]) -> None:
    with pytest.raises(Wrong, match="of `person phone`"):
        take(numbers)


def take(numbers: list[int | None]) -> None:
    """Events that send a telephone number, with erasures (None) between them."""
    ordinals, erasures = Ordinals(), 0
    for number in numbers:
        if number is None:
            erasures += 1
        else:
            ordinals.take({"person phone": number}, erasures, "x")


@pytest.mark.parametrize(
    "told", [None, [], {}, {"phone": 1}, {"person phone": 0}, {"person phone": True}, {"person phone": 1.0},
             {"person phone": "1"}, {"project title": 1}, {"person phone": 1, "person shoe": 1}],
)  # fmt: skip
def test_what_is_no_number_of_a_field_of_its_type_is_found(told: Any) -> None:
    with pytest.raises(Wrong, match=r"^x tells of"):
        check_fields(told, OPENED, "x")


def test_fields_are_those_of_profiles() -> None:
    names = ("given_name", "family_name", "birth_date", "email", "phone", "language")
    assert FIELDS[OPENED] == {f"person {name}" for name in names}
    assert FIELDS["brussels.dossier.project-described.v1"] == {"project title", "project summary"}
    assert FIELDS["brussels.dossier.enterprise-linked.v1"] == {"enterprise legal_name"}
    assert len(FIELDS) == 5
