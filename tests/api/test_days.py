"""A day is written YYYY-MM-DD, wherever one is asked for: other spellings of ISO 8601 are refused, not guessed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from api.answers.aid_room import question
from api.answers.clocks import as_of, instant_of
from api.pages.dossier_page import dates
from dossier.refusals import Refused
from dossier.values import parse_day

READERS: dict[str, Callable[[str], Any]] = {
    "effective": lambda text: as_of(text, None),
    "on": lambda text: question("0472909840", None, text, None),
    "from": instant_of,
    "known on a page": lambda text: dates("", text),
    "a fact": parse_day,
}


@pytest.mark.parametrize("name", READERS)
def test_a_day_is_taken_as_people_write_it_alone(name: str) -> None:
    assert READERS[name]("2024-03-01")
    for other in ("20240301", "2024-W10-1", "2024-061", "2024-3-1"):
        with pytest.raises((Refused, ValueError)):
            READERS[name](other)


def test_it_is_the_day_it_says() -> None:
    assert parse_day("2024-03-01") == date(2024, 3, 1)
