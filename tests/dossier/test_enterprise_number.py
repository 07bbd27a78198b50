"""Enterprise numbers: the vectors of tests/cases/enterprise_numbers.csv (most from python-stdnum), and any spelling."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import SPELLINGS, enterprise_numbers

from dossier.enterprise_number import InvalidEnterpriseNumber, dotted, normalise, spells

VECTORS_FILE = Path(__file__).parents[1] / "cases" / "enterprise_numbers.csv"
VECTORS = list(csv.DictReader(VECTORS_FILE.read_text().splitlines()))


@pytest.mark.parametrize("vector", [v for v in VECTORS if v["number"]], ids=lambda v: v["input"])
def test_a_usual_spelling_is_read(vector: dict[str, str]) -> None:
    assert normalise(vector["input"]) == vector["number"]


@pytest.mark.parametrize("vector", [v for v in VECTORS if not v["number"]], ids=lambda v: v["input"] or "nothing")
def test_anything_else_is_refused(vector: dict[str, str]) -> None:
    with pytest.raises(InvalidEnterpriseNumber):
        normalise(vector["input"])


@given(st.integers(20_619, 206_184))
def test_check_digits_00_do_not_exist(of_97: int) -> None:
    """python-stdnum takes them for a multiple of 97, whose true check digits are 97."""
    with pytest.raises(InvalidEnterpriseNumber, match="never 00"):
        normalise(f"{of_97 * 97:08d}00")


@given(enterprise_numbers(), st.sampled_from(SPELLINGS))
def test_every_spelling_of_a_number_is_that_number(number: str, spell: Callable[[str], str]) -> None:
    assert normalise(spell(number)) == number


@given(enterprise_numbers())
def test_the_spelling_of_belgian_forms_reads_back(number: str) -> None:
    assert normalise(dotted(number)) == number


@given(enterprise_numbers(), st.integers(0, 9), st.integers(1, 9))
def test_a_mistyped_digit_is_noticed(number: str, place: int, by: int) -> None:
    mistyped = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]
    assert not spells(mistyped, number)
    with pytest.raises(InvalidEnterpriseNumber):
        normalise(mistyped)


@given(st.text(), enterprise_numbers())
def test_no_text_is_more_than_refused(text: str, number: str) -> None:
    assert spells(text, number) in (True, False)
