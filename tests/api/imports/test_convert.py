"""Cells are converted exactly or not at all."""

from contextlib import suppress
from decimal import Decimal

import pytest
from babel.numbers import format_decimal, get_decimal_symbol
from hypothesis import given
from hypothesis import strategies as st

from api.imports import convert
from api.imports.cells import cell
from api.imports.problems import Unconvertible

AMOUNTS = [
    ("521149", ".", "521149"),
    ("1544941.96", ".", "1544941.96"),
    ("2466237.5", ".", "2466237.5"),
    ("500,000", ".", "500000"),
    ("1,234,567.50", ".", "1234567.50"),
    ("1.234.567,50", ",", "1234567.50"),
    ("1 234 567,5", ",", "1234567.5"),
    ("1\u202f234,50", ",", "1234.50"),
    ("1\u00a0234\u00a0567,5", ",", "1234567.5"),
    ("1\u2009234,50", ",", "1234.50"),
    ("1'234.50", ".", "1234.50"),
    ("1.234,56", "either", "1234.56"),
    ("1,234.56", "either", "1234.56"),
    ("1234,5", "either", "1234.5"),
    ("12.345.678", "either", "12345678"),
    ("12", "either", "12"),
    ("1 234", "either", "1234"),
    (" 12 ", ".", "12"),
]
NO_AMOUNTS = [
    ("< 500,000", ".", "amount-bound"),
    (">100", ".", "amount-bound"),
    ("max. 100", ".", "amount-bound"),
    ("1.234.567,50", ".", "amount-unreadable"),
    ("1,5", ".", "amount-unreadable"),
    ("12,34,567", ".", "amount-unreadable"),
    ("-5", ".", "amount-unreadable"),
    ("EUR 5", ".", "amount-unreadable"),
    ("1e6", ".", "amount-unreadable"),
    ("٣", ".", "amount-unreadable"),
    ("10.125", ".", "amount-decimals"),
    ("1.000", ".", "amount-decimals"),
    ("1.234", "either", "amount-ambiguous"),
    ("1,234", "either", "amount-ambiguous"),
    ("1.234 567,50", ",", "amount-unreadable"),
]
NUMBERS = ["424632940", "0424632940", "0424.632.940", "BE0424632940", "be 0424 632 940", "BCE 0424.632.940"]
NO_NUMBERS = [
    ("0850.123.935 en 0419.052.173", "number-several"),
    ("0402954628;0325777171", "number-several"),
    ("KvK 63766337", "number-foreign"),
    ("KvK 53898737 (NL)", "number-foreign"),
    ("NL51278871", "number-foreign"),
    ("FR40303265045", "number-foreign"),
    ("VERHAEGHE AEROSPACE", "number-absent"),
    ("0471331909", "number-wrong"),
    ("04519318908", "number-wrong"),
    ("560439", "number-wrong"),
]


@pytest.mark.parametrize(("text", "decimal", "made"), AMOUNTS)
def test_an_amount_is_read_as_its_mapping_declares(text: str, decimal: str, made: str) -> None:
    assert convert.amount(text, decimal) == made


@pytest.mark.parametrize(("text", "decimal", "code"), NO_AMOUNTS)
def test_what_is_no_exact_amount_is_not_guessed(text: str, decimal: str, code: str) -> None:
    with pytest.raises(Unconvertible) as refused:
        convert.amount(text, decimal)
    assert refused.value.code == code


MARKS = st.sampled_from([(".", ","), (",", "."), (",", " "), (",", "\u00a0"), (",", "\u202f"), (".", "'"), (",", "")])


@given(st.integers(0, 10**14), st.integers(0, 99), MARKS)
def test_every_amount_survives_its_spelling(euros: int, cents: int, marks: tuple[str, str]) -> None:
    decimal, thousands = marks
    spelled = f"{euros:,}".replace(",", thousands) + f"{decimal}{cents:02}"
    assert Decimal(convert.amount(spelled, decimal)) == Decimal(euros) + Decimal(cents) / 100


@given(
    st.decimals(min_value=0, max_value=10**12, places=2), st.sampled_from(["fr_BE", "nl_BE", "fr", "en_GB", "de_CH"])
)
def test_an_amount_survives_the_spelling_of_its_country(value: Decimal, locale: str) -> None:
    decimal = get_decimal_symbol(locale)
    assert Decimal(convert.amount(format_decimal(value, "#,##0.00", locale=locale), decimal)) == value


@given(st.integers(0, 10**9), st.integers(0, 99), MARKS)
def test_where_both_marks_are_allowed_an_amount_is_right_or_told_to_be_ambiguous(
    euros: int, cents: int, marks: tuple[str, str]
) -> None:
    spelled = f"{euros:,}".replace(",", marks[1]) + f"{marks[0]}{cents:02}"
    with suppress(Unconvertible):
        assert Decimal(convert.amount(spelled, "either")) == Decimal(euros) + Decimal(cents) / 100


def test_a_number_that_a_workbook_typed_is_not_read_by_the_marks_of_text() -> None:
    assert convert.amount(cell(1234.5), ",") == "1234.5"
    assert convert.number(cell(1.234), ",") == "1.234"
    assert convert.amount(cell(0.1 + 0.2), ",") == "0.3"
    assert convert.number(cell(5), ",") == 5


@given(st.text(max_size=20))
def test_any_text_is_an_amount_or_told_why_not(text: str) -> None:
    with suppress(Unconvertible):
        assert Decimal(convert.amount(text)) >= 0


def test_a_number_is_an_integer_where_it_can_be() -> None:
    assert convert.number("1.234", ",") == 1234
    assert convert.number("12,50", ",") == "12.50"
    assert convert.number("12.00") == 12
    with pytest.raises(Unconvertible, match=r"1234\.5"):
        convert.number("a dozen")


@pytest.mark.parametrize("text", NUMBERS)
def test_an_enterprise_number_is_read_in_any_spelling(text: str) -> None:
    assert convert.enterprise(text) == "0424632940"


@pytest.mark.parametrize(("text", "code"), NO_NUMBERS)
def test_what_is_no_single_belgian_number_says_why(text: str, code: str) -> None:
    with pytest.raises(Unconvertible) as refused:
        convert.enterprise(text)
    assert refused.value.code == code


def test_a_term_is_found_whatever_its_capitals_and_spaces() -> None:
    table = {"direct grant/ interest rate subsidy": "grant", "culture": None}
    assert convert.lookup("Direct  grant/ Interest Rate subsidy", table, "instruments") == "grant"
    assert convert.lookup("Culture", table, "bases") is None


def test_an_unknown_term_is_named() -> None:
    with pytest.raises(Unconvertible, match="no common term for “Tax advantage” in table instruments"):
        convert.lookup("Tax advantage", {}, "instruments")
