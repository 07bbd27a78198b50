"""Cells are converted exactly or not at all."""

from contextlib import suppress
from datetime import date as day
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.imports import convert
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
]
DATES = [
    ("2016-07-01", ["yyyy-mm-dd"], "2016-07-01T00:00:00+02:00", "day"),
    ("1/12/2016", ["yyyy-mm-dd", "dd/mm/yyyy"], "2016-12-01T00:00:00+01:00", "day"),
    ("01.07.2016", ["dd.mm.yyyy"], "2016-07-01T00:00:00+02:00", "day"),
    ("20160701", ["yyyymmdd"], "2016-07-01T00:00:00+02:00", "day"),
    ("2016-07", ["yyyy-mm-dd", "yyyy-mm"], "2016-07-01T00:00:00+02:00", "month"),
    ("07/2016", ["mm/yyyy"], "2016-07-01T00:00:00+02:00", "month"),
    ("2016", ["yyyy"], "2016-01-01T00:00:00+01:00", "year"),
]
NO_DATES = [
    ("2016-02-30", "yyyy-mm-dd", "no such day in the calendar"),
    ("12/31/2016", "dd/mm/yyyy", "no such day in the calendar"),
    ("soon", "dd/mm/yyyy", "not a date written dd/mm/yyyy"),
    ("0000", "yyyy", "no such day in the calendar"),
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


@given(st.integers(0, 10**14), st.integers(0, 99), st.sampled_from([(".", ","), (",", "."), (",", " ")]))
def test_every_amount_survives_its_spelling(euros: int, cents: int, marks: tuple[str, str]) -> None:
    decimal, thousands = marks
    spelled = f"{euros:,}".replace(",", thousands) + f"{decimal}{cents:02}"
    assert Decimal(convert.amount(spelled, decimal)) == Decimal(euros) + Decimal(cents) / 100


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


@pytest.mark.parametrize(("text", "formats", "instant", "precision"), DATES)
def test_a_date_tells_how_precise_it_is(text: str, formats: list[str], instant: str, precision: str) -> None:
    made, told = convert.date(text, formats)
    assert (made.isoformat(), told) == (instant, precision)


@pytest.mark.parametrize(("text", "form", "reason"), NO_DATES)
def test_a_date_that_is_none_is_refused(text: str, form: str, reason: str) -> None:
    with pytest.raises(Unconvertible, match=reason):
        convert.date(text, [form])


@given(st.dates(min_value=day(1900, 1, 1)))
def test_every_day_survives_both_spellings(given_day: day) -> None:
    for spelled in (given_day.isoformat(), given_day.strftime("%d/%m/%Y")):
        assert convert.date(spelled, ["yyyy-mm-dd", "dd/mm/yyyy"])[0].date() == given_day


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
