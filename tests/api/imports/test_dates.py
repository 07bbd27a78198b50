"""A date is read in the forms that are declared, to the day, month or year; one with two readings is told of."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date as day
from datetime import datetime

import pytest
from babel.dates import format_date
from hypothesis import example, given
from hypothesis import strategies as st

from api.imports.cells import cell
from api.imports.dates import FORMATS, date, month_names, rfc3339
from api.imports.problems import Unconvertible
from dossier.event import day_of

MONTH = ["d month yyyy", "month yyyy"]
DATES = [
    ("2016-07-01", ["yyyy-mm-dd"], "2016-07-01T00:00:00+02:00", "day"),
    ("1/12/2016", ["yyyy-mm-dd", "dd/mm/yyyy"], "2016-12-01T00:00:00+01:00", "day"),
    ("31/12/2024", ["dd/mm/yyyy"], "2024-12-31T00:00:00+01:00", "day"),
    ("31-12-2024", ["dd/mm/yyyy", "dd-mm-yyyy"], "2024-12-31T00:00:00+01:00", "day"),
    ("31.12.2024", ["dd.mm.yyyy"], "2024-12-31T00:00:00+01:00", "day"),
    ("31 décembre 2024", MONTH, "2024-12-31T00:00:00+01:00", "day"),
    ("31 DÉC. 2024", MONTH, "2024-12-31T00:00:00+01:00", "day"),
    ("31 dec. 2024", MONTH, "2024-12-31T00:00:00+01:00", "day"),
    ("31\u00a0december\u00a02024", MONTH, "2024-12-31T00:00:00+01:00", "day"),
    ("1er août 2024", MONTH, "2024-08-01T00:00:00+02:00", "day"),
    ("1 mrt 2024", MONTH, "2024-03-01T00:00:00+01:00", "day"),
    ("3-mei-2024", MONTH, "2024-05-03T00:00:00+02:00", "day"),
    ("15 sept. 2024", MONTH, "2024-09-15T00:00:00+02:00", "day"),
    ("14 juillet 2024", MONTH, "2024-07-14T00:00:00+02:00", "day"),
    ("décembre 2024", MONTH, "2024-12-01T00:00:00+01:00", "month"),
    ("maart 2024", MONTH, "2024-03-01T00:00:00+01:00", "month"),
    ("12/13/2024", ["dd/mm/yyyy", "mm/dd/yyyy"], "2024-12-13T00:00:00+01:00", "day"),
    ("05/05/2024", ["dd/mm/yyyy", "mm/dd/yyyy"], "2024-05-05T00:00:00+02:00", "day"),
    ("31/12/2024 14:30", ["dd/mm/yyyy"], "2024-12-31T14:30:00+01:00", "day"),
    ("2024-12-31T14:30:00Z", ["yyyy-mm-dd"], "2024-12-31T15:30:00+01:00", "day"),
    ("2024-12-31 23:30:00+00:00", ["yyyy-mm-dd"], "2025-01-01T00:30:00+01:00", "day"),
    ("45657", ["yyyy", "excel-serial"], "2024-12-31T00:00:00+01:00", "day"),
    ("2024", ["yyyy", "excel-serial"], "2024-01-01T00:00:00+01:00", "year"),
    ("20160701", ["yyyymmdd", "excel-serial"], "2016-07-01T00:00:00+02:00", "day"),
    ("2016-07", ["yyyy-mm-dd", "yyyy-mm"], "2016-07-01T00:00:00+02:00", "month"),
    ("07/2016", ["mm/yyyy"], "2016-07-01T00:00:00+02:00", "month"),
    ("2016", ["yyyy"], "2016-01-01T00:00:00+01:00", "year"),
    ("1892-05-02", ["yyyy-mm-dd"], "1892-05-02T00:00:00+00:00", "day"),
    ("1892-05-01", ["yyyy-mm-dd"], "1892-04-30T23:42:30+00:00", "day"),
    ("1850", ["yyyy"], "1849-12-31T23:42:30+00:00", "year"),
    ("0001-01-02", ["yyyy-mm-dd"], "0001-01-01T23:42:30+00:00", "day"),
]
NO_DATES = [
    ("2016-02-30", ["yyyy-mm-dd"], "date-impossible"),
    ("12/31/2016", ["dd/mm/yyyy"], "date-impossible"),
    ("31 brumaire 2024", MONTH, "date-impossible"),
    ("31 avril 2024", MONTH, "date-impossible"),
    ("0000", ["yyyy"], "date-impossible"),
    ("05/06/2024", ["dd/mm/yyyy", "mm/dd/yyyy"], "date-ambiguous"),
    ("31/12/24", ["dd/mm/yyyy"], "date-short-year"),
    ("31-déc-24", MONTH, "date-short-year"),
    ("soon", ["dd/mm/yyyy"], "date-unreadable"),
    ("31/12/2024", ["dd-mm-yyyy"], "date-unreadable"),
    ("٣١/١٢/٢٠٢٤", ["dd/mm/yyyy"], "date-unreadable"),
    ("31/12/2024 25:00", ["dd/mm/yyyy"], "date-impossible"),
    ("31/03/2024 02:30", ["dd/mm/yyyy"], "time-ambiguous"),
    ("27/10/2024 02:30", ["dd/mm/yyyy"], "time-ambiguous"),
    ("01/05/1892 00:10", ["dd/mm/yyyy"], "time-ambiguous"),
    ("0001-01-01", ["yyyy-mm-dd"], "date-impossible"),
    ("2024-01-01T00:00:00+25:00", ["yyyy-mm-dd"], "date-impossible"),
    ("9999-12-31T23:30:00-05:00", ["yyyy-mm-dd"], "date-impossible"),
]


@pytest.mark.parametrize(("text", "formats", "instant", "precision"), DATES)
def test_a_date_tells_how_precise_it_is(text: str, formats: list[str], instant: str, precision: str) -> None:
    made, told = date(text, formats)
    assert (rfc3339(made), told) == (instant, precision)


@pytest.mark.parametrize(("text", "formats", "code"), NO_DATES)
def test_a_date_that_is_none_is_refused(text: str, formats: list[str], code: str) -> None:
    with pytest.raises(Unconvertible) as refused:
        date(text, formats)
    assert refused.value.code == code


@pytest.mark.parametrize("value", [day(2024, 12, 31), datetime(2024, 12, 31, 9, 30)])  # noqa: DTZ001 - as a workbook
def test_a_day_that_a_workbook_typed_needs_no_form(value: day) -> None:
    assert date(cell(value), ["dd/mm/yyyy"])[0].date() == day(2024, 12, 31)


SPELLINGS = {
    "yyyy-mm-dd": "%Y-%m-%d", "dd/mm/yyyy": "%d/%m/%Y", "dd-mm-yyyy": "%d-%m-%Y", "dd.mm.yyyy": "%d.%m.%Y",
    "mm/dd/yyyy": "%m/%d/%Y", "yyyymmdd": "%Y%m%d",
}  # fmt: skip


@given(st.dates(min_value=day(1, 1, 2)), st.sampled_from(sorted(SPELLINGS)))
@example(day(1892, 5, 1), "dd/mm/yyyy")
def test_every_day_survives_its_spelling_and_its_place_in_an_event(given_day: day, form: str) -> None:
    spelled = given_day.strftime(SPELLINGS[form].replace("%Y", f"{given_day.year:04}"))
    made, _ = date(spelled, [form])
    assert made.date() == given_day
    told = rfc3339(made)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", told), "as RFC 3339 has it"
    assert day_of(datetime.fromisoformat(told)) == given_day.isoformat()


@given(
    st.dates(min_value=day(1900, 1, 1), max_value=day(2199, 12, 31)),
    st.sampled_from(["fr_BE", "nl_BE", "en_GB", "fr", "nl"]),
    st.sampled_from(["d MMMM y", "d MMM y"]),
)
def test_every_day_survives_the_words_of_a_language(given_day: day, locale: str, pattern: str) -> None:
    assert date(format_date(given_day, pattern, locale=locale), ["d month yyyy"])[0].date() == given_day


@given(st.dates(min_value=day(1927, 5, 18), max_value=day(2173, 10, 13)))
def test_every_day_survives_as_a_serial_number(given_day: day) -> None:
    serial = (given_day - day(1899, 12, 30)).days
    assert date(str(serial), ["excel-serial"])[0].date() == given_day


@given(st.text(max_size=24), st.lists(st.sampled_from(sorted(FORMATS)), min_size=1))
def test_any_text_is_a_date_or_told_why_not(text: str, formats: list[str]) -> None:
    with suppress(Unconvertible):
        assert date(text, formats)[0].tzinfo is not None


def test_no_name_is_of_two_months() -> None:
    assert set(month_names().values()) == set(range(1, 13))
    assert {month_names()[name] for name in ("mars", "maart", "mrt", "march", "marz")} == {3}
    assert {month_names()[name] for name in ("mai", "mei", "may")} == {5}
    assert (month_names()["juin"], month_names()["juil"], month_names()["jun"], month_names()["jul"]) == (6, 7, 6, 7)
