"""Words: dates as exactly as they are known, numbers and money as each language writes them, terms by field."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from api.words.activities import activity
from api.words.languages import LANGUAGES, Lang
from api.words.words import capital, words

NBSP, NARROW = "\xa0", "\u202f"


@pytest.mark.parametrize(
    ("lang", "precision", "told"),
    [
        ("fr", "day", "5 mars 2024"), ("fr", "month", "mars 2024"), ("fr", "year", "2024"),
        ("nl", "day", "5 maart 2024"), ("nl", "month", "maart 2024"),
        ("en", "day", "5 March 2024"), ("en", "month", "March 2024"),
    ],
)  # fmt: skip
def test_a_date_is_told_as_exactly_as_it_is_known(lang: Lang, precision: str, told: str) -> None:
    assert words(lang).day("2024-03-05T09:00:00+01:00", precision) == told


@pytest.mark.parametrize(
    ("lang", "day", "moment"),
    [
        ("fr", "1er juillet 2026", "1er juil. 2026, 14:00"),
        ("nl", "1 juli 2026", "1 jul 2026, 14:00"),
        ("en", "1 July 2026", "1 Jul 2026, 14:00"),
    ],
)
def test_the_first_of_a_month_is_an_ordinal_in_french(lang: Lang, day: str, moment: str) -> None:
    assert words(lang).day("2026-07-01") == day
    assert words(lang).moment(datetime(2026, 7, 1, 12, 0, tzinfo=UTC)) == moment


def test_the_eleventh_is_none_in_french() -> None:
    assert words("fr").day("2026-07-11") == "11 juillet 2026"


def test_a_day_is_the_one_of_brussels() -> None:
    assert words("en").day("2024-03-05T23:30:00Z") == "6 March 2024"


def test_a_moment_is_told_by_the_clock_of_brussels() -> None:
    assert words("en").moment(datetime(2026, 7, 1, 12, 0, tzinfo=UTC)) == "1 Jul 2026, 14:00"


@pytest.mark.parametrize(
    ("lang", "told"),
    [("fr", f"12{NARROW}345,50{NBSP}€"), ("nl", f"€{NBSP}12.345,50"), ("en", "€12,345.50")],
)
def test_money_is_written_as_the_language_does(lang: Lang, told: str) -> None:
    assert words(lang).money("12345.5") == told


def test_a_whole_amount_has_no_cents() -> None:
    assert words("en").money("12345.00") == "€12,345"


@pytest.mark.parametrize(("number", "told"), [(0, "0 événement"), (1, "1 événement"), (2, "2 événements")])
def test_french_counts_nothing_in_the_singular(number: int, told: str) -> None:
    assert words("fr").count("home.set_aside", number) == told


def test_english_counts_nothing_in_the_plural() -> None:
    assert words("en").count("home.set_aside", 0) == "0 events"


def test_one_term_may_mean_another_thing_in_another_field() -> None:
    assert words("en").term("web") == "on the web"
    assert words("en").term("web", "technologies") == "web"


def test_an_unknown_term_is_shown_as_the_agency_wrote_it() -> None:
    assert words("fr").term("prime-inconnue") == "prime inconnue"


def test_a_missing_message_is_never_silent() -> None:
    with pytest.raises(KeyError):
        words("fr")("home.nothing_of_the_kind")


def test_a_capital_leaves_the_rest_alone() -> None:
    assert capital("projet de R&D") == "Projet de R&D"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_activity_is_named_in_its_own_version(lang: Lang) -> None:
    assert activity("2008", "62.010", lang) != activity("2025", "62.010", lang) is not None


def test_an_activity_without_its_class_is_named_by_its_division() -> None:
    assert activity("2008", "62", "fr") == activity("2008", "62.99", "fr")


def test_an_activity_of_a_version_without_table_has_no_name() -> None:
    assert activity("1993", "72.200", "fr") is None
