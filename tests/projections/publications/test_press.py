"""The press answers while it works: nobody waits for a publication that takes long, if there is one to show."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from projections.counting.indicator import Indicator, catalogue
from projections.disclosure.layout import Key
from projections.disclosure.publication import Publication
from projections.figures.figures import Asked, asked_of
from projections.publications import press
from projections.publications.newsstand import Newsstand
from projections.publications.press import BeingPublished, Press
from projections.publications.published import NotPublished, as_published
from projections.publications.waiting_room import WaitingRoom

LONG = 60.0
SLOW, OTHER = catalogue()["conversion"], catalogue()["ict-share"]


class Slow(Press):
    """A press whose publications take until they are let go; what is published is an object without cells."""

    def __init__(self) -> None:
        super().__init__(None, "", None)  # type: ignore[arg-type]  # nothing here reads a database
        self.let_go, self.begun = threading.Event(), 0
        self.shown: dict[str, list[Any]] = {}

    def all(self, indicator: Indicator) -> list[Publication]:
        return list(self.shown.get(indicator.name, ()))

    def current(self, indicator: Indicator, effort: float = 0.0) -> Publication:
        made: Any = object()
        if indicator is SLOW:
            self.begun += 1
            self.let_go.wait(LONG)
        self.shown.setdefault(indicator.name, []).append(made)
        return made  # type: ignore[no-any-return]


@pytest.fixture
def slow() -> Iterator[Slow]:
    found = Slow()
    yield found
    found.let_go.set()


def test_the_first_publication_is_waited_for_and_then_said_to_be_on_its_way(slow: Slow) -> None:
    with pytest.raises(BeingPublished):
        slow.latest(SLOW, patience=0.01)
    slow.let_go.set()
    assert slow.latest(SLOW, patience=LONG) is slow.shown[SLOW.name][0]


def test_the_last_publication_is_served_while_the_next_is_made_once(
    slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(press, "PATIENCE", 0.01)
    old: Any = object()
    slow.shown[SLOW.name] = [old]
    assert [slow.latest(SLOW) for _ in range(5)] == [old] * 5
    assert slow.begun == 1


def test_no_other_figure_waits_for_one_that_takes_long(slow: Slow) -> None:
    with pytest.raises(BeingPublished):
        slow.latest(SLOW, patience=0.01)
    assert slow.latest(OTHER, patience=LONG) is slow.shown[OTHER.name][0]


class Stand(Newsstand):
    """A newsstand of which the press makes nothing; what it shows, a test puts there."""

    def __init__(self) -> None:
        super().__init__(None, "", None)  # type: ignore[arg-type]  # nothing here reads a database
        self.shown: list[Any] = []

    def all(self, indicator: Indicator) -> list[Publication]:
        return list(self.shown)

    def _ask(self, name: str) -> None:
        """Nobody is there to be asked."""


@pytest.mark.parametrize("kind", [Slow, Stand])
def test_only_so_many_wait_and_the_others_are_told_to_come_back(kind: type[Slow] | type[Stand]) -> None:
    asked = kind()
    asked._room = WaitingRoom(2)
    begun = threading.Barrier(3)

    def wait() -> None:
        begun.wait(LONG)
        with suppress(BeingPublished):
            asked.latest(SLOW, patience=2.0)

    with ThreadPoolExecutor(2) as waiting:
        for _ in range(2):
            waiting.submit(wait)
        begun.wait(LONG)
        time.sleep(0.3)  # both have sat down by then
        at = time.monotonic()
        with pytest.raises(BeingPublished):
            asked.latest(SLOW, patience=LONG)
        assert time.monotonic() - at < 1.0
    if isinstance(asked, Slow):
        asked.let_go.set()
    else:
        asked.shown.append(object())
    asked.latest(SLOW, patience=LONG)


def test_what_goes_wrong_is_told_to_who_waits_and_tried_again(slow: Slow, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(indicator: Indicator) -> Publication:
        raise OSError("no database")

    monkeypatch.setattr(slow, "current", broken)
    with pytest.raises(OSError, match="no database"):
        slow.latest(OTHER)
    monkeypatch.undo()
    assert slow.latest(OTHER, patience=LONG) is slow.shown[OTHER.name][0]


def test_what_was_published_before_lateness_was_judged_says_nothing_of_it() -> None:
    told = catalogue()["aid-by-agency-instrument-sector-year"]
    kept = ["agency", "instrument", "sector", "nace", "year", "commune", "phase", "size_class", "contributor"]
    rows = pa.table({**{name: ["2024"] * 12 for name in kept}, "year": [2024] * 12, "amount": [1.0] * 12})
    empty = np.zeros(0)
    old = Publication(told.name, 1, {"as_of": None, "disclosure": {}}, rows, [], empty, empty.astype(bool), empty)
    found = as_published(asked_of(told, Asked([])), old)
    assert found["rows"] == [{"value": 12, "n": 1, "suppressed": False}]
    assert found["quality"] == {"missing": 0.0, "late": None}


def test_what_was_published_before_there_was_a_dimension_is_not_answered_by_it() -> None:
    told = catalogue()["ict-share"]
    rows = pa.table(
        {"cohort": [2024] * 12, "size_class": ["micro"] * 12, "contributor": ["d"] * 12, "amount": [1.0] * 12}
    )
    keys: list[Key] = [(), (("cohort", "2024"),)]
    weight, hidden = np.ones(len(keys)), np.zeros(len(keys), bool)
    old = Publication(
        told.name, 1, {"as_of": None, "disclosure": {}}, rows, keys, weight, hidden, np.zeros((0, len(keys)))
    )
    assert [row["cohort"] for row in as_published(asked_of(told, Asked(["cohort"])), old)["rows"]] == [2024]
    with pytest.raises(NotPublished, match="is published by dimensions of"):
        as_published(asked_of(told, Asked(["size_class"])), old)


@pytest.mark.parametrize(("hidden", "missing"), [(False, 0.25), (True, None)])
def test_how_many_are_missing_is_not_told_of_years_that_are_hidden(hidden: bool, missing: float | None) -> None:
    assert quality_of_2024(hidden=hidden, unknown=3) == {"missing": missing, "late": None}


def test_how_many_are_missing_is_not_told_where_they_are_fewer_than_a_cell_needs() -> None:
    assert quality_of_2024(hidden=False, unknown=2) == {"missing": None, "late": None}


def quality_of_2024(*, hidden: bool, unknown: int) -> dict[str, Any]:
    """What the public is told of the share of ICT among twelve dossiers of a year, of which some are not known."""
    amounts = [None] * unknown + [1.0] * (12 - unknown)
    who = [f"d{number}" for number in range(12)]
    rows = pa.table({"cohort": [2024] * 12, "year": [2024] * 12, "contributor": who, "undertaking": who,
                     "amount": pa.array(amounts, pa.float64())})  # fmt: skip
    keys: list[Key] = [(), (("cohort", "2024"),)]
    certificate = {"as_of": None, "disclosure": {"n": 3}}
    worlds = np.zeros((0, len(keys)))
    made = Publication(OTHER.name, 1, certificate, rows, keys, np.ones(2), np.array([False, hidden]), worlds)
    found: dict[str, Any] = as_published(asked_of(OTHER, Asked(["cohort"], 2024, 2024)), made)["quality"]
    return found
